// A colour for each service, in the order of their first appearance; always shown with the name.

import {el, received} from './dom.js';

const COLOURS = 8;
const numbers = new Map();

/** A class name, s0 to s7. */
export function colour(name) {
  if (!numbers.has(name)) numbers.set(name, numbers.size % COLOURS);
  return `s${numbers.get(name)}`;
}

export function service(name) {
  return el('span', {class: `service ${colour(name)}`}, received(name));
}
