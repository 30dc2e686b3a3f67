// What a cell caused on the wire: each exchange, and the spans in it.

import {el, oneLine, received} from './dom.js';
import {answerText, duration, plural} from './format.js';
import {get, getJson} from './live.js';
import {colour, service} from './services.js';
import {typed} from './span.js';
import {bar} from './timeline.js';

const MOST_EXCHANGES = 12;
const MOST_TRACES = 4;
const MOST_SPANS = 24; // in all traces together
const MOST_WITH_ATTRIBUTES = 100; // spans of a trace; more are a long download
const LONGEST_VALUE = 80;

export function causedView() {
  const head = el('p', {class: 'caused-head'});
  const exchanges = el('ul', {class: 'chips', 'aria-label': 'Exchanges'});
  const spans = el('div', {});
  const element = el('div', {class: 'caused', hidden: true}, head, exchanges, spans);
  let shown = '';
  let turn = 0;

  function update(caused) {
    const text = JSON.stringify(caused);
    if (text === shown) return;
    shown = text;
    const count = caused.exchanges.length + caused.more;
    element.hidden = count === 0;
    head.replaceChildren(
      el('span', {class: 'strong'},
        `→ ${plural(count, 'exchange')}${carried(caused, count)}`),
      caused.rejected > 0 ? el('span', {class: 'bad'}, `${caused.rejected} rejected`) : '');
    const listed = caused.exchanges.slice(0, MOST_EXCHANGES);
    const rest = count - listed.length;
    exchanges.replaceChildren(...listed.map((exchange) => el('li', {}, chip(exchange))),
      ...(rest > 0 ? [el('li', {}, el('a', {href: '#wire'}, `and ${rest} more`))] : []));
    if (count === 0) spans.replaceChildren();
    showSpans(caused);
  }

  async function showSpans(caused) {
    const mine = ++turn;
    const numbers = new Set(caused.exchanges.map((exchange) => exchange.number));
    const drawn = [];
    let room = MOST_SPANS;
    for (const id of caused.traces.slice(0, MOST_TRACES)) {
      let trace;
      try {
        trace = await load(id, numbers);
      } catch {
        continue; // deleted, or the connection is lost: the exchanges are still listed
      }
      if (mine !== turn) return;
      drawn.push(traceElement(id, trace, room));
      room = Math.max(0, room - trace.rows.length);
      if (room === 0) break;
    }
    const rest = caused.traces.length - drawn.length;
    if (rest > 0 && drawn.length > 0) {
      drawn.push(el('p', {},
        el('a', {href: '#traces'}, `and ${plural(rest, 'more trace')}`)));
    }
    if (mine === turn) spans.replaceChildren(...drawn);
  }

  return {element, update};
}

function carried(caused, count) {
  if (caused.spans > 0) return `, ${plural(caused.spans, 'span')}`;
  return caused.rejected === count ? '' : ', no spans';
}

function chip(exchange) {
  const answer = answerText(exchange);
  return el('a', {
    href: `#wire/${exchange.number}`,
    class: exchange.accepted ? 'chip' : 'chip refused',
  },
  el('span', {class: 'unseen'}, 'Exchange '), el('span', {class: 'strong'}, `#${exchange.number}`),
  ` · ${exchange.protocol} · `,
  exchange.accepted && exchange.carries ? `${exchange.carries} · ` : '',
  el('span', {class: exchange.accepted ? 'good' : 'bad'},
    exchange.accepted ? answer : `rejected: ${oneLine(answer)}`));
}

/** A trace with those of its spans that came in these exchanges, and their attributes. */
async function load(id, numbers) {
  const trace = await getJson(`api/traces/${id || '-'}`);
  trace.rows = trace.rows.filter((row) => numbers.has(row.exchange));
  trace.attributes = new Map();
  trace.resources = new Map();
  if (trace.total <= MOST_WITH_ATTRIBUTES) {
    const {resourceSpans} = await (await get(`api/traces/${id || '-'}/otlp.json`)).json();
    for (const {resource, scopeSpans} of resourceSpans) {
      const own = (resource?.attributes ?? []).filter(({key}) =>
        key !== 'service.name' && !key.startsWith('telemetry.sdk.'));
      for (const span of (scopeSpans ?? []).flatMap((scoped) => scoped.spans ?? [])) {
        trace.attributes.set(span.spanId, span.attributes ?? []);
        trace.resources.set(span.spanId, own);
      }
    }
  }
  return trace;
}

function traceElement(id, trace, room) {
  const rows = trace.rows.slice(0, room);
  const link = `#traces/${id || '-'}`;
  const services = [...new Set(rows.map((row) => row.service))];
  return el('section', {class: 'caused-trace', 'aria-label': 'Trace'},
    el('p', {class: 'caused-trace-head'},
      el('a', {href: link}, 'trace ', el('code', {}, id ? id.slice(0, 16) : '(empty id)')),
      ...services.map((name) => {
        const own = trace.resources.get(rows.find((row) => row.service === name).id) ?? [];
        return el('span', {}, service(name), own.length > 0 ? attributes(own) : null);
      })),
    el('ul', {}, rows.map((row) => spanElement(row, trace, link))),
    trace.rows.length > rows.length ?
      el('p', {}, el('a', {href: link}, `and ${plural(trace.rows.length - rows.length, 'span')}`)) :
      null);
}

function spanElement(row, trace, link) {
  const place = bar(row.at, row.nanos, trace.nanos);
  const drawn = place && el('span', {class: `span-bar ${colour(row.service)}`});
  if (drawn) {
    drawn.style.left = `${place.left}%`;
    drawn.style.width = `${place.width}%`;
  }
  const name = el('span', {class: 'name'}, received(row.name, {class: 'strong'}),
    row.kind === 'INTERNAL' || row.kind === 'UNSPECIFIED' ? null :
      el('span', {class: 'kind'}, row.kind),
    row.status === 'ERROR' ? el('span', {class: 'tag bad'}, 'ERROR') : null,
    row.parentMissing ? el('span', {class: 'tag warn'}, 'parent missing') : null,
    row.problems ? el('span', {class: 'tag warn'}, row.problems) : null);
  const more = el('div', {class: 'more'}, attributes(trace.attributes.get(row.id) ?? []),
    row.events.map((event) => el('span', {class: 'attribute'}, `event ${oneLine(event.name)}`)));
  name.style.paddingLeft = more.style.paddingLeft = `${Math.min(row.depth, 8) * 14}px`;
  return el('li', {},
    el('a', {class: 'span', href: `${link}/${row.exchange}.${row.index}`},
      name, el('span', {class: 'timeline', 'aria-hidden': true}, drawn),
      el('span', {class: 'took'}, row.nanos === null ? null : duration(row.nanos))),
    more.childElementCount > 0 ? more : null);
}

function attributes(list) {
  return list.map(({key, value}) => {
    const text = typed(value)[1];
    return el('span', {class: 'attribute'}, el('span', {class: 'quiet'}, received(key), '='),
      received(text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text));
  });
}
