// Compares the protocols, as ./jbang bench protocol last measured them; the link to this view
// appears once there is a result.

import {el, oneLine} from './dom.js';
import {plural, time} from './format.js';
import {getJson} from './live.js';
import {hasAll, words} from './search.js';

const COLUMNS = [
  {title: 'Bytes per span', field: 'bytesASpan', digits: 0},
  {title: 'Spans per second', field: 'spansASecond', digits: 0},
  {title: 'Client CPU, µs per span', field: 'clientCpuMicros', digits: 2},
  {title: 'Backend CPU, µs per span', field: 'serverCpuMicros', digits: 2},
  {title: 'Time per batch, ms', field: 'millisABatch', digits: 2},
];

export function chartView() {
  let query = '';
  let result = {rows: []};
  const content = el('div', {class: 'content chart', tabindex: 0, role: 'region',
    'aria-label': 'Protocols compared'});
  const link = el('a', {href: '#protocols', 'data-view': 'protocols', hidden: true},
    'Protocols', el('span', {class: 'count'}));
  document.querySelector('nav').append(link);

  async function reload() {
    try {
      result = await getJson('api/bench/protocol');
    } catch {
      // the banner already says that the connection is lost
    }
    link.hidden = result.rows.length === 0;
    draw();
  }

  function draw() {
    const wanted = words(query);
    const rows = result.rows.filter((row) => hasAll(`${name(row)} ${row.spans}`, wanted));
    content.replaceChildren(...(result.rows.length === 0 ?
      [el('p', {}, 'There are no measurements yet. In a terminal, type ./jbang bench protocol')] :
      [el('p', {class: 'summary'}, oneLine(
        `Medians of ${plural(result.rounds, 'round')}, ${time(Date.parse(result.at))}. ` +
        `${result.machine}, shared by client and backend.`)),
      ...[...new Set(rows.map((row) => row.spans))].map((spans) =>
        table(spans, rows.filter((row) => row.spans === spans)))]));
  }

  reload();
  return {
    element: el('section', {class: 'view', 'aria-label': 'Protocols'}, content),
    show: reload,
    close: () => false,
    focus: () => content.focus(),
    count: () => null,
    placeholder: 'gRPC, HTTP, gzip or spans per batch',
    search: (text) => {
      query = text;
      draw();
    },
  };
}

const name = (row) => row.compression === 'none' ? row.protocol : `${row.protocol} gzip`;

/** All bars of a column have the same scale; another batch size has its own. */
function table(spans, rows) {
  return el('table', {},
    el('caption', {}, spans === 1 ? '1 span per batch' : `${spans} spans per batch`),
    el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, 'Protocol'),
      COLUMNS.map((column) => el('th', {scope: 'col'}, column.title)))),
    el('tbody', {}, rows.map((row) => el('tr', {}, el('th', {scope: 'row'}, oneLine(name(row))),
      COLUMNS.map((column) => cell(row, column, rows))))));
}

function cell(row, {field, digits}, rows) {
  const most = Math.max(...rows.map((other) => other[field]), Number.MIN_VALUE);
  const bar = el('span', {class: row.protocol === 'gRPC' ? 'grpc' : 'http', 'aria-hidden': true});
  bar.style.width = `${(row[field] / most) * 100}%`;
  return el('td', {}, row[field].toLocaleString('en', {maximumFractionDigits: digits}), bar);
}
