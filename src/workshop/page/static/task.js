// What can be told of a task without drawing it.

/** The id of the cell of a step: its title in lower-case letters, digits and single hyphens. */
export function cellId(step) {
  return step.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}

/** What a click on the button for hints shows next; null if everything is shown. */
export function nextHint({done, hints, change, allHints}) {
  if (done || !allHints || change.length > 0) return null;
  return hints.length < allHints - 1 ?
    `Hint ${hints.length + 1} of ${allHints}` : 'Show the change';
}
