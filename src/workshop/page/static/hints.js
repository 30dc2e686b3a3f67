// What to type when there is nothing to see.

import {command, el} from './dom.js';
import {live} from './live.js';

export function emptyHint(what = 'Nothing has arrived yet.') {
  const lesson = live.guide?.lessons.find((each) => each.protocol !== 'none'); // one that sends
  return [
    el('p', {}, what),
    ...(lesson ? howToRun(lesson) : []),
    el('p', {class: 'quiet'}, 'Spans appear here without a reload. ' +
      'Any OTLP exporter can send them: ' +
      `gRPC to port ${live.grpcPort}, HTTP to port ${live.httpPort}.`),
  ];
}

/** The lesson's command, with the endpoint in front where the port is not the standard one. */
function howToRun({name, protocol}) {
  const [port, standard] = protocol === 'grpc' ? [live.grpcPort, 4317] : [live.httpPort, 4318];
  const endpoint =
    port === standard ? '' : `OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:${port} `;
  return [
    live.mayRun ? el('p', {}, 'Run all cells of a notebook that sends spans, such as ',
      el('a', {href: `#lesson/${name}`}, name),
      ', or type this in another terminal:') : el('p', {}, 'In another terminal, type:'),
    command(`${endpoint}./jbang ${name}.java`),
  ];
}
