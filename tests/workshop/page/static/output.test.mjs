import assert from 'node:assert/strict';
import {test} from 'node:test';
import {joined} from '../../../../src/workshop/page/static/output.js';

test('pieces of one stream are one part', () => {
  assert.deepEqual(joined([
    {stream: 'out', text: 'a'}, {stream: 'out', text: 'b\n'},
    {stream: 'err', text: 'c'}, {stream: 'out', text: 'd'},
  ]), [
    {stream: 'out', text: 'ab\n'}, {stream: 'err', text: 'c'}, {stream: 'out', text: 'd'},
  ]);
});

test('values stand in lines of their own', () => {
  assert.deepEqual(joined([{stream: 'value', text: '1'}, {stream: 'value', text: '2'}]),
    [{stream: 'value', text: '1\n2'}]);
});

test('the pieces that are given stay as they are', () => {
  const pieces = [{stream: 'out', text: 'a'}, {stream: 'out', text: 'b'}];
  joined(pieces);
  assert.equal(pieces[0].text, 'a');
});
