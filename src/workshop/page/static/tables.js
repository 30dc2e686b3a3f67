// What the tables of metrics and of log records have in common.

import {el, oneLine, received} from './dom.js';
import {plural, time} from './format.js';
import {List} from './list.js';
import {arrived, getJson, live, on} from './live.js';
import {hasAll, words} from './search.js';
import {service} from './services.js';

const PAUSE_MILLIS = 400;

export const text = (title, name, field) => ({title, name, draw: (cell, row) => {
  cell.title = oneLine(row[field]);
  cell.replaceChildren(received(row[field]));
}});

export const COMMON = [
  {title: 'Time', name: 'time', draw: (cell, row) => {
    cell.textContent = row.at ? time(row.at) : '';
    cell.title = row.timeProblem;
    cell.classList.toggle('warn', row.timeProblem !== '');
  }},
  {title: 'Service', name: 'service-name', draw: (cell, row) =>
    cell.replaceChildren(service(row.service))},
];

export const EXCHANGE = {title: 'Exchange', name: 'exchange', draw: (cell, row) =>
  cell.replaceChildren(
    el('a', {href: `#wire/${row.exchange}`, tabindex: -1}, String(row.exchange)))};

/**
 * A table that loads its rows again when more of its signal arrive.
 *
 * key(row) identifies a row
 * details: what is shown beside the table:
 * {panel, open(row), moved(row), show(parts), changed(), close() -> whether it did,
 * decorate(row, item)}
 * filters: what else narrows the table besides the search, optional:
 * {elements, loaded(rows), active() -> whether any does, keeps(row)}
 */
export function tableView(app, {signal, title, noun, columns, hint, key, details, filters}) {
  let query = '';
  let rows = [];
  let more = false;
  let stale = true;
  let busy = false;
  let visible = false;
  const list = new List({
    label: title, name: signal, columns,
    key, open: details.open, moved: details.moved, decorate: details.decorate,
  });
  const summary = el('p', {class: 'summary'});
  const empty = el('div', {class: 'empty'});
  const element = el('section', {class: 'view split', 'aria-label': title},
    el('div', {class: 'listing'}, el('div', {class: 'bar'}, summary,
      el('span', {class: 'buttons'}, filters?.elements ?? [])), list.element, empty),
    details.panel);

  function draw() {
    const wanted = words(query);
    const narrowed = wanted.length > 0 || filters?.active();
    const found = rows.filter((row) =>
      hasAll(row.searched, wanted) && (filters?.keeps(row) ?? true));
    list.set(found);
    summary.textContent = [plural(rows.length, noun), more ? 'the newest' : null,
      narrowed ? `${found.length} found` : null].filter((part) => part).join(', ');
    list.element.hidden = found.length === 0;
    empty.hidden = found.length > 0 || live.instance === null;
    empty.replaceChildren(...(narrowed && rows.length > 0 ?
      [el('p', {}, `No ${noun} fits the search.`)] :
      [el('p', {}, hint), el('p', {class: 'command'},
        el('code', {}, `http://localhost:${live.grpcPort}`), 'for gRPC, or'),
      el('p', {class: 'command'},
        el('code', {}, `http://localhost:${live.httpPort}/v1/${signal}`), 'for HTTP.')]));
  }

  async function reload() {
    if (busy || !stale || !visible || document.hidden) return;
    busy = true;
    stale = false;
    const started = performance.now();
    try {
      const found = await getJson(`api/${signal}?since=${live.since}`);
      rows = found.rows.reverse();
      more = found.more;
      rows.forEach((row) => (row.searched = Object.values(row).join(' ')));
      filters?.loaded(rows);
    } catch {
      // the banner says that the connection is lost; reconnecting loads the rows again
    }
    draw();
    details.changed?.();
    setTimeout(() => {
      busy = false;
      reload();
    }, Math.max(PAUSE_MILLIS, 4 * (performance.now() - started)));
  }

  let seen = -1;
  const changed = () => {
    if (live.received[signal] === seen) return;
    seen = live.received[signal];
    stale = true;
    reload();
  };
  on('exchanges', changed);
  on('restart', () => {
    seen = -1;
    changed();
  });
  return {
    element,
    show: (parts) => {
      details.show(parts);
      draw();
      reload();
    },
    shown: (yes) => {
      visible = yes;
      reload();
    },
    close: () => details.close(),
    redraw: draw,
    focus: () => list.element.focus(),
    count: () => arrived(signal),
    placeholder: `words in a ${noun}`,
    search: (text) => {
      query = text;
      draw();
    },
  };
}
