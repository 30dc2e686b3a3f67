import assert from 'node:assert/strict';
import {test} from 'node:test';
import {answerText, bytes, duration, nanosTime, plural, ratio, sizeText, time}
  from '../../../../src/workshop/page/static/format.js';

test('bytes have the unit in which they are read', () => {
  assert.deepEqual([0, 999, 1000, 1234, 999_949, 1e6, 12_345_678].map(bytes),
    ['0 B', '999 B', '1.0 KB', '1.2 KB', '999.9 KB', '1.0 MB', '12.3 MB']);
});

test('durations have the unit in which they are read', () => {
  assert.deepEqual([0, 1, 9_999, 10_000, 99_999, 100_000, 1e9, 59e9, 6e10, 864e11].map(duration),
    ['0', '0.0 µs', '10.0 µs', '10 µs', '100 µs', '0.1 ms', '1.00 s', '59.00 s', '1.0 min',
      '1.0 days']);
});

test('a span that ends before it starts has a negative duration', () => {
  assert.equal(duration(-2_500_000), '-2.5 ms');
});

test('a time of today has milliseconds, another one its date', () => {
  const noon = new Date();
  noon.setHours(12, 3, 4, 5);
  assert.equal(time(noon.getTime()), '12:03:04.005');
  assert.equal(nanosTime(`${noon.getTime()}000000`), '12:03:04.005');
  assert.equal(time(new Date(2001, 1, 3, 4, 5, 6).getTime()), '2001-02-03 04:05:06');
  assert.equal(time(NaN), 'invalid time');
});

test('a time that no date can hold is invalid', () => {
  assert.equal(nanosTime('18446744073709551615').slice(0, 5), '2554-');
  assert.equal(time(Number.MAX_SAFE_INTEGER), 'invalid time');
});

test('zero is no time', () => {
  assert.equal(nanosTime('0'), 'no time');
});

test('one is singular', () => {
  assert.deepEqual([0, 1, 2, 1234].map((count) => plural(count, 'span')),
    ['0 spans', '1 span', '2 spans', '1,234 spans']);
});

test('a size says what compression gained', () => {
  const gzip = {gzip: true, wireBytes: 402, decodedBytes: 913};
  assert.equal(sizeText(gzip), '402 B gzip, 913 B decoded (2.3×)');
  assert.equal(sizeText({gzip: false, wireBytes: 913, decodedBytes: 913}), '913 B, not compressed');
  assert.equal(ratio({gzip: true, wireBytes: 0, decodedBytes: 0}), '');
});

test('a response without a status is named by what happened', () => {
  assert.equal(answerText({code: 200, codeName: 'OK'}), '200 OK');
  assert.equal(answerText({code: -1, codeName: 'reset'}), 'reset');
});
