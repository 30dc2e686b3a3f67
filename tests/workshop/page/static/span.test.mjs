import assert from 'node:assert/strict';
import {test} from 'node:test';
import {afterText, durationText, flags, isRoot, typed} from '../../../../src/workshop/page/static/span.js';

test('a value has its type', () => {
  assert.deepEqual(typed({stringValue: 'a'}), ['string', 'a']);
  assert.deepEqual(typed({intValue: '9007199254740993'}), ['int', '9007199254740993']);
  assert.deepEqual(typed({boolValue: false}), ['bool', 'false']);
  assert.deepEqual(typed({bytesValue: 'AAE='}), ['bytes', 'AAE=']);
});

test('a value without anything is empty', () => {
  assert.deepEqual(typed({}), ['empty', '']);
  assert.deepEqual(typed(undefined), ['empty', '']);
  assert.deepEqual(typed({newValue: 1}), ['empty', '']);
});

test('a list names the type of what is in it', () => {
  const list = (...values) => ({arrayValue: {values}});
  assert.deepEqual(typed(list({intValue: '1'}, {intValue: '2'})), ['int array', '[1, 2]']);
  assert.deepEqual(typed(list({intValue: '1'}, {boolValue: true})), ['mixed array', '[1, true]']);
  assert.deepEqual(typed({arrayValue: {}}), ['mixed array', '[]']);
});

test('a map shows its entries', () => {
  assert.deepEqual(typed({kvlistValue: {values: [{key: 'a', value: {intValue: '1'}}, {}]}}),
    ['map', '{a: 1, : }']);
});

test('flags are told in words', () => {
  assert.equal(flags(0), '0x000: not sampled');
  assert.equal(flags(3), '0x003: sampled, random trace id');
  assert.equal(flags(0x101), '0x101: sampled, parent is local');
  assert.equal(flags(0x301), '0x301: sampled, parent is remote');
  assert.equal(flags(0x201), '0x201: sampled');
});

test('a span may have no start, no end, or end before it starts', () => {
  assert.equal(durationText(1_000n, 3_500_000n), '3.5 ms');
  assert.equal(durationText(1_000n, 0n), 'no end');
  assert.equal(durationText(0n, 1_000n), 'no start');
  assert.equal(durationText(0n, 0n), 'no end');
  assert.equal(durationText(3_500_000n, 1_000_000n), '-2.5 ms (it ends before it starts)');
});

test('an event without a time, or in a span without a start, is not counted from 1970', () => {
  assert.equal(afterText(1_000_000n, 3_500_000n), 'after 2.5 ms');
  assert.equal(afterText(1_760_000_000_000_000_000n, 0n), 'without a time');
  assert.equal(afterText(0n, 1_760_000_000_000_000_000n), 'without a time');
});

test('an id of zeros names no parent', () => {
  assert.equal(isRoot({}), true);
  assert.equal(isRoot({parentSpanId: ''}), true);
  assert.equal(isRoot({parentSpanId: '0000000000000000'}), true);
  assert.equal(isRoot({parentSpanId: '0000000000000001'}), false);
});
