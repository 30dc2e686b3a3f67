// The log records: a table with filters, and all that the one has that is opened.

import {el, long, oneLine, received} from './dom.js';
import {nanosTime} from './format.js';
import {jsonView} from './json.js';
import {getJson} from './live.js';
import {attributes, fact, typed} from './span.js';
import {COMMON, EXCHANGE, tableView, text} from './tables.js';

const SEVERITIES = [[0, 'Any severity'], [1, 'TRACE or higher'], [5, 'DEBUG or higher'],
  [9, 'INFO or higher'], [13, 'WARN or higher'], [17, 'ERROR or higher'], [21, 'FATAL']];
const ANY = ''; // service

const key = (row) => `${row.exchange}.${row.index}`;

export function logsView(app) {
  let id = null;
  let turn = 0;
  const severity = el('select', {'aria-label': 'Severity', onchange: () => view.redraw()},
    SEVERITIES.map(([level, name]) => el('option', {value: level}, name)));
  const service = el('select', {'aria-label': 'Service', onchange: () => view.redraw()});
  const title = el('h2', {});
  const content = el('div', {class: 'content'});
  const panel = el('section', {class: 'panel', 'aria-label': 'Log record', hidden: true},
    el('div', {class: 'bar'}, title, el('span', {class: 'buttons'},
      el('button', {type: 'button', 'aria-label': 'Close', onclick: () => close()}, '✕'))),
    content);

  async function load() {
    const mine = ++turn;
    const [exchange, index] = id.split('.');
    try {
      const request = await getJson(`api/exchanges/${exchange}/logs/${index}`);
      if (mine !== turn) return;
      const record = request.resourceLogs[0].scopeLogs[0].logRecords[0];
      title.replaceChildren(received(record.eventName || 'Log record'));
      content.replaceChildren(...recordDetails(request, exchange, content));
      content.scrollTop = 0;
    } catch (e) {
      if (mine === turn) content.replaceChildren(el('p', {class: 'quiet'}, `${e.message}.`));
    }
  }

  function close() {
    if (id === null) return false;
    app.go('logs');
    view.focus();
    return true;
  }

  /** The services there are, and the one that was chosen. */
  function services(rows) {
    const chosen = service.value;
    const names = new Set(rows.map((row) => row.service));
    if (chosen !== ANY) names.add(chosen);
    service.replaceChildren(el('option', {value: ANY}, 'Any service'),
      ...[...names].sort().map((name) => el('option', {value: name}, oneLine(name))));
    service.value = chosen;
  }
  services([]);

  const view = tableView(app, {
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
        el('a', {href: spanHref(row.trace, row.span), tabindex: -1}, row.trace.slice(0, 8)) : '')},
      EXCHANGE],
    hint: 'No log record has arrived yet. The lessons send traces. Point an OTLP log exporter at',
    key,
    filters: {
      elements: [severity, service],
      loaded: services,
      active: () => severity.value !== '0' || service.value !== ANY,
      keeps: (row) => row.level >= Number(severity.value) &&
        (service.value === ANY || row.service === service.value),
    },
    details: {
      panel, close,
      open: (row) => app.go(`logs/${key(row)}`),
      moved: (row) => id !== null && app.go(`logs/${key(row)}`, true),
      decorate: (row, item) => key(item) === id && row.classList.add('open'),
      show: ([wanted]) => {
        const other = (wanted ?? null) !== id;
        id = wanted ?? null;
        panel.hidden = id === null;
        if (other && id !== null) {
          title.replaceChildren();
          content.replaceChildren();
          load();
        }
      },
    },
  });
  return view;
}

function spanHref(trace, span) {
  return `#traces/${trace}${span ? `/${span}` : ''}`;
}

/** request: an export request with the one log record. */
function recordDetails(request, exchange, scroller) {
  const around = request.resourceLogs[0];
  const scoped = around.scopeLogs[0];
  const record = scoped.logRecords[0];
  const number = record.severityNumber ?? 0;
  const [type, body] = typed(record.body);
  const isTree = /array|map/.test(type);
  return [
    el('dl', {class: 'facts'},
      fact('Time', nanosTime(record.timeUnixNano ?? 0)),
      fact('Observed', nanosTime(record.observedTimeUnixNano ?? 0)),
      fact('Severity', received(
        [record.severityText, number ? `number ${number}` : ''].filter((part) => part).join(', ') ||
          'none')),
      fact('Event name', record.eventName ? received(record.eventName) : 'none'),
      fact('Span', record.traceId ?
        el('a', {href: spanHref(record.traceId, record.spanId)},
          record.spanId || `trace ${record.traceId}`) : 'none'),
      fact('Received in', el('a', {href: `#wire/${exchange}`}, `exchange ${exchange}`))),
    el('h3', {}, 'Body ', el('span', {class: 'quiet'}, type)),
    isTree ? jsonView({text: JSON.stringify(record.body), width: 80, scroller, label: 'Body'}) :
      long(body),
    ...attributes('Attributes', record.attributes, record.droppedAttributesCount),
    ...attributes('Resource', around.resource?.attributes, around.resource?.droppedAttributesCount),
    el('h3', {}, 'Scope'),
    el('p', {}, scoped.scope?.name ? received(scoped.scope.name) : 'none'),
  ].filter((part) => part);
}
