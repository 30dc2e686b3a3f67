import assert from 'node:assert/strict';
import {beforeEach, test} from 'node:test';
import {draft, forget, keep} from '../../../../src/workshop/page/static/drafts.js';

let entries;

beforeEach(() => {
  entries = new Map();
  globalThis.localStorage = {
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => entries.set(key, value),
    removeItem: (key) => entries.delete(key),
  };
});

test('a draft is kept for its lesson and cell until it is forgotten', () => {
  keep('02-a', 'one', {code: 'x', base: 'y'});
  assert.deepEqual(draft('02-a', 'one'), {code: 'x', base: 'y'});
  assert.equal(draft('02-a', 'two'), null);
  assert.equal(draft('03-b', 'one'), null);
  forget('02-a', 'one');
  assert.equal(draft('02-a', 'one'), null);
});

test('a damaged entry is none', () => {
  entries.set('draft/02-a/one', '{');
  assert.equal(draft('02-a', 'one'), null);
});

test('a browser that forbids storage is no problem', () => {
  const forbidden = () => {
    throw new Error('forbidden');
  };
  globalThis.localStorage = {getItem: forbidden, setItem: forbidden, removeItem: forbidden};
  keep('02-a', 'one', {});
  forget('02-a', 'one');
  assert.equal(draft('02-a', 'one'), null);
});
