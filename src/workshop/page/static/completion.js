// What can come next in a cell, as the editor's list shows it.

const MOST = 100; // suggestions: the server sends no more
const SIMPLE = /[^.]*$/;

/**
 * The entries of the list, first what can come next, then what can be imported.
 *
 * found   {from, suggestions, imports} from the server
 * typed   what is between `from` and the cursor
 */
export function entries({suggestions, imports}, typed) {
  return [
    ...suggestions.map((text) => ({text, shown: text, importing: null})),
    ...imports.map((name) => ({
      text: SIMPLE.exec(name)[0] || typed, shown: `import ${name}`, importing: name,
    })),
  ];
}

/** What remains of it when more is typed; null if the server has to be asked again. */
export function narrowed(found, before, typed) {
  const {code, typed: first, suggestions} = found;
  if (before !== code || !typed.startsWith(first) || suggestions.length >= MOST) return null;
  const imports = typed === first ? found.imports : [];
  return {...found, suggestions: suggestions.filter((each) => each.startsWith(typed)), imports};
}

/** The imports with one more line, in its place; as they are if they have it. */
export function withImport(imports, name) {
  const line = `import ${name};`;
  const lines = imports.split('\n');
  if (lines.some((each) => each.trim() === line)) return imports;
  const plain = /^import (?!static\b)/;
  const after = lines.findLastIndex((each) => plain.test(each) && each.trim() < line);
  const before = lines.findIndex((each) => plain.test(each));
  if (after >= 0) lines.splice(after + 1, 0, line);
  else if (before >= 0) lines.splice(before, 0, line);
  else if (imports.trim() === '') return line;
  else lines.push(...(lines.at(-1) === '' ? [] : ['']), line);
  return lines.join('\n');
}

/** Whether Tab completes what stands before the cursor: a name, or a dot after something. */
export function completes(before) {
  return /(^|[^\p{L}\p{Nd}_$])[\p{L}_$][\p{L}\p{Nd}_$]*$|[\p{L}\p{Nd}_$)\]"']\s*\.$/u.test(before);
}
