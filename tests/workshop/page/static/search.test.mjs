import assert from 'node:assert/strict';
import {test} from 'node:test';
import {hasAll, words} from '../../../../src/workshop/page/static/search.js';

test('a text has all words in any order and case', () => {
  assert.equal(hasAll('gRPC conn 1 503 UNAVAILABLE', words('unavail  GRPC')), true);
  assert.equal(hasAll('gRPC conn 1 200 OK', words('unavail grpc')), false);
});

test('without a word, every text is found', () => {
  assert.deepEqual(words('  '), []);
  assert.equal(hasAll('', words(' ')), true);
});
