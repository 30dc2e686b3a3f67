import assert from 'node:assert/strict';
import {test} from 'node:test';
import {colour} from '../../../../src/workshop/page/static/services.js';

test('a service keeps its colour, and the ninth has that of the first', () => {
  const names = [...Array(9).keys()].map((i) => `service ${i}`);
  assert.deepEqual(names.map(colour), ['s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7', 's0']);
  assert.equal(colour('service 3'), 's3');
});
