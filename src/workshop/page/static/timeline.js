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

/** The rows that were found, and those above them in the tree. */
export function foundWithParents(rows) {
  const shown = [];
  let above = 0; // the depth up to which rows lead to one that was found
  for (const row of rows.toReversed()) {
    if (!row.found && row.depth >= above) continue;
    above = row.depth;
    shown.push(row);
  }
  return shown.reverse();
}

/**
 * Sets how long each span itself took, in nanoseconds: its time without that of its children, which
 * may overlap; null if it is not known.
 */
export function markSelfTimes(rows) {
  const open = []; // the row's ancestors, each with the end of what its children took so far
  const byStart = rows.map((row, i) => ({row, i}));
  const parents = rows.map((row) => {
    while (open.length > 0 && open.at(-1).depth >= row.depth) open.pop();
    const parent = open.at(-1);
    open.push(row);
    return parent;
  });
  rows.forEach((row) => {
    row.self = row.at === null || row.nanos === null ? null : Math.max(0, row.nanos);
    row.covered = row.at;
  });
  byStart.sort((a, b) => a.row.at - b.row.at);
  for (const {row, i} of byStart) {
    const parent = parents[i];
    if (!parent || parent.self === null || row.at === null || row.nanos === null) continue;
    const end = Math.min(row.at + row.nanos, parent.at + parent.nanos);
    parent.self -= Math.max(0, end - Math.max(row.at, parent.covered));
    parent.covered = Math.max(parent.covered, end);
  }
}
