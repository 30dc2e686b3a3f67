// Faults on demand: a button with a dialog that sets the faults for the next requests, and a button
// that sets the faults of a task.

import {newDialog} from './dialog.js';
import {el, oneLine, visible} from './dom.js';
import {plural} from './format.js';
import {get, live, on} from './live.js';

const PAUSE_MILLIS = 400;

const EXAMPLES = [
  '2x 503 retry-after=1',
  'UNAVAILABLE for grpc',
  'delay=2s',
  'hang',
  'partial=1 message="over a quota"',
  'token=abc',
];

/** Replaces the backend's queued faults with those of a task, and confirms it. */
export function taskFaults(script) {
  const said = el('span', {class: 'quiet', role: 'status'});
  const ask = el('button', {type: 'button', class: 'small', onclick: async () => {
    try {
      await get('api/faults', {method: 'PUT', body: script});
      said.textContent = 'Faults set. Now run all cells.';
    } catch (problem) {
      said.textContent = visible(problem.message);
    }
  }}, 'Set faults: ', el('code', {}, oneLine(script)));
  return el('p', {}, ask, ' ', said);
}

export function faultsButton() {
  const script = el('input', {
    id: 'fault-script', type: 'text', spellcheck: 'false', autocomplete: 'off',
    maxlength: 2000, 'aria-describedby': 'fault-problem',
  });
  const problem = el('pre', {id: 'fault-problem', class: 'problem', role: 'alert'});
  const waiting = el('ul', {class: 'waiting', 'aria-labelledby': 'fault-waiting'});
  const nothing = el('p', {class: 'quiet'}, 'None. Every request is processed normally.');
  const clear = el('button', {type: 'button', onclick: () => ask({method: 'DELETE'})}, 'Clear all');
  const dialog = newDialog('faults', 'Faults on demand', el('form', {
    class: 'content', onsubmit: submit,
  },
  el('label', {for: 'fault-script'}, 'Faults for the next requests, in order'),
  el('div', {class: 'typed'}, script, el('button', {}, 'Add')),
  problem,
  el('div', {class: 'chips', role: 'group', 'aria-label': 'Examples'},
    EXAMPLES.map((example) => el('button', {type: 'button', class: 'small', onclick: () => {
      script.value = example;
      script.focus();
    }}, el('code', {}, example)))),
  el('h3', {id: 'fault-waiting'}, 'Queued faults'), waiting, nothing,
  el('p', {class: 'buttons'}, clear)));

  async function submit(event) {
    event.preventDefault();
    if (script.value.trim() !== '' && await ask({method: 'POST', body: script.value})) {
      script.value = '';
    }
  }

  /** Whether the backend accepted it; shows the queued faults, or what is wrong. */
  async function ask(options) {
    try {
      const found = await (await get('api/faults', options)).json();
      problem.textContent = '';
      waiting.replaceChildren(
        ...found.waiting.map((fault) => el('li', {}, el('code', {}, oneLine(fault)))));
      nothing.hidden = found.waiting.length > 0;
      clear.hidden = found.waiting.length === 0;
      return true;
    } catch (e) {
      problem.textContent = visible(e.message);
      return false;
    }
  }

  let soon = null;
  on('exchanges', () => {
    if (!dialog.open) return;
    soon ??= setTimeout(() => {
      soon = null;
      if (problem.textContent === '') ask();
    }, PAUSE_MILLIS);
  });
  const open = el('button', {type: 'button', 'aria-haspopup': 'dialog', onclick: () => {
    problem.textContent = '';
    ask();
    dialog.showModal();
    script.focus();
  }}, 'Faults…');
  on('state', () => {
    open.textContent = live.faults > 0 ? `Faults… (${live.faults})` : 'Faults…';
    open.title = live.faults > 0 ? `${plural(live.faults, 'fault')} queued` : '';
    open.classList.toggle('warn', live.faults > 0);
  });
  return open;
}
