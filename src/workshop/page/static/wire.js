// The wire: each exchange, as it happens.

import {el, oneLine, received} from './dom.js';
import {comparison, details, load} from './exchange.js';
import {faultsButton} from './faults.js';
import {answerText, bytes, plural, ratio, time} from './format.js';
import {List} from './list.js';
import {getJson, live, on} from './live.js';
import {emptyHint} from './hints.js';

const PAUSE_MILLIS = 400;

/** A gRPC path without the package name, which is the same for all OTLP services. */
function shortPath(exchange) {
  return exchange.path.replace(/^\/opentelemetry\.proto\.collector\.\w+\.v1\./, '…');
}

export function wireView(app) {
  let query = '';
  let shown = []; // the numbers of the exchanges opened: none, one or two
  let picking = null; // the exchange to compare, until another one is picked
  let turn = 0;
  let matches = new Set(); // the numbers of the exchanges that the search finds
  let stale = false;
  let busy = false;

  const list = new List({
    label: 'Exchanges', name: 'wire',
    key: (exchange) => exchange.number,
    columns: [
      {title: '#', name: 'number', draw: (cell, x) => (cell.textContent = x.number)},
      {title: 'Time', name: 'time', draw: (cell, x) => (cell.textContent = time(x.at))},
      {title: 'Protocol', name: 'protocol', draw: (cell, x) => (cell.textContent = x.protocol)},
      {title: 'Conn', name: 'connection', draw: (cell, x) => (cell.textContent = x.connection)},
      {title: 'Request', name: 'request', draw: (cell, x) => {
        cell.title = oneLine(`${x.method} ${x.path}`);
        cell.replaceChildren(
          el('span', {class: 'quiet method'}, `${x.method} `), received(shortPath(x)));
      }},
      {title: 'Contains', name: 'carries', draw: (cell, x) => {
        cell.textContent = x.accepted || x.items > 0 ? x.carries : '';
      }},
      {title: 'On the wire', name: 'size', draw: (cell, x) => {
        cell.textContent = bytes(x.wireBytes) + (x.gzip ? ' gzip' : '');
      }},
      {title: 'Decoded', name: 'size', draw: (cell, x) => {
        cell.replaceChildren(x.accepted || x.decodedBytes ? bytes(x.decodedBytes) : '',
          el('span', {class: 'quiet'}, x.gzip ? ` ${ratio(x)}` : ''));
      }},
      {title: 'Response', name: 'answer', draw: (cell, x) => {
        cell.replaceChildren(
          ...(x.attempt > 1 ? [el('span', {class: 'tag'}, `try ${x.attempt}`), ' '] : []),
          answerText(x));
        cell.title = oneLine(x.message);
      }},
      {title: 'Took', name: 'took', draw: (cell, x) => {
        cell.textContent = `${x.tookMillis.toFixed(1)} ms`;
      }},
    ],
    decorate: (row, x) => {
      if (!x.accepted) row.classList.add('refused');
      if (shown.includes(x.number)) row.classList.add('open');
    },
    open: (x, event) => {
      const first = picking ?? (event.shiftKey && shown.length > 0 ? shown[0] : null);
      picking = null;
      const two = first !== null && first !== x.number;
      app.go(two ? `wire/${first}/${x.number}` : `wire/${x.number}`);
    },
    moved: (x) => {
      if (shown.length === 1 && picking === null) app.go(`wire/${x.number}`, true);
    },
  });
  const summary = el('p', {class: 'summary'});
  const empty = el('div', {class: 'empty'});
  const title = el('h2', {});
  const buttons = el('span', {class: 'buttons'});
  const content = el('div', {class: 'content'});
  const panel = el('section', {class: 'panel', 'aria-label': 'Exchange', hidden: true},
    el('div', {class: 'bar'}, title, buttons), content);
  const listing =
    el('div', {class: 'listing'}, el('div', {class: 'bar'}, summary, faultsButton()),
      list.element, empty);
  const element =
    el('section', {class: 'view split wire-view', 'aria-label': 'Wire'}, listing, panel);

  function refresh() {
    const all = live.exchanges.filter((x) => x.number > live.since);
    const found = query === '' ? all : all.filter((x) => matches.has(x.number));
    list.set(found.toReversed());
    const refused = all.filter((x) => !x.accepted).length;
    summary.textContent = picking !== null ?
      `Pick the exchange to compare with ${picking}: Enter or a click. Esc cancels.` :
      [plural(all.length, 'exchange'),
        refused > 0 ? `${refused} rejected` : null,
        query !== '' ? `${found.length} found` : null].filter((part) => part).join(', ');
    summary.classList.toggle('asking', picking !== null);
    list.element.hidden = found.length === 0;
    empty.hidden = found.length > 0 || live.instance === null;
    if (found.length === 0) {
      empty.replaceChildren(...(all.length === 0 ? emptyHint() :
        [el('p', {}, 'No exchange contains all these words.')]));
    }
  }

  /** The server searches: it has the headers and the requests. */
  async function search() {
    if (busy || !stale || query === '') return;
    busy = true;
    stale = false;
    const started = performance.now();
    const wanted = query;
    try {
      const numbers = await getJson(`api/exchanges/found?q=${encodeURIComponent(wanted)}`);
      matches = new Set(numbers);
    } catch {
      // the banner says that the connection is lost
    }
    refresh();
    setTimeout(() => {
      busy = false;
      search();
    }, wanted === query ? Math.max(PAUSE_MILLIS, 4 * (performance.now() - started)) : 0);
  }

  async function show(parts) {
    shown = parts.filter((part) => /^\d+$/.test(part)).slice(0, 2).map(Number);
    picking = null;
    panel.hidden = shown.length === 0;
    element.classList.toggle('two', shown.length === 2);
    refresh();
    if (shown.length === 0) return;
    list.select(shown.at(-1));
    const mine = ++turn;
    let loaded;
    try {
      loaded = await Promise.all(shown.map(load));
    } catch (problem) {
      loaded = null;
      if (mine === turn) content.replaceChildren(el('p', {class: 'quiet'}, `${problem.message}.`));
    }
    if (mine !== turn) return;
    title.textContent = shown.length === 2 ?
      `Exchanges ${shown[0]} and ${shown[1]}` : `Exchange ${shown[0]}`;
    buttons.replaceChildren(
      ...(shown.length === 2 ? [] :
        [el('button', {type: 'button', onclick: pick}, 'Compare with…')]),
      el('button', {type: 'button', onclick: close, 'aria-label': 'Close'}, '✕'));
    if (!loaded) return;
    content.replaceChildren(...(loaded.length === 2 ?
      comparison(loaded[0], loaded[1], content) : details(loaded[0], content)));
    content.scrollTop = 0;
  }

  function pick() {
    picking = shown[0];
    refresh();
    list.element.focus();
  }

  function close() {
    if (picking !== null) {
      picking = null;
      refresh();
    } else if (shown.length > 0) {
      app.go('wire');
      list.element.focus();
    } else {
      return false;
    }
    return true;
  }

  on('exchanges', () => {
    refresh();
    stale = true;
    search();
  });
  on('state', () => live.exchanges.length === 0 && refresh());
  return {
    element, show, close,
    focus: () => list.element.focus(),
    count: () => live.total - live.since,
    placeholder: 'path, header, attribute, id, …',
    search: (text) => {
      query = text.trim();
      stale = true;
      if (query === '') refresh();
      search();
    },
  };
}
