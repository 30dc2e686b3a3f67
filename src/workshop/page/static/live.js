// The server's state, kept up to date: the exchanges, and whether the page is connected.

import {Exchanges} from './exchanges.js';
import {ask} from './token.js';

const RETRY_MILLIS = 1000;

let kept = new Exchanges();
const listeners = {exchanges: [], state: [], guide: [], notebook: [], restart: []};
let source = null;
let retry = null;
let syncing = null;
let announced = null;

export const live = {
  exchanges: kept.list,
  connected: true,
  total: 0,
  dropped: 0,
  faults: 0, // how many are queued
  received: {traces: 0, metrics: 0, logs: 0},
  grpcPort: 4317,
  httpPort: 4318,
  guide: null, // {lessons, current}; null where there is no guide
  notebook: false,
  mayRun: false,
  instance: null,
  since: 0, // the lists show only what came after the exchange with this number
};

/**
 * Names: exchanges, state (connection, ports, counts), guide, restart (of the server), and notebook
 * with {lesson, version}, or with nothing when any may have changed.
 */
export function on(name, listener) {
  listeners[name].push(listener);
}

/** Makes the lists show only what comes after the exchange with this number; 0 for everything. */
export function showSince(number) {
  live.since = number;
  tell('restart');
  announce();
}

/** Makes the lists load what was loaded from a file, which does not count as received. */
export function loaded() {
  tell('restart');
  announce();
}

/** How many items of a signal came since then; of a part, what the exchanges kept here carried. */
export function arrived(signal) {
  if (live.since === 0) return live.received[signal];
  return live.exchanges.filter((x) => x.number > live.since && x.accepted && x.signal === signal)
    .reduce((sum, x) => sum + x.items, 0);
}

function tell(name, detail) {
  listeners[name].forEach((listener) => listener(detail));
}

/** Sends a request to the server; throws an Error with the reason if it is rejected. */
export async function get(path, options) {
  const response = await ask(path, options);
  if (!response.ok) {
    const problem = await response.json().catch(() => ({error: `HTTP status ${response.status}`}));
    throw Object.assign(new Error(problem.error), {status: response.status});
  }
  return response;
}

export async function getJson(path) {
  return (await get(path)).json();
}

/**
 * Posts to the server and returns its response.
 *
 * keepalive: for a page that is being closed; the browser still sends it
 */
export async function postJson(path, body, keepalive = false) {
  const headers = {'Content-Type': 'application/json'};
  const response =
    await get(path, {method: 'POST', headers, body: JSON.stringify(body), keepalive});
  return response.json();
}

/** Opens the stream now and whenever the page becomes visible; a hidden page has none. */
export function start() {
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  open();
}

function close() {
  source?.abort();
  source = null;
  clearTimeout(retry);
}

/** Reads the stream to its end, and reopens it. An EventSource could not send the token. */
async function open() {
  if (source || document.hidden) return;
  const stream = new AbortController();
  source = stream;
  try {
    const {body} = await get('api/events', {signal: stream.signal});
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const events = (text + part.value).split('\n\n');
      text = events.pop();
      events.forEach(heard);
    }
  } catch {
    // the backend has stopped, or cannot be reached
  }
  if (source !== stream) return; // closed because the page is hidden, or to try again later
  close();
  connected(false);
  retry = setTimeout(open, RETRY_MILLIS);
}

const hear = {
  hello: sync,
  resync: sync,
  guide: () => askGuide().then(() => tell('guide'), () => {}), // a lost connection asks again
  notebook: (news) => tell('notebook', news),
  faults: (count) => {
    live.faults = count;
    tell('state');
  },
  exchange: (exchange) => {
    if (!kept.add(exchange)) return;
    live.total = Math.max(live.total, exchange.number);
    live.dropped = Math.max(live.dropped, exchange.dropped);
    live.faults = exchange.faults;
    if (exchange.signal) { // the server counts, because a slow page does not get every exchange
      const {signal, received} = exchange;
      live.received[signal] = Math.max(live.received[signal], received);
    }
    kept.trim(live.dropped);
    announce();
  },
};

/** An event of the stream: a line with its name, and one with its data as JSON. */
function heard(event) {
  const [, name, data] = event.match(/^event: (\w+)\ndata: (.*)$/) ?? []; // else a comment
  hear[name]?.(JSON.parse(data));
}

/** Requests the whole state. One request at a time; news in the meantime causes another. */
async function sync() {
  if (syncing) {
    syncing.again = true;
    return;
  }
  syncing = {again: false};
  try {
    do {
      syncing.again = false;
      const state = await getJson('api/exchanges');
      const restarted = live.instance !== null && live.instance !== state.instance;
      if (live.instance !== state.instance) {
        kept = new Exchanges();
        live.exchanges = kept.list;
        live.since = 0;
      }
      const {exchanges, guide, ...rest} = state;
      Object.assign(live, rest);
      exchanges.forEach((exchange) => kept.add(exchange));
      kept.trim(live.dropped);
      await askGuide(guide);
      if (restarted) tell('restart');
      connected(true);
      tell('guide');
      tell('notebook');
      announce();
    } while (syncing.again);
  } catch {
    connected(false); // the stream tells when to try again
    close();
    retry = setTimeout(open, RETRY_MILLIS);
  } finally {
    syncing = null;
  }
}

async function askGuide(there = true) {
  live.guide = there ? await getJson('api/guide') : null;
}

function connected(yes) {
  live.connected = yes;
  tell('state');
}

/** Many may arrive at once; the listeners are called once per frame. */
function announce() {
  announced ??= requestAnimationFrame(() => {
    announced = null;
    tell('exchanges');
    tell('state');
  });
}
