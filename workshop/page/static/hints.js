// What to do when nothing has arrived yet.

import {command, el} from './dom.js';
import {live} from './live.js';

/** The lesson's command, with the endpoint in front where the ports are not the standard ones. */
function lessonCommand() {
  const standard = live.grpcPort === 4317;
  return (standard ? '' : `OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:${live.grpcPort} `) +
    './jbang 02-grpc-export.java';
}

export function emptyHint(what = 'Nothing has arrived yet.') {
  return [
    el('p', {}, what),
    live.mayRun ? el('p', {}, 'Run all cells of a notebook that sends spans, such as ',
      el('a', {href: '#lesson/02-grpc-export'}, '02-grpc-export'),
      ', or type this in another terminal:') : el('p', {}, 'In another terminal, type:'),
    command(lessonCommand()),
    el('p', {class: 'quiet'}, 'What it sends appears here immediately. ' +
      'You can use any other OTLP exporter, too: ' +
      `gRPC on port ${live.grpcPort}, HTTP on port ${live.httpPort}.`),
  ];
}
