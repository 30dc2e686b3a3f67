// Details of one exchange: headers, response, and the request as OTLP/JSON; or two side by side.

import {copyButton, el, long, oneLine, received} from './dom.js';
import {answerText, duration, sizeText, time} from './format.js';
import {jsonSet, jsonView} from './json.js';
import {get, getJson} from './live.js';

const ALWAYS_DIFFER = new Set(['Received', 'Connection', 'Response time']);

/** Fetches what is shown of an exchange: its details, and the request or why there is none. */
export async function load(number) {
  const exchange = await getJson(`api/exchanges/${number}`);
  try {
    exchange.request = exchange.accepted ?
      await (await get(`api/exchanges/${number}/request`)).text() : null;
    exchange.why = 'The body of a rejected request is not kept.';
  } catch (problem) {
    exchange.request = null;
    exchange.why = `Not shown: ${problem.message}.`;
  }
  return exchange;
}

/** The rows of the summary: [name, text or element, comparable text]. */
function facts(exchange) {
  return [
    ['Received', time(exchange.at)],
    ['Protocol', exchange.protocol],
    ['Connection', String(exchange.connection)],
    ['Request', oneLine(`${exchange.method} ${exchange.path}`)],
    ['Body', sizeText(exchange)],
    ['Contains', exchange.carries ?? 'no OTLP data'],
    ['Response', answerText(exchange)],
    ['Reason', oneLine(exchange.message)],
    ['Response time', `${exchange.tookMillis.toFixed(1)} ms`],
  ].filter(([, text]) => text !== '');
}

function traceLinks(exchange) {
  if (exchange.traces.length === 0) return null;
  const rest = exchange.traceCount - exchange.traces.length;
  return el('div', {class: 'fact'}, el('dt', {}, exchange.traceCount === 1 ? 'Trace' : 'Traces'),
    el('dd', {class: 'ids'},
      exchange.traces.map((id) => el('a', {href: `#traces/${id || '-'}`}, id || '(empty id)')),
      rest > 0 ? el('span', {}, `and ${rest} more`) : null));
}

/** The attempts at a batch, if there was more than one; waits are from response to request. */
function attempts(exchange) {
  if (exchange.attempts.length < 2) return [];
  const rows = exchange.attempts.map((x, i, all) => {
    const wait = i === 0 ? null : Math.max(0, x.at - all[i - 1].at - all[i - 1].tookMillis);
    return el('tr', {'aria-current': x.number === exchange.number ? 'true' : null},
      el('th', {scope: 'row'}, String(x.attempt)),
      el('td', {}, el('a', {href: `#wire/${x.number}`}, `exchange ${x.number}`)),
      el('td', {}, wait === null ? time(x.at) : `+${(wait / 1e3).toFixed(2)} s`),
      el('td', {class: x.accepted ? 'good' : 'bad'}, answerText(x)),
      el('td', {}, received(x.message)));
  });
  return [
    el('h3', {}, 'Attempts ',
      el('span', {class: 'quiet'}, 'at the same batch, with the waits between them')),
    el('table', {class: 'attempts', 'aria-label': 'Attempts'},
      el('thead', {class: 'unseen'}, el('tr', {},
        ['Attempt', 'Exchange', 'Wait', 'Response', 'Reason']
          .map((title) => el('th', {scope: 'col'}, title)))),
      el('tbody', {}, rows)),
  ];
}

/** The panel's content for one exchange. */
export function details(exchange, scroller) {
  return [
    el('dl', {class: 'facts'}, facts(exchange).map(([name, text]) =>
      el('div', {class: 'fact'}, el('dt', {}, name),
        el('dd', {class: name === 'Response' ? (exchange.accepted ? 'good' : 'bad') : null},
          el('bdi', {}, text)))),
      traceLinks(exchange)),
    ...attempts(exchange),
    el('h3', {}, 'Headers'),
    el('dl', {class: 'headers'}, exchange.headers.map(([name, value]) =>
      el('div', {class: 'fact'}, el('dt', {}, received(name)), el('dd', {}, long(value))))),
    el('h3', {}, 'Request ', el('span', {class: 'quiet'}, 'as OTLP/JSON '),
      exchange.request === null ? null : copyButton('Copy', () => exchange.request)),
    exchange.request === null ? el('p', {class: 'quiet'}, exchange.why) :
      jsonView({
        text: exchange.request, width: characters(scroller, 1), scroller,
        label: `Request of exchange ${exchange.number} as JSON`,
      }),
  ];
}

/** The panel's content for two: a row for each fact and header; differences are marked. */
export function comparison(a, b, scroller) {
  const row = (name, left, right) => {
    const differs = left !== right && !ALWAYS_DIFFER.has(name);
    return el('tr', {class: differs ? 'differs' : null},
      el('th', {scope: 'row'}, received(name)),
      el('td', {}, left === null ? el('span', {class: 'quiet'}, 'none') : long(left)),
      el('td', {}, right === null ? el('span', {class: 'quiet'}, 'none') : long(right)),
      el('td', {class: 'sign'}, differs ? 'differs' : ''));
  };
  const factsA = new Map(facts(a));
  const factsB = new Map(facts(b));
  const later = b.at - a.at;
  factsB.set('Received',
    `${time(b.at)}, ${duration(Math.abs(later) * 1e6)} ${later < 0 ? 'earlier' : 'later'}`);
  const headersA = headerMap(a);
  const headersB = headerMap(b);
  const names = (first, second) => [...new Set([...first.keys(), ...second.keys()])];
  const table = (caption, first, second) => el('table', {class: 'compared'},
    el('caption', {}, caption),
    el('thead', {}, el('tr', {},
      el('th', {scope: 'col'}, el('span', {class: 'unseen'}, 'What')),
      el('th', {scope: 'col'}, `Exchange ${a.number}`),
      el('th', {scope: 'col'}, `Exchange ${b.number}`),
      el('th', {scope: 'col', class: 'sign'}, el('span', {class: 'unseen'}, 'Difference')))),
    el('tbody', {}, names(first, second).map((name) =>
      row(name, first.get(name) ?? null, second.get(name) ?? null))));
  return [
    table('Exchange', factsA, factsB),
    table('Headers', headersA, headersB),
    el('h3', {}, 'Request ', el('span', {class: 'quiet'}, 'as OTLP/JSON')),
    ...requests(a, b, scroller),
  ];
}

function headerMap(exchange) {
  const headers = new Map();
  for (const [name, value] of exchange.headers) {
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  }
  return headers;
}

function requests(a, b, scroller) {
  const width = characters(scroller, 2);
  const view = (exchange, other) => exchange.request === null ?
    el('p', {class: 'quiet'}, exchange.why) :
    jsonView({
      text: exchange.request, width, scroller,
      label: `Request of exchange ${exchange.number} as JSON`,
      common: other.request === null ? null : jsonSet(other.request, width),
    });
  if (a.request !== null && a.request === b.request) {
    return [
      el('p', {class: 'same'}, 'Both requests are identical in every field.'),
      jsonView({
        text: a.request, width: characters(scroller, 1), scroller,
        label: 'The request of both as JSON',
      }),
    ];
  }
  return [
    el('p', {class: 'quiet'}, 'Lines that are only in one of the two requests are marked.'),
    el('div', {class: 'pair'}, view(a, b), view(b, a)),
  ];
}

/** How many characters of JSON fit side by side into so many columns. */
function characters(scroller, columns) {
  return Math.max(40, Math.floor((scroller.clientWidth / columns - 60) / 7.6));
}
