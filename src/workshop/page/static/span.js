// Details of a span, as in OTLP: attributes with their types, resource, scope, and the rest.

import {el, long, received, visible} from './dom.js';
import {duration, nanosTime} from './format.js';

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES = ['UNSET', 'OK', 'ERROR'];

const TYPES = {
  stringValue: 'string', intValue: 'int', boolValue: 'bool', doubleValue: 'double',
  arrayValue: 'array', kvlistValue: 'map', bytesValue: 'bytes',
};

/** An AnyValue of OTLP/JSON as [type, text]. */
export function typed(value) {
  const [name, content] = Object.entries(value ?? {})[0] ?? [];
  const type = TYPES[name] ?? 'empty';
  if (type === 'array') {
    const values = (content.values ?? []).map(typed);
    const types = [...new Set(values.map(([inner]) => inner))];
    return [`${types.length === 1 ? types[0] : 'mixed'} array`,
      `[${values.map(([, text]) => text).join(', ')}]`];
  }
  if (type === 'map') {
    return [type, `{${(content.values ?? []).map((entry) =>
      `${entry.key ?? ''}: ${typed(entry.value)[1]}`).join(', ')}}`];
  }
  return [type, type === 'empty' ? '' : String(content)];
}

/**
 * request: an export request with the one span; parent: {name, href} if it arrived, else null;
 * row: the span in the waterfall, with its log records; may be missing
 */
export function spanDetails(request, exchange, parent, trace, row) {
  const around = request.resourceSpans[0];
  const scoped = around.scopeSpans[0];
  const span = scoped.spans[0];
  const scope = scoped.scope ?? {};
  const start = BigInt(span.startTimeUnixNano ?? 0);
  const end = BigInt(span.endTimeUnixNano ?? 0);
  const status = STATUSES[span.status?.code ?? 0] ?? span.status.code;
  const offset = trace && start !== 0n && start !== BigInt(trace.start) ?
    `, ${duration(Number(start - BigInt(trace.start)))} into the trace` : '';
  return [
    el('dl', {class: 'facts'},
      fact('Kind', KINDS[span.kind ?? 0] ?? String(span.kind)),
      fact('Status', el('span', {class: status === 'ERROR' ? 'bad' : null},
        visible(`${status}${span.status?.message ? `: ${span.status.message}` : ''}`))),
      fact('Start', nanosTime(start) + offset),
      fact('Duration', durationText(start, end)),
      row && row.self !== null ?
        fact('Self time', `${duration(row.self)}, without its children`) : null,
      fact('Span id', el('code', {}, span.spanId || 'empty')),
      fact('Parent', parentFact(span, parent)),
      fact('Flags', flags(span.flags ?? 0)),
      span.traceState ? fact('Trace state', long(span.traceState)) : null,
      fact('Received in', el('a', {href: `#wire/${exchange}`}, `exchange ${exchange}`))),
    ...attributes('Attributes', span.attributes, span.droppedAttributesCount),
    ...events(span, start),
    ...logs(row?.logs ?? [], start),
    ...links(span),
    ...attributes('Resource', around.resource?.attributes, around.resource?.droppedAttributesCount),
    around.schemaUrl ? el('dl', {class: 'facts'}, fact('Schema', long(around.schemaUrl))) : null,
    el('h3', {}, 'Scope'),
    el('dl', {class: 'facts'},
      fact('Name', scope.name ? received(scope.name) : 'none'),
      scope.version ? fact('Version', received(scope.version)) : null,
      scoped.schemaUrl ? fact('Schema', long(scoped.schemaUrl)) : null),
    scope.attributes ? attributeTable('Scope attributes', scope.attributes) : null,
  ].filter((part) => part);
}

/** How long a span lasted, from its times in nanoseconds as BigInt; 0 means that none was sent. */
export function durationText(start, end) {
  if (start === 0n || end === 0n) return end === 0n ? 'no end' : 'no start';
  return duration(Number(end - start)) + (end < start ? ' (it ends before it starts)' : '');
}

/** When something happened, after the start of its span. */
export function afterText(start, at) {
  return start === 0n || at === 0n ? 'without a time' : `after ${duration(Number(at - start))}`;
}

/** Whether a span has no parent: an id of zeros means the same as none. */
export function isRoot(span) {
  return /^0*$/.test(span.parentSpanId ?? '');
}

/** A name and what it is, of a list of facts. */
export function fact(name, content) {
  return el('div', {class: 'fact'}, el('dt', {}, name), el('dd', {}, content));
}

function parentFact(span, parent) {
  if (isRoot(span)) return 'none, this is the root';
  if (parent) return el('a', {href: parent.href}, received(parent.name));
  return el('span', {class: 'warn'}, `${span.parentSpanId}, which did not arrive`);
}

/** The lower byte holds the W3C trace flags; bits 8 and 9 say whether the parent is remote. */
export function flags(bits) {
  const words = [bits & 1 ? 'sampled' : 'not sampled', bits & 2 ? 'random trace id' : null,
    bits & 0x100 ? (bits & 0x200 ? 'parent is remote' : 'parent is local') : null];
  return `0x${bits.toString(16).padStart(3, '0')}: ${words.filter((word) => word).join(', ')}`;
}

/** A heading and a table of attributes of OTLP/JSON. */
export function attributes(name, list, dropped) {
  const lost = droppedLine(dropped);
  if (!list || list.length === 0) {
    return [el('h3', {}, name), lost ?? el('p', {class: 'quiet'}, 'none')];
  }
  return [el('h3', {}, name), attributeTable(name, list), lost];
}

/** What the sender dropped, as it reports; null if nothing. */
function droppedLine(count) {
  return count ? el('p', {class: 'warn'}, `The sender dropped ${count} more.`) : null;
}

function attributeTable(name, list) {
  return el('table', {class: 'attributes'},
    el('caption', {class: 'unseen'}, name),
    el('thead', {class: 'unseen'}, el('tr', {},
      ['Key', 'Type', 'Value'].map((title) => el('th', {scope: 'col'}, title)))),
    el('tbody', {}, list.map((attribute) => {
      const [type, text] = typed(attribute.value);
      return el('tr', {},
        el('th', {scope: 'row'}, received(attribute.key ?? '')),
        el('td', {class: 'type'}, type),
        el('td', {}, long(text)));
    })));
}

function events(span, start) {
  if (!span.events && !span.droppedEventsCount) return [];
  return [el('h3', {}, 'Events'),
    ...(span.events ?? []).map((event) => el('div', {class: 'part'},
      el('p', {}, received(event.name ?? '', {class: 'strong'}), ' ',
        el('span', {class: 'quiet'}, afterText(start, BigInt(event.timeUnixNano ?? 0)))),
      event.attributes ? attributeTable('Event attributes', event.attributes) : null)),
    droppedLine(span.droppedEventsCount)];
}

const MOST_LOGS = 100;

function logs(records, start) {
  if (records.length === 0) return [];
  return [el('h3', {}, 'Log records'),
    ...records.slice(0, MOST_LOGS).map((log) => el('div', {class: 'part'},
      el('p', {}, el('a', {href: `#logs/${log.exchange}.${log.index}`},
        received(log.severity || 'no severity')), ' ',
      log.event ? received(log.event, {class: 'strong'}) : null, ' ',
      el('span', {class: 'quiet'}, afterText(start, BigInt(log.nanos)))),
      long(log.body))),
    records.length > MOST_LOGS ?
      el('p', {class: 'quiet'}, `and ${records.length - MOST_LOGS} more`) : null];
}

function links(span) {
  if (!span.links) return [];
  return [el('h3', {}, 'Links'),
    ...span.links.map((link) => el('div', {class: 'part'},
      el('p', {}, 'Span ', el('code', {}, link.spanId || 'empty'), ' of trace ',
        el('a', {href: `#traces/${link.traceId || '-'}`}, link.traceId || 'empty')),
      link.attributes ? attributeTable('Link attributes', link.attributes) : null))];
}
