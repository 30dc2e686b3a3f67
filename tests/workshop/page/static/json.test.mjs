import assert from 'node:assert/strict';
import {test} from 'node:test';
import {jsonLines, jsonSet} from '../../../../src/workshop/page/static/json.js';

const plain = (value, width) => jsonLines(JSON.stringify(value), width)
  .map((line) => line.map(([, text]) => text).join(''));

test('what fits into a line is not broken', () => {
  assert.deepEqual(plain({a: [1, 'x'], b: {}}, 80), ['{"a": [1, "x"], "b": {}}']);
});

test('what does not fit is broken, and only that', () => {
  assert.deepEqual(plain({first: {a: 1}, second: {b: 'long '.repeat(5)}}, 30), [
    '{',
    ' "first": {"a": 1},',
    ' "second": {',
    '  "b": "long long long long long "',
    ' }',
    '}',
  ]);
});

test('a number with a meaning has it beside it', () => {
  assert.deepEqual(plain({kind: 2}, 80), ['{"kind": 2 SERVER}']);
  assert.deepEqual(plain({status: {code: 2}}, 80), ['{"status": {"code": 2 ERROR}}']);
  assert.match(plain({startTimeUnixNano: '981173106000000000'}, 80)[0],
    /^\{"startTimeUnixNano": "981173106000000000" 2001-02-0\d \d\d:\d\d:\d\d\}$/);
  assert.deepEqual(plain({endTimeUnixNano: '0', kind: 99}, 80),
    ['{"endTimeUnixNano": "0", "kind": 99}']);
});

test('a very long text is cut with its length', () => {
  const [line] = plain('x'.repeat(2000), 80);
  assert.equal(line, `"${'x'.repeat(999)}… (2,000 characters)`);
});

test('the lines of two texts can be compared', () => {
  const common = jsonSet('{"a": 1}', 40);
  assert.equal(common.has('{"a": 1}'), true);
  assert.equal(common.has('{"a": 2}'), false);
});
