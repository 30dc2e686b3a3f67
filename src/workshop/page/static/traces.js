// The traces: a list with a search, and one trace as a waterfall.

import {el, received} from './dom.js';
import {duration, plural, time} from './format.js';
import {emptyHint} from './hints.js';
import {List} from './list.js';
import {getJson, live, on} from './live.js';
import {service} from './services.js';
import {waterfall} from './waterfall.js';

const PAUSE_MILLIS = 400;

export function tracesView(app) {
  let query = '';
  let asked = null; // the query of the list that is shown
  let traces = [];
  let more = false;
  let longest = 1;
  let stale = true;
  let busy = false;
  let trace = null; // the id of the trace opened
  let problem = null;

  const list = new List({
    label: 'Traces', name: 'traces',
    key: (item) => item.id,
    columns: [
      {title: 'Start', name: 'time', draw: (cell, t) => {
        cell.textContent = t.at ? time(t.at) : '';
      }},
      {title: 'Trace', name: 'name', draw: (cell, t) => cell.replaceChildren(
        service(t.service), ' ', received(t.name, {class: 'strong'}),
        t.rootArrived ? '' : el('span', {class: 'warn'}, ' root did not arrive'))},
      {title: 'Other services', name: 'services', draw: (cell, t) => cell.replaceChildren(
        ...t.services.filter((name) => name !== t.service).map(service))},
      {title: 'Spans', name: 'number', draw: (cell, t) => (cell.textContent = t.spans)},
      {title: 'Errors', name: 'errors', draw: (cell, t) => {
        cell.textContent = t.errors > 0 ? plural(t.errors, 'error') : '';
      }},
      {title: 'Duration', name: 'duration', draw: (cell, t) => {
        const bar = el('span', {class: 'bar-of'});
        bar.style.width = `${Math.max(1, Math.min(100, (t.nanos / longest) * 100))}%`;
        cell.replaceChildren(el('span', {class: 'meter'}, bar), el('span', {}, duration(t.nanos)));
      }},
      {title: 'Trace id', name: 'id', draw: (cell, t) => (cell.textContent = t.id.slice(0, 8))},
    ],
    open: (item) => app.go(`traces/${item.id || '-'}`),
  });
  const summary = el('p', {class: 'summary'});
  const empty = el('div', {class: 'empty'});
  const listing =
    el('div', {class: 'listing'}, el('div', {class: 'bar'}, summary), list.element, empty);
  const one = waterfall(app);
  const element = el('section', {class: 'view', 'aria-label': 'Traces'}, listing, one.element);

  function draw() {
    list.set(traces);
    summary.textContent = problem ?? [
      asked ? `${plural(traces.length, 'trace')} found` : plural(traces.length, 'trace'),
      more ? 'the newest; search to find others' : null,
    ].filter((part) => part).join(', ');
    list.element.hidden = traces.length === 0;
    empty.hidden = traces.length > 0 || problem !== null || asked === null;
    if (traces.length === 0) {
      empty.replaceChildren(...(asked ?
        [el('p', {}, 'No trace contains all these words in its services, names, attributes or id.'),
          el('p', {class: 'quiet'}, 'Search for an attribute as key=value.')] :
        emptyHint('No span has arrived yet.')));
    }
    app.counted();
  }

  /** Loads the list if it may be out of date; after a slow response it waits longer. */
  async function reload() {
    if (busy || !stale || document.hidden) return;
    busy = true;
    stale = false;
    const started = performance.now();
    const wanted = query;
    try {
      const found = await getJson(
        `api/traces?since=${live.since}&q=${encodeURIComponent(wanted)}`);
      traces = found.traces;
      more = found.more;
      longest = traces.reduce((most, t) => Math.max(most, t.nanos), 1);
      asked = wanted;
      problem = null;
    } catch (e) {
      problem = live.connected ? `The list cannot be shown: ${e.message}.` : null;
    }
    draw();
    setTimeout(() => {
      busy = false;
      reload();
    }, wanted === query ? Math.max(PAUSE_MILLIS, 4 * (performance.now() - started)) : 0);
  }

  let seen = -1;
  let seenLogs = -1;
  on('exchanges', () => {
    if (live.received.logs !== seenLogs) {
      seenLogs = live.received.logs;
      one.changed();
    }
    if (live.received.traces === seen && live.total > 0) return;
    seen = live.received.traces;
    stale = true;
    reload();
    one.changed();
  });
  on('restart', () => {
    stale = true;
    reload();
    one.changed();
  });
  document.addEventListener('visibilitychange', reload);

  return {
    element,
    show: (parts) => {
      trace = parts[0] ?? null;
      listing.hidden = trace !== null;
      one.show(trace, parts[1] ?? null);
      if (trace === null) draw();
    },
    close: () => {
      if (trace === null) return false;
      if (!one.close()) {
        const was = trace;
        app.go('traces');
        list.select(was);
        list.element.focus();
      }
      return true;
    },
    focus: () => (trace === null ? list.element : one.list).focus(),
    count: () => (query ? null : `${traces.length || ''}${more ? '+' : ''}`),
    placeholder: 'service, name, key=value, trace id',
    search: (text) => {
      query = text;
      stale = true;
      if (trace !== null) app.go('traces');
      reload();
    },
  };
}
