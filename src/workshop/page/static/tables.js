// Metrics and logs as received: a row for each data point, and for each log record.

import {el, oneLine, received} from './dom.js';
import {plural, time} from './format.js';
import {List} from './list.js';
import {getJson, live, on} from './live.js';
import {hasAll, words} from './search.js';
import {service} from './services.js';

const PAUSE_MILLIS = 400;

const text = (title, name, field) => ({title, name, draw: (cell, row) => {
  cell.title = oneLine(row[field]);
  cell.replaceChildren(received(row[field]));
}});

const COMMON = [
  {title: 'Time', name: 'time', draw: (cell, row) => {
    cell.textContent = row.at ? time(row.at) : '';
    cell.title = row.timeProblem;
    cell.classList.toggle('warn', row.timeProblem !== '');
  }},
  {title: 'Service', name: 'service-name', draw: (cell, row) =>
    cell.replaceChildren(service(row.service))},
];

const EXCHANGE = {title: 'Exchange', name: 'exchange', draw: (cell, row) =>
  cell.replaceChildren(
    el('a', {href: `#wire/${row.exchange}`, tabindex: -1}, String(row.exchange)))};

export function metricsView(app) {
  return tableView(app, {
    signal: 'metrics', title: 'Metrics', noun: 'data point',
    columns: [...COMMON,
      {title: 'Metric', name: 'name', draw: (cell, row) =>
        cell.replaceChildren(received(row.name, {class: 'strong'}))},
      text('Type', 'type', 'type'),
      {title: 'Value', name: 'value', draw: (cell, row) => {
        cell.title = oneLine(row.value);
        cell.replaceChildren(received(row.value, {class: 'strong'}));
      }},
      text('Unit', 'unit', 'unit'),
      text('Attributes', 'attributes', 'attributes'), EXCHANGE],
    hint: 'No metric has arrived yet. The lessons send traces. Point an OTLP metric exporter at',
  });
}

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

function tableView(app, {signal, title, noun, columns, hint}) {
  let query = '';
  let rows = [];
  let more = false;
  let stale = true;
  let busy = false;
  let visible = false;
  let next = 0;
  const list = new List({
    label: title, name: signal, tail: true, columns,
    key: (row) => row.key,
    open: (row) => app.go(`wire/${row.exchange}`),
  });
  const summary = el('p', {class: 'summary'});
  const empty = el('div', {class: 'empty'});
  const element = el('section', {class: 'view', 'aria-label': title},
    el('div', {class: 'listing'}, el('div', {class: 'bar'}, summary), list.element, empty));

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
      rows = found.rows;
      more = found.more;
      rows.forEach((row) => {
        row.key = next++;
        row.searched = Object.values(row).join(' ');
      });
    } catch {
      // the banner says that the connection is lost; reconnecting loads the rows again
    }
    draw();
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
    show: () => {
      draw();
      reload();
    },
    shown: (yes) => {
      visible = yes;
      reload();
    },
    close: () => false,
    focus: () => list.element.focus(),
    count: () => live.received[signal],
    placeholder: `words in a ${noun}`,
    search: (text) => {
      query = text;
      draw();
    },
  };
}
