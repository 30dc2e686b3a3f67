// One trace as a waterfall, and the details of one span.

import {copyButton, el, oneLine, received} from './dom.js';
import {duration, nanosTime, plural} from './format.js';
import {List} from './list.js';
import {get, getJson} from './live.js';
import {colour, service} from './services.js';
import {spanDetails} from './span.js';
import {bar, foundWithParents, markParents, markSelfTimes, percent, unfolded} from './timeline.js';

const PAUSE_MILLIS = 400;
const DEEPEST_INDENT = 24;
const MOST_MARKS = 100; // log records of a span that its line shows
const REVOKE_MILLIS = 10_000; // by then, the browser has begun to save a file

const isSpanId = (text) => /^[0-9a-f]{16}$/.test(text ?? '');

export function waterfall(app) {
  let id = null;
  let trace = null;
  let span = null; // the key of the span opened
  let folded = new Set();
  let shownLogs = 0; // of the span opened
  let query = '';
  let stale = false;
  let busy = false;
  let turn = 0;

  const key = (row) => `${row.exchange}.${row.index}`;
  const list = new List({
    label: 'Spans', name: 'waterfall',
    key,
    columns: [
      {title: 'Service and span', name: 'name', draw: drawName},
      {title: 'Duration', name: 'took', draw: (cell, row) => {
        cell.textContent = row.nanos === null ? '' : duration(row.nanos);
      }},
      {title: 'Self', name: 'self', draw: (cell, row) => {
        cell.textContent = row.self === null ? '' : duration(row.self);
      }},
      {title: '', name: 'timeline', draw: drawTimeline},
    ],
    tree: {fold},
    decorate: (row, item) => {
      row.setAttribute('aria-level', item.depth + 1);
      if (item.parent) row.setAttribute('aria-expanded', !folded.has(key(item)));
      else row.removeAttribute('aria-expanded');
      if (item.status === 'ERROR') row.classList.add('error');
      if (key(item) === span) row.classList.add('open');
      if (!item.found) row.classList.add('aside');
    },
    open: (item, event) => {
      if (event.target.closest?.('.fold')) fold(item, folded.has(key(item)));
      else app.go(`traces/${id}/${key(item)}`);
    },
    moved: (item) => {
      if (span !== null) app.go(`traces/${id}/${key(item)}`, true);
    },
  });
  const ruler = el('div', {class: 'ruler', 'aria-hidden': true});
  list.element.querySelector('.head .timeline').append(
    el('span', {class: 'unseen'}, 'Time line'), ruler);

  const heading = el('h2', {});
  const facts = el('p', {class: 'summary'});
  const legend = el('p', {class: 'legend'});
  const warning = el('p', {class: 'warn'});
  const download = el('button', {type: 'button', onclick: save}, 'Download as OTLP JSON');
  const copyId = copyButton('Copy id', () => trace.id);
  const find = el('input', {
    type: 'search', spellcheck: 'false', autocomplete: 'off', 'aria-label': 'Find spans',
    placeholder: 'Find spans: name, key=value, error, id',
    oninput: () => {
      query = find.value.trim();
      stale = true;
      reload();
    }});
  const found = el('span', {class: 'quiet', role: 'status'});
  const head = el('div', {class: 'trace-head'},
    el('a', {class: 'button', href: '#traces'}, '← Traces'),
    heading, facts, copyId, download, legend, el('span', {class: 'find'}, find, found), warning);
  const title = el('h2', {});
  const content = el('div', {class: 'content'});
  const panel = el('section', {class: 'panel', 'aria-label': 'Span', hidden: true},
    el('div', {class: 'bar'}, title, el('span', {class: 'buttons'},
      copyButton('Copy span id', () => shownRow()?.id ?? span),
      el('button', {type: 'button', 'aria-label': 'Close', onclick: () => close()}, '✕'))),
    content);
  const problem = el('p', {class: 'empty'});
  const listing = el('div', {class: 'listing'}, head, problem, list.element);
  const element = el('div', {class: 'split one-trace', hidden: true}, listing, panel);

  function drawName(cell, row) {
    const indent = el('span', {class: 'indent'});
    indent.style.width = `${Math.min(row.depth, DEEPEST_INDENT) * 14}px`;
    cell.title = oneLine(`${row.service}: ${row.name}`);
    cell.replaceChildren(...[
      indent,
      el('span', {class: 'fold', 'aria-hidden': true},
        row.parent ? (folded.has(key(row)) ? '▸' : '▾') : ''),
      service(row.service),
      received(row.name, {class: 'strong'}),
      row.kind === 'INTERNAL' || row.kind === 'UNSPECIFIED' ? null :
        el('span', {class: 'kind'}, row.kind),
      row.status === 'ERROR' ? el('span', {class: 'tag bad'}, 'ERROR') : null,
      row.links > 0 ? el('span', {class: 'tag'}, plural(row.links, 'link')) : null,
      row.parentMissing ? el('span', {class: 'tag warn'}, 'parent missing') : null,
      row.logs.length > 0 ? el('span', {class: 'tag'}, plural(row.logs.length, 'log')) : null,
      row.problems ? el('span', {class: 'tag warn'}, row.problems) : null,
    ].filter((part) => part));
  }

  function drawTimeline(cell, row) {
    const place = bar(row.at, row.nanos, trace.nanos);
    if (place === null) {
      cell.replaceChildren();
      return;
    }
    const drawn = el('span', {class: `span-bar ${colour(row.service)}`});
    drawn.style.left = `${place.left}%`;
    drawn.style.width = `${place.width}%`;
    const events = row.events.filter((event) => event.at !== null);
    const logs = row.logs.slice(0, MOST_MARKS).filter((log) => log.after !== null);
    const mark = (kind, at, name) => {
      const title = oneLine(`${name}, after ${duration(at - row.at)}`);
      const drawn = el('span', {class: kind, title});
      drawn.style.left = `${percent(at, trace.nanos)}%`;
      return drawn;
    };
    cell.replaceChildren(drawn, ...events.map((event) => mark('event', event.at, event.name)),
      ...logs.map((log) => mark('event log', log.after, `${log.severity} ${log.body}`)),
      el('span', {class: 'unseen'}, ` from ${duration(row.at)}` +
        events.map((event) => `, event ${oneLine(event.name)}`).join('')));
  }

  /** Shows or hides what is below a row; false if there is nothing to do. */
  function fold(row, open) {
    if (!row.parent || open !== folded.has(key(row))) return false;
    if (open) folded.delete(key(row));
    else folded.add(key(row));
    list.set(rows());
    return true;
  }

  function rows() {
    if (query !== '') return foundWithParents(trace.rows);
    return unfolded(trace.rows, (row) => folded.has(key(row)));
  }

  async function reload() {
    if (busy || !stale || id === null || document.hidden) return;
    busy = true;
    stale = false;
    const wanted = id;
    const started = performance.now();
    try {
      const [found, logs] = await Promise.all([
        getJson(`api/traces/${wanted}?q=${encodeURIComponent(query)}`),
        wanted === '-' ? {rows: []} : getJson(`api/traces/${wanted}/logs`)]);
      if (wanted === id) draw(found, logs);
    } catch (e) {
      if (wanted === id && trace === null) {
        problem.textContent = `${e.message}.`;
        problem.hidden = false;
      }
    }
    setTimeout(() => {
      busy = false;
      reload();
    }, wanted === id ? Math.max(PAUSE_MILLIS, 4 * (performance.now() - started)) : 0);
  }

  function draw(loaded, logs) {
    trace = loaded;
    markParents(trace.rows);
    markSelfTimes(trace.rows);
    const lonely = placeLogs(logs.rows);
    const matches = trace.rows.filter((row) => row.found).length;
    found.textContent = query === '' ? '' : `${matches} of ${plural(trace.rows.length, 'span')}`;
    const services = [...new Set(trace.rows.map((row) => row.service))];
    const exchanges = [...new Set(trace.rows.map((row) => row.exchange))].sort((a, b) => a - b);
    const errors = trace.rows.filter((row) => row.status === 'ERROR').length;
    const lost = trace.rows.filter((row) => row.parentMissing).length;
    heading.replaceChildren(received(trace.rows[0].name));
    facts.replaceChildren(
      [nanosTime(trace.start), duration(trace.nanos), plural(trace.total, 'span'),
        errors > 0 ? plural(errors, 'error') : null,
        logs.rows.length > 0 ? plural(logs.rows.length, 'log record') : null]
        .filter((part) => part).join(' · '),
      ` · ${exchanges.length === 1 ? 'exchange' : 'exchanges'} `,
      ...exchanges.slice(0, 8).flatMap((n, i) =>
        [i > 0 ? ', ' : '', el('a', {href: `#wire/${n}`}, String(n))]),
      exchanges.length > 8 ? ` and ${exchanges.length - 8} more` : '',
      el('code', {}, ` · ${trace.id || 'empty trace id'}`));
    legend.replaceChildren(...services.map(service));
    warning.textContent = [
      lost > 0 ? plural(lost, 'span') +
        ` ${lost === 1 ? 'names' : 'name'} a parent that did not arrive.` : '',
      lonely > 0 ? `${plural(lonely, 'log record')} of no span that arrived: search the logs for ` +
        'the trace id.' : '',
      trace.total > trace.rows.length ? `Only the first ${trace.rows.length} spans are shown.` : '',
    ].join(' ').trim();
    warning.hidden = warning.textContent === '';
    ruler.replaceChildren(...[0, 0.25, 0.5, 0.75, 1].map((part) => {
      const tick = el('span', {}, duration(trace.nanos * part));
      if (part === 1) tick.style.right = '0';
      else tick.style.left = `${part * 100}%`;
      return tick;
    }));
    problem.hidden = true;
    head.hidden = false;
    list.element.hidden = false;
    list.set(rows());
    if (isSpanId(span)) {
      openById();
    } else if (span !== null) {
      list.select(span);
      if (shownRow()?.logs.length !== shownLogs) showSpan();
    }
  }

  /** Gives each span its log records; returns how many belong to no span that is there. */
  function placeLogs(logs) {
    const bySpan = Map.groupBy(logs, (log) => log.span);
    logs.forEach((log) => {
      log.after = log.nanos === '0' ? null : Number(BigInt(log.nanos) - BigInt(trace.start));
    });
    trace.rows.forEach((row) => {
      row.logs = bySpan.get(row.id) ?? [];
    });
    const ids = new Set(trace.rows.map((row) => row.id));
    return logs.filter((log) => !ids.has(log.span)).length;
  }

  const shownRow = () => trace?.rows.find((row) => key(row) === span);

  /** A link from elsewhere knows the span's id only. */
  function openById() {
    const row = trace.rows.find((other) => other.id === span);
    if (row) app.go(`traces/${id}/${key(row)}`, true);
    else showSpan();
  }

  /** A link could not send the token, so the page fetches the file for the browser to save. */
  async function save() {
    const name = `trace-${id}.json`;
    try {
      const file = URL.createObjectURL(await (await get(`api/traces/${id}/otlp.json`)).blob());
      el('a', {href: file, download: name}).click();
      setTimeout(() => URL.revokeObjectURL(file), REVOKE_MILLIS);
    } catch (e) {
      warning.textContent = `Not downloaded: ${e.message}.`;
      warning.hidden = false;
    }
  }

  async function showSpan() {
    panel.hidden = span === null;
    if (span === null) return;
    const mine = ++turn;
    if (isSpanId(span)) {
      title.textContent = `Span ${span}`;
      content.replaceChildren(
        el('p', {class: 'quiet'}, trace ? 'This span did not arrive.' : 'Loading…'));
      return;
    }
    const [exchange, index] = span.split('.');
    try {
      const request = await getJson(`api/exchanges/${exchange}/spans/${index}`);
      if (mine !== turn) return;
      const found = request.resourceSpans[0].scopeSpans[0].spans[0];
      shownLogs = shownRow()?.logs.length;
      title.replaceChildren(received(found.name ?? ''));
      content.replaceChildren(
        ...spanDetails(request, exchange, parentOf(found), trace, shownRow()));
      content.scrollTop = 0;
    } catch (e) {
      if (mine === turn) content.replaceChildren(el('p', {class: 'quiet'}, `${e.message}.`));
    }
  }

  function parentOf(found) {
    const row = trace?.rows.find((other) => other.id === found.parentSpanId);
    return row ? {name: row.name, href: `#traces/${id}/${key(row)}`} : null;
  }

  function close() {
    if (span === null) return false;
    app.go(`traces/${id}`);
    list.element.focus();
    return true;
  }

  return {
    element, close,
    list: list.element,
    show: (wanted, wantedSpan) => {
      element.hidden = wanted === null;
      const other = wanted !== id;
      id = wanted;
      span = wantedSpan;
      if (other) {
        trace = null;
        folded = new Set();
        query = find.value = '';
        head.hidden = true;
        list.element.hidden = true;
        problem.hidden = true;
        stale = true;
        reload();
      } else if (trace) {
        list.set(rows());
        if (isSpanId(span)) return openById();
        if (span !== null) list.select(span);
      }
      showSpan();
    },
    changed: () => {
      stale = true;
      reload();
    },
  };
}
