import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Exchanges} from '../../../../src/workshop/page/static/exchanges.js';

const numbers = (kept) => kept.list.map(({number}) => number);

function of(...added) {
  const kept = new Exchanges();
  added.forEach((number) => kept.add({number}));
  return kept;
}

test('they are in order, however they arrive', () => {
  assert.deepEqual(numbers(of(3, 1, 2, 5, 4)), [1, 2, 3, 4, 5]);
});

test('each is there once', () => {
  const kept = of(1, 2);
  assert.equal(kept.add({number: 2}), false);
  assert.equal(kept.add({number: 3}), true);
  assert.deepEqual(numbers(kept), [1, 2, 3]);
});

test('what the server dropped goes, and may come again', () => {
  const kept = of(1, 2, 3);
  kept.trim(2);
  assert.deepEqual(numbers(kept), [3]);
  assert.equal(kept.add({number: 2}), true);
});

test('of very many, the newest stay', () => {
  const kept = of(...Array(5010).keys());
  kept.trim(-1);
  assert.equal(kept.list.length, 5000);
  assert.equal(kept.list[0].number, 10);
});
