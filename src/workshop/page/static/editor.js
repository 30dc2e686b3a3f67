// Wraps what a cell needs of CodeMirror, a classic script that is loaded before the modules. It
// works under the page's security policy, because it builds its elements without markup.

/**
 * A Java editor as high as its text.
 *
 * label     what is edited, for a screen reader
 * changed() something was typed, pasted or undone here; not for what set() did
 */
export function editor({code, label, changed}) {
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
    // Tab moves the focus, as everywhere on the page; Ctrl-] and Ctrl-[ indent.
    extraKeys: {'Tab': false, 'Shift-Tab': false},
  });
  const input = mirror.getInputField();
  input.setAttribute('role', 'textbox');
  input.setAttribute('aria-multiline', true);
  let marks = [];

  mirror.on('changes', (_, changes) => {
    if (changes.some((change) => change.origin !== 'set')) changed();
  });

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
  };

  /** A mark without width would be invisible. */
  function widened(from, to) {
    return from.line === to.line && from.ch >= to.ch ? {line: to.line, ch: to.ch - 1} : from;
  }
}
