// The lessons with their tasks, as the guide sees them; nothing where there is no guide.

import {el, received, visible} from './dom.js';
import {getJson, live, on} from './live.js';

export function lessonsColumn(column, toggle) {
  let closed = false;

  async function refresh() {
    toggle.hidden = !live.guide;
    column.hidden = closed || !live.guide;
    toggle.setAttribute('aria-expanded', !column.hidden);
    if (!live.guide) return;
    try {
      draw(await getJson('api/guide'));
    } catch {
      // the connection is lost; its return asks again
    }
  }

  function draw(guide) {
    const open = new Map([...column.querySelectorAll('details')].map((details) =>
      [details.dataset.name, details.open]));
    const current = column.dataset.current;
    column.dataset.current = guide.current ?? '';
    column.replaceChildren(el('h2', {}, 'Lessons'), ...guide.lessons.map((lesson) => {
      const isCurrent = lesson.name === guide.current;
      // What the learner opened stays open; a lesson that becomes the current one opens by itself.
      const shown = current === guide.current ? open.get(lesson.name) ?? isCurrent : isCurrent;
      return lessonElement(lesson, isCurrent, shown);
    }));
  }

  function lessonElement(lesson, isCurrent, open) {
    const done = lesson.tasks.filter((task) => task.done).length;
    const all = done === lesson.tasks.length;
    return el('details', {
      open, 'data-name': lesson.name, class: isCurrent ? 'current' : null,
    },
    el('summary', {'aria-current': isCurrent ? 'step' : null},
      el('span', {class: 'lesson'}, lesson.name),
      el('span', {class: all ? 'good' : 'quiet'}, all ? 'done' : `${done}/${lesson.tasks.length}`)),
    el('p', {class: 'quiet'}, lesson.description ?? ''),
    el('ol', {}, lesson.tasks.map(taskElement)));
  }

  function taskElement(task) {
    const finding = task.finding ?
      el('p', {class: task.done ? 'quiet' : 'finding'}, visible(task.finding)) : null;
    return el('li', {class: task.done ? 'done' : null},
      el('span', {class: 'sign', 'aria-hidden': true}, task.done ? '✓' : '○'),
      el('div', {},
        el('p', {},
          el('span', {class: 'unseen'}, task.done ? 'Done: ' : 'To do: '), received(task.text)),
        finding));
  }

  toggle.addEventListener('click', () => {
    closed = !closed;
    refresh();
  });
  on('guide', refresh);
}
