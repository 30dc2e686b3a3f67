// One step of a lesson: title, explanation, code to run, and results. Updated in place, so that an
// editor keeps its cursor when the server sends news.

import {causedView} from './caused.js';
import {el, oneLine, visible} from './dom.js';
import {editor} from './editor.js';
import {duration, plural} from './format.js';
import {withTerms} from './glossary.js';
import {outputView} from './output.js';
import {predictionView} from './predictions.js';
import {taskElement, taskHelp} from './tasks.js';

/**
 * actions, each with the cell's view: edited, run, runTo, reset, keepMine, remove;
 * runAgain(ids) runs these cells;
 * point(id, line) to go to a line of a cell;
 * complete(id, code, cursor), describe(id, code) and importing(name), see the editor
 */
export function cellView(first, actions) {
  const id = first.id;
  let cell = first;
  let terms = [];
  let proseShown = '';
  let problemsShown = '';
  let outdatedShown = '';

  const title = el('h3', {id: `title-${id}`});
  const prose = el('div', {class: 'prose'});
  const tasks = el('ol', {class: 'tasks cell-tasks', 'aria-label': 'Tasks of this cell'});
  const prediction = predictionView();
  const element = el('section', {
    class: `cell ${first.kind}-cell`, id: `cell-${id}`, tabindex: -1, 'aria-labelledby': title.id,
  }, title, prose, tasks, prediction.element);
  const view = {id, element, update, teach, state: () => cell};
  if (first.kind === 'prose') {
    update(first);
    return Object.assign(view, {
      code: () => '', set() {}, focus: () => element.focus(), refresh() {}, enable() {},
      closeList: () => false,
    });
  }

  const button = (text, action, name = text) => el('button', {
    type: 'button', class: 'small', 'aria-label': `${name}: ${oneLine(first.title)}`,
    title: name === text ? null : name, onclick: () => action(view),
  }, text);
  const run = button('▶ Run', actions.run, 'Run');
  run.classList.add('run');
  const runTo = button('Run to here', actions.runTo);
  const reset = button('Reset', actions.reset, 'Reset to the file');
  const remove = button('Remove', actions.remove);
  const order = el('span', {class: 'order'});
  const state = el('span', {class: 'state'});
  const marks = el('span', {class: 'marks'});
  const setsUp = /^(imports|helper)$/.test(first.kind);
  run.hidden = runTo.hidden = setsUp; // it runs before the first cell that is run
  remove.hidden = first.kind !== 'scratch';
  const fold = !setsUp ? null : el('button', {
    type: 'button', class: 'small', 'aria-expanded': false, 'aria-controls': `code-${id}`,
    onclick: () => unfold(edit.element.hidden),
  });
  const edit = editor({
    code: first.code, label: `Code: ${oneLine(first.title)}`, changed: () => actions.edited(view),
    complete: (code, cursor) => actions.complete(id, code, cursor),
    describe: (code) => actions.describe(id, code),
    importing: actions.importing,
  });
  edit.element.id = `code-${id}`;
  const conflict = el('div', {class: 'conflict', hidden: true},
    el('p', {}, 'This step was changed here and in the file. Which version do you want to keep?'),
    button('Keep the file’s', actions.reset), button('Keep mine', actions.keepMine));
  const outdated = el('div', {class: 'outdated', hidden: true});
  const problems = el('ul', {class: 'problems', 'aria-label': 'Problems', hidden: true});
  const exception = el('div', {class: 'exception', hidden: true});
  const output = outputView(`Output: ${oneLine(first.title)}`);
  const caused = causedView();
  element.append(
    el('div', {class: 'code'},
      el('div', {class: 'cell-bar'}, run, order, state, marks,
        el('span', {class: 'buttons'}, fold, reset, remove, runTo)),
      outdated, edit.element, conflict, problems, output.element, exception, caused.element));
  if (fold) unfold(false);

  function unfold(yes) {
    edit.element.hidden = prose.hidden = !yes;
    fold.setAttribute('aria-expanded', yes);
    foldText();
    if (yes) edit.refresh();
  }

  function foldText() {
    const lines = plural(edit.value().split('\n').length, 'line');
    fold.textContent = edit.element.hidden ? `Show ${lines}` : 'Fold';
  }

  /** What the lesson's tasks file has for this cell; prediction is null if it asks nothing. */
  function teach(found) {
    terms = found.terms;
    showProse();
    showTasks(found.tasks);
    prediction.update(found.lesson, found.prediction, cell);
  }

  /** Draws sentences in which each term is linked once. */
  function withLinks() {
    const seen = new Set();
    return (text) => withTerms(text, terms, seen);
  }

  function showProse() {
    const text = JSON.stringify([cell.prose, terms]);
    if (text !== proseShown) prose.replaceChildren(...paragraphs(cell.prose, withLinks()));
    proseShown = text;
  }

  function showTasks(list) {
    const drawn = JSON.stringify([list, terms]);
    tasks.hidden = list.length === 0;
    if (tasks.dataset.drawn === drawn) return;
    tasks.dataset.drawn = drawn;
    const focused = document.activeElement;
    const held = tasks.contains(focused);
    tasks.replaceChildren(...list.map((task) => taskElement(task, taskHelp(task), withLinks())));
    if (held) (tasks.querySelector(`[data-hint="${focused.dataset.hint}"]`) ?? element).focus();
  }

  function update(next) {
    cell = next;
    title.textContent = visible(cell.title);
    showProse();
    if (cell.kind === 'prose') return;
    element.dataset.state = cell.state;
    order.textContent = cell.order === null ? '' : `[${cell.order}]`;
    order.title = cell.order === null ? '' : `Run number ${cell.order} of its session`;
    state.textContent = stateWords(cell);
    marks.replaceChildren(...markWords(cell).map(([word, why, kind]) =>
      el('span', {class: `tag ${kind}`, title: why}, word)));
    reset.hidden = !cell.edited && !cell.gone;
    conflict.hidden = !cell.conflict;
    showOutdated();
    showProblems();
    output.update(cell.output);
    caused.update(cell.caused);
    if (fold) foldText();
  }

  function showOutdated() {
    const found = JSON.stringify(cell.outdated);
    if (found === outdatedShown) return;
    outdatedShown = found;
    outdated.hidden = cell.outdated === null;
    outdated.replaceChildren(...(cell.outdated === null ? [] : [
      el('p', {}, el('strong', {}, 'Outdated. '), visible(cell.outdated.text)),
      button('Run again', () => actions.runAgain(cell.outdated.cells)),
    ]));
  }

  function showProblems() {
    const found = JSON.stringify([cell.problems, cell.exception]);
    if (found === problemsShown) return;
    problemsShown = found;
    const at = (cell.exception?.frames ?? []).filter((frame) => frame.cell === id && frame.line);
    edit.mark(cell.problems, at.slice(0, 1).map((frame) => frame.line));
    if (fold && cell.problems.length > 0) unfold(true);
    problems.hidden = cell.problems.length === 0;
    problems.replaceChildren(...cell.problems.map(({line, column, message, imports}) => el('li', {},
      el('button', {
        type: 'button', class: 'place', 'aria-label': `Go to line ${line}, column ${column}`,
        onclick: () => view.focus(line, column),
      }, `${line}:${column}`),
      el('span', {class: 'message'}, visible(message)),
      imports.map((name) => el('button', {
        type: 'button', class: 'small', onclick: () => actions.importing(name),
      }, oneLine(`import ${name}`))))));
    exception.hidden = cell.exception === null;
    exception.replaceChildren(...(cell.exception === null ? [] : [
      el('p', {class: 'message'}, visible(cell.exception.text)),
      el('ul', {}, cell.exception.frames.map((frame) => el('li', {},
        frame.cell === null ? el('span', {class: 'quiet'}, visible(frame.text)) :
          el('button', {
            type: 'button', class: 'place', onclick: () => actions.point(frame.cell, frame.line),
          }, oneLine(frame.text))))),
    ]));
  }

  Object.assign(view, {
    code: () => edit.value(),
    set: (code) => edit.set(code),
    closeList: () => edit.closeList(),
    /** Puts the cursor into the editor, at a line and column if they are given. */
    focus(line, column) {
      if (fold) unfold(true);
      edit.focus(line, column);
    },
    refresh: () => edit.refresh(),
    enable(yes) {
      run.disabled = runTo.disabled = reset.disabled = remove.disabled = !yes;
    },
  });
  update(first);
  return view;
}

function stateWords({state, tookMillis, earlier}) {
  const took = tookMillis === null ? '' : duration(tookMillis * 1e6);
  return {
    new: '',
    queued: 'queued',
    running: 'running …',
    ok: `✓ ${earlier ? 'ran' : 'ok'} ${took && `in ${took}`}`,
    failed: `✗ failed ${took && `after ${took}`}`,
    stopped: `■ stopped ${took && `after ${took}`}`,
  }[state].trim();
}

/** [word, why, class] of each reason why the results may not match the code. */
function markWords(cell) {
  return [
    cell.gone && ['gone from the file', 'The file no longer has this step. Reset removes it.',
      'warn'],
    cell.conflict && ['conflict', 'Changed here and in the file', 'bad'],
    cell.kind === 'scratch' && ['in no file', 'Kept in this browser until you remove it', ''],
    cell.edited && !cell.conflict && ['edited', 'Differs from the file until you save', ''],
    cell.earlier && ['ran in an earlier session', 'Its variables are gone; run it again', 'warn'],
    cell.changed && ['changed since it ran', 'The results are those of earlier code', 'warn'],
  ].filter((mark) => mark);
}

/**
 * Prose of a lesson: lines make paragraphs, `1.` opens an item.
 *
 * draw(text)  draws the text of a paragraph
 */
function paragraphs(lines, draw) {
  const blocks = [];
  let open = false;
  for (const line of lines) {
    const item = /^\d+\. (.*)/.exec(line);
    const inItem = blocks.at(-1)?.item === true;
    if (item) {
      blocks.push({item: true, text: item[1]});
    } else if (line.trim() !== '') {
      if (open && (!inItem || line.startsWith(' '))) blocks.at(-1).text += ` ${line.trim()}`;
      else blocks.push({item: false, text: line.trim()});
    }
    open = line.trim() !== '';
  }
  const elements = [];
  for (const {item, text} of blocks) {
    if (!item) {
      elements.push(el('p', {}, draw(text)));
    } else {
      if (elements.at(-1)?.tagName !== 'OL') elements.push(el('ol', {}));
      elements.at(-1).append(el('li', {}, draw(text)));
    }
  }
  return elements;
}
