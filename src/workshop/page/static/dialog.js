// A dialog in front of the page.

import {el} from './dom.js';

/** kind: its class; content: below its title. It is in the document, closed. */
export function newDialog(kind, title, ...content) {
  const id = `${kind}-title`;
  const dialog = el('dialog', {
    class: kind, 'aria-labelledby': id,
    onkeydown: (event) => event.stopPropagation(), // the page's own keys are disabled meanwhile
  },
  el('div', {class: 'bar'}, el('h2', {id}, title),
    el('button', {type: 'button', 'aria-label': 'Close', onclick: () => dialog.close()}, '✕')),
  content);
  document.body.append(dialog);
  return dialog;
}
