import assert from 'node:assert/strict';
import {test} from 'node:test';
import {oneLine, visible} from '../../../../src/workshop/page/static/dom.js';

test('what cannot be seen is shown by its code', () => {
  assert.equal(visible('a\u0000\u001b[2J\u202eb\ufeff\u{e0041}'),
    'a\\u0000\\u001b[2J\\u202eb\\ufeff\\u{e0041}');
});

test('what belongs to a text stays', () => {
  const text = 'ü\n\t👩‍💻 <b>&amp;</b>';
  assert.equal(visible(text), text);
  assert.equal(oneLine('a\nb\tc'), 'a\\nb\\tc');
});
