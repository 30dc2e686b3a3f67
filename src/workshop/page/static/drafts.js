// Edits that are not saved to the file, also kept in this browser, because the server has them only
// in memory. A draft is {code, base, instance, sent}: base is the file's code that the edit began
// from, instance the server that it was sent to, sent whether it was sent. The draft of a scratch
// cell also has above, the id of the cell above it.

export const SCRATCH = 'scratch_'; // how the id of a scratch cell begins

import {store, stored} from './storage.js';

const key = (lesson, cell) => `draft/${lesson}/${cell}`;

/** Null if there is none. */
export function draft(lesson, cell) {
  try {
    return JSON.parse(stored(key(lesson, cell)));
  } catch {
    return null; // an invalid entry
  }
}

/** The drafts of the scratch cells of a lesson, by the ids of their cells. */
export function scratchDrafts(lesson) {
  const start = key(lesson, SCRATCH);
  try {
    return new Map(Object.keys(localStorage).filter((each) => each.startsWith(start))
      .map((each) => each.slice(key(lesson, '').length))
      .map((cell) => [cell, draft(lesson, cell)]).filter(([, found]) => found !== null));
  } catch {
    return new Map(); // no storage
  }
}

export function keep(lesson, cell, found) {
  store(key(lesson, cell), JSON.stringify(found));
}

export function forget(lesson, cell) {
  store(key(lesson, cell), null);
}
