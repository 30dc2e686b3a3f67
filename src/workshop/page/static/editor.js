// Wraps what a cell needs of CodeMirror, a classic script that is loaded before the modules. It
// works under the page's security policy, because it builds its elements without markup.

import {completes, entries, narrowed} from './completion.js';
import {el, oneLine} from './dom.js';

const lists = () => document.getElementById('lists'); // outside of what scrolls and cuts off

/**
 * A Java editor as high as its text.
 *
 * label     what is edited, for a screen reader
 * changed() something was typed, pasted or undone here; not for what set() did
 * complete(code, cursor)  promises what can come next, see NotebookApi; null if that is not known
 * describe(code)          promises what the name at its end is
 * importing(name)         an import was chosen
 */
export function editor({code, label, changed, complete, describe, importing}) {
  const element = document.createElement('div');
  element.className = 'editor';
  const mirror = window.CodeMirror(element, {
    value: code,
    mode: 'text/x-java',
    theme: 'workshop',
    lineNumbers: true,
    matchBrackets: true,
    autoCloseBrackets: true,
    viewportMargin: Infinity, // draws all lines, so that the browser's search finds them
    indentUnit: 2,
    inputStyle: 'contenteditable', // so that a screen reader can read the lines
    screenReaderLabel: label,
    dragDrop: false, // its drag image is a data: URL, which the page's policy forbids
    // Tab moves the focus, as everywhere on the page, except after a name that was just typed;
    // Ctrl-] and Ctrl-[ indent.
    extraKeys: {'Tab': false, 'Shift-Tab': false, 'Ctrl-Space': () => hint()},
  });
  let known = null; // what the server said about the place where the list was opened
  let typed = false; // since the focus came, or the list was closed
  const input = mirror.getInputField();
  input.setAttribute('role', 'textbox');
  input.setAttribute('aria-multiline', true);
  let marks = [];

  mirror.on('changes', (_, changes) => {
    if (changes.some((change) => change.origin !== 'set')) changed();
    typed = changes.some(({origin}) => /^[+*]/.test(origin ?? ''));
  });
  mirror.on('keydown', (_, event) => {
    if (event.key !== 'Tab' || event.shiftKey || !tabCompletes()) return;
    event.preventDefault();
    hint();
  });
  mirror.on('focus', () => (typed = false));
  mirror.on('endCompletion', () => (typed = false));

  return {
    element,
    value: () => mirror.getValue(),

    /** Replaces only what differs, so that the cursor stays where it is. */
    set(text) {
      const old = mirror.getValue();
      if (old === text) return;
      const shorter = Math.min(old.length, text.length);
      let start = 0;
      while (start < shorter && old[start] === text[start]) start++;
      let same = 0;
      while (same < shorter - start && old.at(-1 - same) === text.at(-1 - same)) same++;
      mirror.replaceRange(text.slice(start, text.length - same), mirror.posFromIndex(start),
        mirror.posFromIndex(old.length - same), 'set');
    },

    /** Puts the cursor at a line and column, counted from 1, or leaves it. */
    focus(line, column) {
      mirror.focus();
      if (line) {
        mirror.setCursor(line - 1, (column ?? 1) - 1);
        mirror.addLineClass(line - 1, 'background', 'pointed');
        setTimeout(() => mirror.removeLineClass(line - 1, 'background', 'pointed'), 1500);
      }
    },

    /** Marks problems {line, column, endLine, endColumn, message}, and the lines of `lines`. */
    mark(problems, lines) {
      mirror.operation(() => {
        marks.forEach((clear) => clear());
        marks = [];
        const signed = (line) => {
          const handle = mirror.addLineClass(line - 1, 'gutter', 'problem-line');
          marks.push(() => mirror.removeLineClass(handle, 'gutter', 'problem-line'));
        };
        for (const {line, column, endLine, endColumn, message} of problems) {
          const to = {line: (endLine ?? line) - 1, ch: (endColumn ?? column + 1) - 1};
          const text = mirror.markText(widened({line: line - 1, ch: column - 1}, to), to,
            {className: 'problem-text', attributes: {title: message}});
          marks.push(() => text.clear());
          signed(line);
        }
        lines.forEach(signed);
      });
    },

    /** Call this after it was hidden, or its width changed. */
    refresh: () => mirror.refresh(),

    /** Closes the list of what can come next. Returns whether there was one. */
    closeList() {
      const open = mirror.state.completionActive?.widget;
      mirror.closeHint();
      return Boolean(open);
    },
  };

  function tabCompletes() {
    const {line, ch} = mirror.getCursor();
    return typed && !mirror.state.completionActive && !mirror.somethingSelected() &&
      completes(mirror.getLine(line).slice(0, ch));
  }

  /** Shows what can come next, and what the selected entry means. */
  function hint() {
    known = null;
    mirror.showHint({hint: hints, completeSingle: false, container: lists()});
  }

  async function hints() {
    const to = mirror.getCursor();
    const cursor = mirror.indexFromPos(to);
    const text = mirror.getValue();
    const found = known !== null && known.from <= cursor &&
      narrowed(known, text.slice(0, known.from), text.slice(known.from, cursor)) ||
      await complete(text, cursor);
    typed = false;
    if (found === null) return null;
    const before = text.slice(0, found.from);
    known ??= {...found, code: before, typed: text.slice(found.from, cursor)};
    const list = entries(found, text.slice(found.from, cursor)).map((entry) => ({
      text: entry.text,
      displayText: oneLine(entry.shown),
      ...(entry.importing === null ? {} : {hint: () => importing(entry.importing)}),
      meaning: `${before}${entry.importing ?? entry.text}`,
    }));
    const data = {from: mirror.posFromIndex(found.from), to, list};
    const meaning = el('div', {class: 'meaning', role: 'status', hidden: true});
    let chosen = null;
    window.CodeMirror.on(data, 'select', async (entry, option) => {
      chosen = entry;
      meaning.hidden = true;
      option.parentNode.setAttribute('aria-label', 'What can come next');
      place(meaning, option.parentNode);
      const described = await describe(entry.meaning);
      if (chosen !== entry || described.length === 0) return;
      meaning.replaceChildren(...described.map(({signature, sentence}) => el('div', {},
        el('code', {}, oneLine(signature)),
        sentence === '' ? null : el('p', {}, oneLine(sentence)))));
      meaning.hidden = false;
      place(meaning, option.parentNode);
    });
    const gone = () => {
      chosen = null;
      meaning.remove();
    };
    window.CodeMirror.on(data, 'close', gone);
    window.CodeMirror.on(data, 'update', gone);
    return data;
  }

  /** Below the list, or above it where there is more room. */
  function place(meaning, list) {
    if (!meaning.isConnected) lists().append(meaning);
    const {left, top, bottom} = list.getBoundingClientRect();
    const height = meaning.offsetHeight;
    const below = bottom + height <= window.innerHeight;
    meaning.style.left =
      `${Math.max(0, Math.min(left, window.innerWidth - meaning.offsetWidth - 4))}px`;
    meaning.style.top = `${below ? bottom : Math.max(0, top - height)}px`;
  }

  /** A mark without width would be invisible. */
  function widened(from, to) {
    return from.line === to.line && from.ch >= to.ch ? {line: to.line, ch: to.ch - 1} : from;
  }
}
