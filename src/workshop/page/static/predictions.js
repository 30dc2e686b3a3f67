// A question that a cell asks before it runs, and what happened then. What the learner expects
// stays in this browser.

import {el, oneLine, visible, withCode} from './dom.js';
import {store, stored} from './storage.js';

/**
 * The line of a cell's output that answers a question, or null. The lesson as shipped prints the
 * answer; a changed one may print another number or word at its end.
 */
export function happened(answer, output) {
  const lines = output.map(({text}) => text).join('').split('\n').map((line) => line.trim());
  const begin = answer.replace(/(?<=[:\s])\S+$/, '');
  const shape = (line) => line.replace(/\d+/g, '0');
  return lines.find((line) => line === answer) ??
    lines.find((line) => shape(line) === shape(answer)) ??
    lines.find((line) => begin !== '' && line.startsWith(begin)) ?? null;
}

/** The question of a cell; update(lesson, prediction, cell) draws it, with null for none. */
export function predictionView() {
  const element = el('div', {class: 'prediction', hidden: true});
  let drawn = '';

  function update(lesson, prediction, cell) {
    element.hidden = prediction === null;
    if (prediction === null) return;
    const {question, answer} = prediction;
    const key = `prediction/${lesson}/${cell.id}`;
    const ended = /^(ok|failed|stopped)$/.test(cell.state);
    const found = ended ? happened(answer, cell.output) : null;
    const asks = found === null && cell.state !== 'ok'; // a failed cell may have printed nothing
    const next = JSON.stringify([question, asks, found]);
    if (next === drawn) return;
    drawn = next;
    const focused = element.contains(document.activeElement);
    element.replaceChildren(
      ...(asks ? [asked(question, key)] : answered(question, stored(key), found)));
    if (focused) element.closest('.cell').focus();
  }

  function asked(question, key) {
    const field = el('input', {
      type: 'text', maxlength: 200, autocomplete: 'off', value: stored(key),
      placeholder: 'What do you expect? Then run the cell.',
      oninput: () => store(key, field.value.trim() || null),
    });
    return el('label', {}, el('span', {}, ...withCode(question)), field);
  }

  return {element, update};
}

function answered(question, expected, found) {
  return [
    el('p', {}, ...withCode(question)),
    expected === null ? '' : el('p', {class: 'quiet'}, `You expected: ${visible(expected)}`),
    el('p', {}, found === null ? 'The output below answers it.' : 'What happened: ',
      found === null ? null : el('code', {}, oneLine(found))),
  ];
}
