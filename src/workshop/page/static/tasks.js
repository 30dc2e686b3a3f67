// A lesson's tasks: what to do, what the check found, hints, and what a task was about.

import {el, oneLine, visible, withCode} from './dom.js';
import {taskFaults} from './faults.js';
import {postJson} from './live.js';
import {cellId, nextHint} from './task.js';

/** A link to the cell where a task is to be done. */
export function taskLink(lesson, task) {
  return el('a', {class: 'task-cell', href: `#lesson/${lesson}/${cellId(task.step)}`},
    '→ ', oneLine(task.step));
}

/**
 * A task for a list: whether it is done, what the check found, and more about it.
 *
 * draw(text)  draws the sentences of the task
 */
export function taskElement(task, more = [], draw = withCode) {
  const finding = task.finding ?
    el('p', {class: task.done ? 'quiet' : 'finding'}, visible(task.finding)) : null;
  return el('li', {class: task.done ? 'done' : null},
    el('span', {class: 'sign', 'aria-hidden': true}, task.done ? '✓' : '○'),
    el('div', {},
      el('p', {},
        el('span', {class: 'unseen'}, task.done ? 'Done: ' : 'To do: '), ...draw(task.text)),
      finding,
      task.about ? el('p', {class: 'about'}, ...draw(task.about)) : null,
      more));
}

/** What helps with a task in its notebook: its faults, and hints one at a time. */
export function taskHelp(task) {
  return [task.fault ? taskFaults(task.fault) : null, ...hints(task)];
}

function hints(task) {
  const next = nextHint(task);
  const problem = el('span', {class: 'warn', role: 'status'});
  const shown = (task.hints ?? []).map((hint) => el('li', {}, el('p', {}, ...withCode(hint))));
  const [place, ...lines] = task.change ?? [];
  return [
    shown.length > 0 ? el('ol', {class: 'hints', 'aria-label': 'Hints'}, shown) : null,
    place ? el('p', {}, oneLine(place)) : null,
    lines.length > 0 ? el('pre', {class: 'change', tabindex: 0, role: 'region',
      'aria-label': `Change for task ${task.number}`}, visible(lines.join('\n'))) : null,
    next ? el('p', {}, el('button', {
      type: 'button', class: 'small', 'data-hint': task.id, onclick: () =>
        postJson('api/guide/hint', {task: task.id})
          .catch((e) => (problem.textContent = visible(e.message))),
    }, next), ' ', problem) : null,
  ];
}
