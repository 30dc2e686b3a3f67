// A question that a cell asks before it runs, and what happened then. What the learner expects
// stays in this browser.

import {el, oneLine, visible, withCode} from './dom.js';

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

/** The question of a cell; update(prediction, cell) draws it, with null for none. */
export function predictionView() {
  const element = el('div', {class: 'prediction', hidden: true});
  let drawn = '';
  let skipped = false;

  function update(lesson, prediction, cell) {
    element.hidden = prediction === null;
    if (prediction === null) return;
    const key = `prediction/${lesson}/${cell.id}`;
    const expected = read(key);
    const ended = /^(ok|failed|stopped)$/.test(cell.state);
    const found = ended ? happened(prediction.answer, cell.output) : null;
    const next = JSON.stringify([prediction.question, expected, ended, found, skipped]);
    if (next === drawn) return;
    drawn = next;
    const again = () => update(lesson, prediction, cell);
    element.hidden = !ended && skipped;
    element.replaceChildren(...(ended ? answered(prediction, expected, found) :
      expected === null ? [asked(prediction, cell, key, again)] :
        [el('p', {}, ...withCode(prediction.question)),
          el('p', {class: 'quiet'}, `You expect: ${visible(expected)}. Run the cell.`)]));
  }

  function asked({question}, cell, key, again) {
    const field = el('input', {
      id: `predict-${cell.id}`, type: 'text', maxlength: 200, autocomplete: 'off',
    });
    return el('form', {onsubmit: (event) => {
      event.preventDefault();
      if (field.value.trim() !== '') write(key, field.value.trim());
      again();
    }},
    el('label', {for: field.id}, ...withCode(question)),
    el('span', {class: 'typed'}, field, el('button', {class: 'small'}, 'I expect this'),
      el('button', {type: 'button', class: 'small', onclick: () => {
        skipped = true;
        again();
      }}, 'Skip')));
  }

  return {element, update};
}

function answered({question}, expected, found) {
  return [
    el('p', {}, ...withCode(question)),
    expected === null ? null : el('p', {class: 'quiet'}, `You expected: ${visible(expected)}`),
    found === null ? el('p', {class: 'quiet'}, 'The output below answers it.') :
      el('p', {}, 'What happened: ', el('code', {}, oneLine(found))),
  ].filter((part) => part);
}

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // no storage
  }
}

function write(key, text) {
  try {
    localStorage.setItem(key, text);
  } catch {
    // full or forbidden: the question stays
  }
}
