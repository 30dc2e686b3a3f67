import assert from 'node:assert/strict';
import {test} from 'node:test';
import {at, moved} from '../../../../src/workshop/page/static/splitter.js';

test('keys move the border', () => {
  assert.equal(moved(55, 'ArrowLeft'), 53);
  assert.equal(moved(55, 'ArrowRight'), 57);
  assert.equal(moved(55, 'Home'), 20);
  assert.equal(moved(55, 'End'), 80);
  assert.equal(moved(55, 'a'), 55);
});

test('both columns stay visible', () => {
  assert.equal(moved(21, 'ArrowLeft'), 20);
  assert.equal(moved(80, 'ArrowRight'), 80);
  assert.equal(at(0, 100, 1100), 20);
  assert.equal(at(2000, 100, 1100), 80);
});

test('the mouse takes the border along', () => {
  assert.equal(at(700, 100, 1100), 60);
});
