// The lessons with their tasks, as the guide knows them; empty without a guide.

import {el} from './dom.js';
import {live, on} from './live.js';
import {taskElement, taskLink} from './tasks.js';

/**
 * there(yes)     whether there are lessons to show
 * told(guide)    what is known of them: {lessons: [{name, description, tasks}], current}
 */
export function lessonsColumn(column, {there, told}) {
  let opened = null; // the lesson whose notebook is shown

  function refresh() {
    there(live.guide !== null);
    if (live.guide === null) return;
    draw();
    told(live.guide);
  }

  function draw() {
    const open = new Map([...column.querySelectorAll('details')].map((details) =>
      [details.dataset.name, details.open]));
    const current = column.dataset.current;
    column.dataset.current = opened ?? live.guide.current ?? '';
    column.replaceChildren(el('h2', {}, 'Lessons'), ...live.guide.lessons.map((lesson) => {
      const isCurrent = lesson.name === column.dataset.current;
      // What the user opened stays open; a lesson that becomes the current one is opened.
      const unfold = current === column.dataset.current ?
        open.get(lesson.name) ?? isCurrent : isCurrent;
      return lessonElement(lesson, isCurrent, unfold);
    }));
  }

  function lessonElement(lesson, isCurrent, open) {
    const done = lesson.tasks.filter((task) => task.done).length;
    const all = done === lesson.tasks.length;
    const state = all ? 'done' : `${done}/${lesson.tasks.length}`;
    return el('section', {
      class: isCurrent ? 'current' : null, 'aria-label': `Lesson ${lesson.name}`,
    },
    live.notebook ?
      el('a', {
        class: 'lesson', href: `#lesson/${lesson.name}`, 'aria-current': isCurrent ? 'step' : null,
      }, lesson.name) :
      el('span', {class: 'lesson'}, lesson.name),
    el('details', {open, 'data-name': lesson.name},
      el('summary', {class: all ? 'good' : 'quiet', 'aria-label': `Tasks: ${state}`}, state),
      el('p', {class: 'quiet'}, lesson.description ?? ''),
      el('ol', {class: 'tasks'}, lesson.tasks.map((task) =>
        taskElement(task, live.notebook ? [taskLink(lesson.name, task)] : [])))));
  }

  on('guide', refresh);
  return {
    /** Shows which lesson's notebook is open. */
    opened(name) {
      opened = name;
      if (live.guide) draw();
    },
  };
}
