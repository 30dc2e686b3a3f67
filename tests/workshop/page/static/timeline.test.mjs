import assert from 'node:assert/strict';
import {test} from 'node:test';
import {bar, foundWithParents, markParents, markSelfTimes, percent, unfolded}
  from '../../../../src/workshop/page/static/timeline.js';

/** A tree by its depths; a row's name is its place. */
function rows(...depths) {
  const all = depths.map((depth, name) => ({name, depth}));
  markParents(all);
  return all;
}

const names = (list) => list.map(({name}) => name);

test('a bar stands where its span was', () => {
  assert.deepEqual(bar(5, 5, 20), {left: 25, width: 25});
});

test('a bar stays within the line', () => {
  assert.deepEqual(bar(-10, 40, 20), {left: 0, width: 100});
  assert.deepEqual(bar(30, 10, 20), {left: 100, width: 0});
  assert.deepEqual(bar(10, -5, 20), {left: 50, width: 0});
});

test('a span without a start has no bar, one without an end the narrowest', () => {
  assert.equal(bar(null, 5, 20), null);
  assert.equal(bar(null, null, 20), null);
  assert.deepEqual(bar(5, null, 20), {left: 25, width: 0});
});

test('a trace that took no time has a line, too', () => {
  assert.deepEqual(bar(0, 0, 0), {left: 0, width: 0});
  assert.equal(percent(0, 0), 0);
});

test('a row with a deeper one behind it is a parent', () => {
  assert.deepEqual(rows(0, 1, 2, 1, 0).map(({parent}) => parent),
    [true, true, false, false, false]);
});

test('below a folded row nothing is shown, beside it everything', () => {
  const tree = rows(0, 1, 2, 3, 1, 2, 0);
  assert.deepEqual(names(unfolded(tree, () => false)), [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual(names(unfolded(tree, ({name}) => name === 1)), [0, 1, 4, 5, 6]);
  assert.deepEqual(names(unfolded(tree, ({name}) => name === 0)), [0, 6]);
});

test('a row folded within a folded one stays folded when that is opened', () => {
  const tree = rows(0, 1, 2, 1);
  assert.deepEqual(names(unfolded(tree, ({name}) => name <= 1)), [0]);
  assert.deepEqual(names(unfolded(tree, ({name}) => name === 1)), [0, 1, 3]);
});

test('what was found is shown below its parents', () => {
  const all = rows(0, 1, 2, 2, 1, 0);
  all[3].found = all[4].found = true;
  assert.deepEqual(names(foundWithParents(all)), [0, 1, 3, 4]);
  assert.deepEqual(foundWithParents(rows(0, 1)), []);
});

test('a span itself takes the time that none of its children takes', () => {
  const all = [
    {depth: 0, at: 0, nanos: 100},
    {depth: 1, at: 50, nanos: 30},
    {depth: 2, at: 50, nanos: 10},
    {depth: 1, at: 40, nanos: 20}, // overlaps
    {depth: 1, at: 90, nanos: 50}, // ends after its parent
    {depth: 1, at: null, nanos: null},
    {depth: 0, at: 5, nanos: -3},
  ];
  markSelfTimes(all);
  assert.deepEqual(all.map(({self}) => self), [50, 20, 10, 20, 50, null, 0]);
});
