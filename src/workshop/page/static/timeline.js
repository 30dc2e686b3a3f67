// The rows of a trace, which are a tree, and the bars of its spans on one line of time.

/**
 * Percent of the whole: where a span's bar begins, and its width; null if its start is not known.
 * A span without an end gets the narrowest bar.
 */
export function bar(at, nanos, all) {
  if (at === null) return null;
  const from = percent(at, all);
  return {left: from, width: Math.max(0, percent(at + (nanos ?? 0), all) - from)};
}

/** Where a time stands on the line, in percent; what is outside stands at its end. */
export function percent(at, all) {
  return Math.max(0, Math.min(100, (at / Math.max(1, all)) * 100));
}

/** Sets whether each row is a parent. A row's children follow it and are one deeper. */
export function markParents(rows) {
  rows.forEach((row, i) => (row.parent = (rows[i + 1]?.depth ?? 0) > row.depth));
}

/** The rows without those below a folded one. */
export function unfolded(rows, isFolded) {
  const shown = [];
  let hiddenBelow = Infinity;
  for (const row of rows) {
    if (row.depth > hiddenBelow) continue;
    hiddenBelow = isFolded(row) ? row.depth : Infinity;
    shown.push(row);
  }
  return shown;
}
