import assert from 'node:assert/strict';
import {test} from 'node:test';
import {atTerms} from '../../../../src/workshop/page/static/glossary.js';

const found = (text, terms, seen = new Set()) =>
  atTerms(text, terms, seen).filter(([, term]) => term !== null).map((piece) => piece.join('='));

test('a term is found once, in the singular or plural', () => {
  assert.deepEqual(found('Spans end. A span; two batches, Batch.', ['span', 'batch']),
    ['Spans=span', 'batches=batch']);
  const seen = new Set();
  found('A span', ['span'], seen);
  assert.deepEqual(found('Another span', ['span'], seen), []);
});

test('a part of a word is not a term', () => {
  assert.deepEqual(found('Re-span spanning Retry-After', ['span', 'retry']), []);
});

test('the longest term is taken', () => {
  assert.deepEqual(found('Its retry policy', ['retry', 'retry policy']),
    ['retry policy=retry policy']);
});

test('no text is lost', () => {
  const text = 'In a span (of C++), and a trace.';
  assert.equal(atTerms(text, ['span', 'C++', 'trace'], new Set()).map(([part]) => part).join(''),
    text);
  assert.deepEqual(atTerms(text, [], new Set()), [[text, null]]);
});
