// What to type when there is nothing to see.

import {lessonCommand} from './commands.js';
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

function howToRun(lesson) {
  return [
    live.mayRun ? el('p', {}, 'Run all cells of a notebook that sends spans, such as ',
      el('a', {href: `#lesson/${lesson.name}`}, lesson.name),
      ', or type this in another terminal:') : el('p', {}, 'In another terminal, type:'),
    command(lessonCommand(lesson, live)),
  ];
}
