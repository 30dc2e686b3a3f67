import assert from 'node:assert/strict';
import {test} from 'node:test';
import {flags, typed} from '../../../../src/workshop/page/static/span.js';

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
