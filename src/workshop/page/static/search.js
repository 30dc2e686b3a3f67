// What is typed into the search field.

/** The words of a search, in lower case. */
export function words(query) {
  return query.toLowerCase().split(/\s+/).filter((word) => word);
}

/** Whether a text has all the words in it, in any order. */
export function hasAll(text, wanted) {
  const lower = text.toLowerCase();
  return wanted.every((word) => lower.includes(word));
}
