// What this browser keeps for the page. Where it forbids that, nothing is kept.

/** Null if there is nothing. */
export function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // forbidden
  }
}

/** Null for the text removes what is there. */
export function store(key, text) {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // full or forbidden
  }
}
