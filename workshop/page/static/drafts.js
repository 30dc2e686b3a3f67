// What was typed and does not stand in the file, kept in this browser too: the server has it in
// memory only. A draft is {code, base, instance, sent}: base is the file's code that the edit began
// from, instance the server's that was told of it, sent whether it was.

const key = (lesson, cell) => `draft/${lesson}/${cell}`;

/** Null if there is none. */
export function draft(lesson, cell) {
  try {
    return JSON.parse(localStorage.getItem(key(lesson, cell)));
  } catch {
    return null; // no storage here, or not ours
  }
}

export function keep(lesson, cell, found) {
  try {
    localStorage.setItem(key(lesson, cell), JSON.stringify(found));
  } catch {
    // full or forbidden: the server has it
  }
}

export function forget(lesson, cell) {
  try {
    localStorage.removeItem(key(lesson, cell));
  } catch {
    // forbidden: nothing was kept
  }
}
