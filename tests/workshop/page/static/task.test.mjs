import assert from 'node:assert/strict';
import {test} from 'node:test';
import {cellId, nextHint} from '../../../../src/workshop/page/static/task.js';

test('the cell of a step is found by its title', () => {
  assert.equal(cellId('The exporter'), 'the-exporter');
  assert.equal(cellId('Silent mistake 1: a span that never ends'),
    'silent-mistake-1-a-span-that-never-ends');
});

test('hints come one at a time, and then the change', () => {
  const task = {done: false, hints: [], change: [], allHints: 3};
  assert.equal(nextHint(task), 'Hint 1 of 3');
  assert.equal(nextHint({...task, hints: ['a']}), 'Hint 2 of 3');
  assert.equal(nextHint({...task, hints: ['a', 'b']}), 'Show the change');
  assert.equal(nextHint({...task, hints: ['a', 'b'], change: ['c']}), null);
  assert.equal(nextHint({...task, done: true}), null);
});
