// The page's keys: the list of them, and whether those of a single character are on. Speech input
// types such characters by accident, so they can be switched off.

import {newDialog} from './dialog.js';
import {el} from './dom.js';
import {store, stored} from './storage.js';

const STORED = 'single-key-shortcuts';

/** [keys, what they do, whether the key is a single character] of each part of the page. */
const SHORTCUTS = [
  ['Everywhere', [
    ['/', 'search', true],
    ['?', 'this list', true],
    ['1 2 3 4', 'wire, traces, metrics, logs', true],
    ['Esc', 'close what is open, or leave a field'],
    ['Ctrl+Shift+Enter', 'run all cells'],
    ['Ctrl+S', 'save the edited cells to the lesson’s file'],
  ]],
  ['In a list', [
    ['↑ ↓ Page up Page down Home End', 'move'],
    ['Enter', 'open'],
    ['← →', 'fold or unfold a span'],
  ]],
  ['In a cell', [
    ['Enter', 'edit'],
    ['Esc', 'leave the editor'],
    ['↑ ↓', 'previous or next cell, outside the editor'],
    ['j k', 'next or previous cell, outside the editor', true],
    ['a b', 'add a scratch cell above or below', true],
    ['d d', 'remove a scratch cell', true],
    ['i i', 'stop', true],
    ['0 0', 'restart the session', true],
    ['Shift+Enter', 'run, go to the next cell'],
    ['Ctrl+Enter', 'run'],
    ['Alt+Enter', 'run to here'],
    ['Tab Ctrl+Space', 'complete what was typed; else Tab moves the focus'],
    ['Ctrl+] Ctrl+[', 'indent more or less'],
  ]],
  ['Between notebook and received data', [
    ['← → Home End', 'move the border'],
    ['Enter', 'received data in full width'],
  ]],
];

/** Whether shortcuts of a single character are on. */
export function singleKeys() {
  return stored(STORED) !== 'off';
}

/** Whether a key is one of a single character that may act now: none is while someone types. */
export function isSingleKey({key, ctrlKey, altKey, metaKey, target}) {
  return [...key].length === 1 && !ctrlKey && !altKey && !metaKey && singleKeys() &&
    !(target.matches?.('input, textarea, select') || target.isContentEditable);
}

/** A button that opens the list of the keys. */
export function shortcutsButton() {
  const box = el('input', {type: 'checkbox', onchange: () =>
    store(STORED, box.checked ? null : 'off')});
  const dialog = newDialog('shortcuts', 'Keys', el('div', {class: 'content'},
    el('label', {}, box, ' Shortcuts of a single character'),
    SHORTCUTS.map(([where, keys]) => [
      el('h3', {}, where),
      el('dl', {class: 'facts'}, keys.map(([key, what, single]) => el('div', {class: 'fact'},
        el('dt', {}, el('kbd', {}, key)),
        el('dd', {}, what, single ? el('span', {class: 'quiet'}, ' (single character)') : null)))),
    ]).flat()));
  return el('button', {
    type: 'button', class: 'small', 'aria-haspopup': 'dialog', onclick: () => {
      box.checked = singleKeys();
      dialog.showModal();
    },
  }, 'Keys…');
}
