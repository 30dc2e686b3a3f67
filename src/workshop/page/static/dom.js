// Builds elements. Text is only ever added as text: nothing here can turn it into markup.

/** el('p', {class: 'x', onclick: f}, 'text', element, null) */
export function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

// Control characters, and format characters that change the reading direction or are invisible.
// The two joiners stay: emoji and some scripts need them, and they are harmless.
const UNSEEN = new RegExp('[' +
  '\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b\\u200e\\u200f' +
  '\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}]', 'gu');

/** Received text with invisible characters made visible, for example \u202e. */
export function visible(text) {
  return String(text).replace(UNSEEN, (c) => {
    const code = c.codePointAt(0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });
}

/** Like visible, but in one line: for names and cells. */
export function oneLine(text) {
  return visible(text).replace(/\n/g, '\\n').replace(/\t/g, '\\t');
}

/** Received text as an element of its own, so that its reading direction stays inside it. */
export function received(text, attributes) {
  return el('bdi', attributes, oneLine(text));
}

/** A sentence with code in backticks, as a list for el. */
export function withCode(text) {
  return text.split(/`([^`]+)`/).map((part, i) =>
    i % 2 === 1 ? el('code', {}, oneLine(part)) : oneLine(part));
}

const LONGEST = 500;

/** A value of any length: its beginning, and a button for the rest. */
export function long(text) {
  if (text.length <= LONGEST) {
    return el('bdi', {class: 'value'}, visible(text));
  }
  const value = el('bdi', {class: 'value'}, visible(text.slice(0, LONGEST)) + '…');
  const all = el('button', {type: 'button', class: 'small', onclick: () => {
    value.textContent = visible(text);
    all.remove();
  }}, `Show all ${text.length.toLocaleString('en')} characters`);
  return el('span', {}, value, ' ', all);
}

/** A button that copies what text() returns; null where the browser does not allow it. */
export function copyButton(label, text) {
  if (!navigator.clipboard) return null; // available only with https and on loopback
  const button = el('button', {type: 'button', class: 'small', onclick: async () => {
    const copied = navigator.clipboard.writeText(text());
    button.textContent = await copied.then(() => 'Copied', () => 'Not allowed');
    setTimeout(() => (button.textContent = label), 1500);
  }}, label);
  return button;
}

/** A command to type in a terminal. */
export function command(text) {
  return el('p', {class: 'command'}, el('code', {}, text), copyButton('Copy', () => text));
}
