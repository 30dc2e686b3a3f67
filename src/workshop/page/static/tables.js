// Tables of what was received: the log records, and what other tables have in common.

import {el, oneLine, received} from './dom.js';
import {plural, time} from './format.js';
import {List} from './list.js';
import {getJson, live, on} from './live.js';
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

export function logsView(app) {
  return tableView(app, {
    signal: 'logs', title: 'Logs', noun: 'log record',
    columns: [...COMMON,
      {title: 'Severity', name: 'severity', draw: (cell, row) => {
        cell.className = `severity ${row.level >= 17 ? 'bad' : row.level >= 13 ? 'warn' : ''}`;
        cell.replaceChildren(received(row.severity));
      }},
      {title: 'Body', name: 'text', draw: (cell, row) => {
        cell.title = oneLine(row.body);
        cell.replaceChildren(row.event ? received(row.event, {class: 'kind'}) : '', ' ',
          received(row.body));
      }},
      text('Attributes', 'attributes', 'attributes'),
      {title: 'Trace', name: 'id', draw: (cell, row) => cell.replaceChildren(row.trace ?
        el('a', {href: `#traces/${row.trace}`, tabindex: -1}, row.trace.slice(0, 8)) : '')},
      EXCHANGE],
    hint: 'No log record has arrived yet. The lessons send traces. Point an OTLP log exporter at',
  });
}

/**
 * A table that loads its rows again when more of its signal arrive.
 *
 * details: what is shown beside the table; without it, a row opens its exchange:
 * {panel, open(row), show(parts), changed(), close() -> whether it did, decorate(row, item)}
 */
export function tableView(app, {signal, title, noun, columns, hint, details}) {
  let query = '';
  let rows = [];
  let more = false;
  let stale = true;
  let busy = false;
  let visible = false;
  let next = 0;
  const list = new List({
    label: title, name: signal, columns,
    key: (row) => row.key,
    open: details?.open ?? ((row) => app.go(`wire/${row.exchange}`)),
    decorate: details?.decorate,
  });
  const summary = el('p', {class: 'summary'});
  const empty = el('div', {class: 'empty'});
  const element = el('section', {class: 'view split', 'aria-label': title},
    el('div', {class: 'listing'}, el('div', {class: 'bar'}, summary), list.element, empty),
    details?.panel);

  function draw() {
    const wanted = words(query);
    const found = rows.filter((row) => hasAll(row.searched, wanted));
    list.set(found);
    summary.textContent = [plural(rows.length, noun), more ? 'the newest' : null,
      wanted.length > 0 ? `${found.length} found` : null].filter((part) => part).join(', ');
    list.element.hidden = found.length === 0;
    empty.hidden = found.length > 0 || live.instance === null;
    empty.replaceChildren(...(wanted.length > 0 && rows.length > 0 ?
      [el('p', {}, 'No row contains all these words.')] :
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
      const found = await getJson(`api/${signal}`);
      rows = found.rows.reverse();
      more = found.more;
      rows.forEach((row) => {
        row.key = row.id ?? next++;
        row.searched = Object.values(row).join(' ');
      });
    } catch {
      // the banner says that the connection is lost; reconnecting loads the rows again
    }
    draw();
    details?.changed();
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
      details?.show(parts);
      draw();
      reload();
    },
    shown: (yes) => {
      visible = yes;
      reload();
    },
    close: () => details?.close() ?? false,
    focus: () => list.element.focus(),
    count: () => live.received[signal],
    placeholder: `words in a ${noun}`,
    search: (text) => {
      query = text;
      draw();
    },
  };
}
