// A cell's output as it arrives, labelled by stream, with a limited height.

import {el, visible} from './dom.js';

export function outputView(label) {
  const element = el('div', {class: 'output', role: 'group', 'aria-label': label, hidden: true});
  let follow = true; // until the user scrolls up
  let parts = [];
  new ResizeObserver(bound).observe(element);
  element.addEventListener('scroll', () => {
    follow = element.scrollTop + element.clientHeight >= element.scrollHeight - 8;
  });

  /** The Tab key stops here only if there is something to scroll. */
  function bound() {
    if (element.scrollHeight > element.clientHeight + 1) element.tabIndex = 0;
    else element.removeAttribute('tabindex');
  }

  function update(output) {
    const next = joined(output);
    if (next.length === 0) follow = true;
    let changed = next.length !== parts.length;
    next.forEach((part, i) => {
      const old = parts[i];
      if (old?.stream === part.stream && old.text === part.text) return;
      changed = true;
      const text = visible(part.text.replace(/\r\n/g, '\n').replace(/^\n+|\n$/g, ''));
      if (old?.stream === part.stream) {
        element.children[i].lastChild.textContent = text;
      } else {
        const drawn = el('div', {class: `printed ${part.stream}`},
          el('span', {class: 'stream'}, part.stream), el('pre', {}, text));
        if (old) element.children[i].replaceWith(drawn);
        else element.append(drawn);
      }
    });
    while (element.childElementCount > next.length) element.lastChild.remove();
    parts = next;
    element.hidden = next.length === 0;
    if (!changed) return;
    if (follow) element.scrollTop = element.scrollHeight;
    bound();
  }

  return {element, update};
}

/** Joins consecutive output of the same stream. */
export function joined(output) {
  const parts = [];
  for (const {stream, text} of output) {
    const last = parts.at(-1);
    if (last?.stream !== stream) {
      parts.push({stream, text});
    } else {
      const prints = stream === 'out' || stream === 'err' || last.text.endsWith('\n');
      last.text += prints ? text : `\n${text}`;
    }
  }
  return parts;
}
