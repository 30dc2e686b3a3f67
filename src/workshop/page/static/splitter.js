// The border between two columns: the mouse and the arrow keys move it, a double click or Enter
// gives the second column the full width.

import {el} from './dom.js';
import {store, stored} from './storage.js';

const KEY = 'notebook-percent';
const NORMAL = 55; // percent of both columns that the first one has
const LEAST = 20;
const MOST = 80;
const STEP = 2;

const bounded = (percent) => Math.round(Math.min(MOST, Math.max(LEAST, percent)));

/** The percentage after a key; the same if the key does not move the border. */
export function moved(percent, key) {
  return bounded({
    ArrowLeft: percent - STEP,
    ArrowRight: percent + STEP,
    Home: LEAST,
    End: MOST,
  }[key] ?? percent);
}

/** The percentage at a place, where both columns together begin at left and end at right. */
export function at(x, left, right) {
  return bounded(100 * (x - left) / (right - left));
}

/**
 * Puts the border between two columns that stand side by side.
 *
 * full()  gives the second column the full width
 */
export function splitter(first, second, {full}) {
  let percent = bounded(Number(stored(KEY)) || NORMAL);
  const element = el('div', {
    class: 'splitter', role: 'separator', tabindex: 0, 'aria-orientation': 'vertical',
    'aria-label': 'Width of the notebook in percent', 'aria-controls': first.id,
    'aria-valuemin': LEAST, 'aria-valuemax': MOST,
    title: 'Drag, or use the arrow keys. A double click gives the received data the full width.',
    onpointerdown: (event) => {
      element.setPointerCapture(event.pointerId);
      element.classList.add('dragged');
    },
    onpointermove: (event) => {
      if (!element.hasPointerCapture(event.pointerId)) return;
      set(at(event.clientX,
        first.getBoundingClientRect().left, second.getBoundingClientRect().right));
    },
    onlostpointercapture: () => {
      element.classList.remove('dragged');
      store(KEY, percent);
    },
    ondblclick: full,
    onkeydown: (event) => {
      if (event.key === 'Enter') full();
      else if (/^(Arrow(Left|Right)|Home|End)$/.test(event.key)) set(moved(percent, event.key));
      else return;
      event.preventDefault();
      event.stopPropagation();
      store(KEY, percent);
    },
  });

  function set(wanted) {
    percent = wanted;
    element.setAttribute('aria-valuenow', percent);
    first.style.setProperty('--share', percent);
    second.style.setProperty('--share', 100 - percent);
  }

  set(percent);
  first.append(element);
  return element;
}
