// The terms of the lessons: a term in a text opens a short glossary.

import {newDialog} from './dialog.js';
import {el, oneLine, visible, withCode} from './dom.js';

/**
 * A text in pieces [text, term]: term is one of the terms where it occurs for the first time, also
 * in the plural, and otherwise null.
 *
 * seen  a set of the terms that occurred already; it grows
 */
export function atTerms(text, terms, seen) {
  if (terms.length === 0) return [[text, null]];
  const names = [...terms].sort((a, b) => b.length - a.length)
    .map((term) => term.replace(/\W/g, '\\$&'));
  const word = new RegExp(`(?<![\\w-])(${names.join('|')})(?:e?s)?(?![\\w-])`, 'gi');
  const pieces = [];
  let end = 0;
  for (const found of text.matchAll(word)) {
    const term = terms.find((each) => each.toLowerCase() === found[1].toLowerCase());
    if (seen.has(term)) continue;
    seen.add(term);
    pieces.push([text.slice(end, found.index), null], [found[0], term]);
    end = found.index + found[0].length;
  }
  return [...pieces, [text.slice(end), null]];
}

/** A sentence with code in backticks, as a list for el, in which terms open the glossary. */
export function withTerms(text, terms, seen) {
  return withCode(text).flatMap((part) => typeof part !== 'string' ? [part] :
    atTerms(part, terms, seen).map(([words, term]) => term === null ? words :
      el('button', {
        type: 'button', class: 'term', 'aria-haspopup': 'dialog', onclick: () => open(term),
      }, words)));
}

let meanings = [];
let dialog = null;

/** Takes the terms of all lessons. */
export function takeTerms(lessons) {
  const found = new Map(lessons.flatMap(({terms}) => Object.entries(terms ?? {})).reverse());
  meanings = [...found].sort(([a], [b]) => a.localeCompare(b, 'en', {sensitivity: 'base'}));
}

function open(term) {
  dialog ??= newDialog('glossary', 'Glossary', el('dl', {class: 'content'}));
  const list = dialog.querySelector('dl');
  list.replaceChildren(...meanings.map(([name, meaning]) => el('div', {tabindex: -1,
    'aria-current': name === term ? 'true' : null},
  el('dt', {}, oneLine(name)), el('dd', {}, visible(meaning)))));
  dialog.showModal();
  list.querySelector('[aria-current]').focus();
}
