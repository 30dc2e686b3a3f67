import assert from 'node:assert/strict';
import {test} from 'node:test';
import {isSingleKey} from '../../../../src/workshop/page/static/shortcuts.js';

const pressed = (key, more) => ({key, target: {matches: () => false}, ...more});

function stored(value) {
  globalThis.localStorage = {getItem: () => value};
}

test('a single character is a shortcut', () => {
  stored(null);
  assert.equal(isSingleKey(pressed('/')), true);
  assert.equal(isSingleKey(pressed('Enter')), false);
  assert.equal(isSingleKey(pressed('1', {ctrlKey: true})), false);
});

test('typing is not', () => {
  stored(null);
  assert.equal(isSingleKey(pressed('/', {target: {matches: () => true}})), false);
  assert.equal(
    isSingleKey(pressed('/', {target: {matches: () => false, isContentEditable: true}})), false);
});

test('none is when they are switched off', () => {
  stored('off');
  assert.equal(isSingleKey(pressed('/')), false);
});
