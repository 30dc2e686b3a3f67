// Edits that are not saved to the file, also kept in this browser, because the server has them only
// in memory. A draft is {code, base, instance, sent}: base is the file's code that the edit began
// from, instance the server that it was sent to, sent whether it was sent.

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

export function keep(lesson, cell, found) {
  store(key(lesson, cell), JSON.stringify(found));
}

export function forget(lesson, cell) {
  store(key(lesson, cell), null);
}
