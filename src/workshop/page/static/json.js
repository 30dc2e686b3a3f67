// OTLP/JSON as coloured lines, with the meaning beside a number. What fits into one line is not
// broken. Of a long text, only the visible part is drawn.

import {el, visible} from './dom.js';
import {nanosTime} from './format.js';

const LINE = 19; // pixels, as in the style sheet
const ALL_AT_ONCE = 400;
const SPARE = 20;
const LONGEST = 1000;
const NARROW = 72;

const NAMES = {
  kind: ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'],
  code: ['UNSET', 'OK', 'ERROR'],
  aggregationTemporality: ['UNSPECIFIED', 'DELTA', 'CUMULATIVE'],
};

const plain = (line) => line.map(([, text]) => text).join('');

/**
 * The lines of a JSON text, each a list of [class, text]. An object or list up to a number of
 * characters is not broken.
 */
export function jsonLines(text, width) {
  const lines = [];
  let line = [];
  const room = () => width - plain(line).length;
  const length = (value) => JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ').length;
  const write = (value, key, indent) => {
    if (typeof value !== 'object' || value === null) {
      line.push(scalar(value), ...note(key, value));
      return;
    }
    const list = Array.isArray(value);
    const entries = Object.entries(value);
    const inline = entries.length === 0 || length(value) <= room();
    const inner = indent + (width < NARROW ? ' ' : '  ');
    line.push(['mark', list ? '[' : '{']);
    entries.forEach(([name, content], i) => {
      if (!inline) {
        lines.push(line);
        line = [['mark', inner]];
      }
      if (!list) line.push(['key', JSON.stringify(name)], ['mark', ': ']);
      write(content, list ? key : name, inner);
      if (i < entries.length - 1) line.push(['mark', inline ? ', ' : ',']);
    });
    if (!inline) {
      lines.push(line);
      line = [['mark', indent]];
    }
    line.push(['mark', list ? ']' : '}']);
  };
  write(JSON.parse(text), '', '');
  lines.push(line);
  return lines;
}

function scalar(value) {
  const text = JSON.stringify(value);
  return [typeof value === 'string' ? 'text' : 'number', text.length <= LONGEST ? text :
    `${text.slice(0, LONGEST)}… (${value.length.toLocaleString('en')} characters)`];
}

function note(key, value) {
  const text = /TimeUnixNano$/.test(key) && /^\d{1,20}$/.test(value) && value !== '0' ?
    nanosTime(value) : NAMES[key]?.[value];
  return text ? [['note', ` ${text}`]] : [];
}

/** The lines of a text as a Set, to be given to jsonView of another. */
export function jsonSet(text, width) {
  return new Set(jsonLines(text, width).map(plain));
}

/**
 * text: JSON; width: how many characters a line should have; scroller: the element that scrolls
 * it; common: the lines that need no mark, if the others are to be marked.
 */
export function jsonView({text, width, scroller, label, common}) {
  const lines = jsonLines(text, width);
  const body = el('div', {class: 'lines'});
  const view = el('div', {class: 'json', tabindex: 0, role: 'region', 'aria-label': label}, body);
  const draw = (line) => el('div',
    {class: common && !common.has(plain(line)) ? 'line differs' : 'line'},
    line.map(([kind, part]) => el('span', {class: kind}, visible(part))));
  if (lines.length <= ALL_AT_ONCE) {
    body.append(...lines.map(draw));
    return view;
  }
  body.style.height = `${lines.length * LINE}px`;
  body.style.minWidth = `${lines.reduce((most, line) => Math.max(most, plain(line).length), 0)}ch`;
  const shown = el('div', {class: 'window'});
  body.append(shown);
  let from = -1;
  const drawInSight = () => {
    const top = scroller.getBoundingClientRect().top - body.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(top / LINE) - SPARE);
    const count = Math.ceil(scroller.clientHeight / LINE) + 2 * SPARE;
    const last = Math.min(lines.length, first + count);
    if (first === from && shown.childElementCount === last - first) return;
    from = first;
    shown.style.transform = `translateY(${first * LINE}px)`;
    shown.replaceChildren(...lines.slice(first, last).map(draw));
  };
  const scrolled = () => {
    if (view.isConnected) drawInSight();
    else scroller.removeEventListener('scroll', scrolled);
  };
  scroller.addEventListener('scroll', scrolled);
  new ResizeObserver(drawInSight).observe(view);
  return view;
}
