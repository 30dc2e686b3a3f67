import assert from 'node:assert/strict';
import {test} from 'node:test';
import {boundsText, chartedText, lines, occupied, range, shortNumber, temporalityText}
  from '../../../../src/workshop/page/static/series.js';

test('the temporality is told in words', () => {
  assert.match(temporalityText('cumulative'), /total since the start/);
  assert.match(temporalityText('delta'), /since the one before/);
  assert.match(temporalityText('unspecified'), /does not allow/);
  assert.equal(temporalityText(''), '');
});

test('a chart says what it shows', () => {
  assert.equal(chartedText({type: 'gauge', isRate: false, unit: 'By'}), 'By');
  assert.equal(chartedText({type: 'gauge', isRate: false, unit: ''}), 'value');
  assert.equal(chartedText({type: 'sum, monotonic', isRate: true, unit: '{order}'}),
    '{order} per second');
  assert.equal(chartedText({type: 'sum, monotonic', isRate: true, unit: ''}), 'rate per second');
  assert.equal(chartedText({type: 'histogram', isRate: true, unit: 's'}),
    'measurements per second');
});

test('a point without a value is a gap', () => {
  assert.deepEqual(lines([[1, 0], [2, 10], [3, null], [4, 5], [5, 10]], 40, 10),
    [[[0, 10], [10, 0]], [[30, 5], [40, 0]]]);
});

test('points are in the order of their times, those without one are left out', () => {
  assert.deepEqual(lines([[3, 10], [0, 99], [1, 5]], 10, 10), [[[0, 5], [10, 0]]]);
});

test('zero is always on the chart, and a negative number below it', () => {
  assert.deepEqual(lines([[1, -5], [2, 5]], 10, 10), [[[0, 10], [10, 0]]]);
  assert.deepEqual(lines([[1, 0], [2, 0]], 10, 10), [[[0, 10], [10, 10]]]);
});

test('one point is in the middle, and nothing is nothing', () => {
  assert.deepEqual(lines([[7, 3]], 10, 10), [[[5, 0]]]);
  assert.deepEqual(lines([[1, null]], 10, 10), []);
  assert.equal(range([[1, null]]), null);
  assert.deepEqual(range([[1, 4], [2, null], [3, -1]]), [-1, 4]);
});

test('bounds are told in words', () => {
  assert.equal(boundsText({from: '-Infinity', to: '0.5'}), 'up to 0.5');
  assert.equal(boundsText({from: '0.5', to: '1.0'}), '0.5 to 1');
  assert.equal(boundsText({from: '1.0', to: 'Infinity'}), 'above 1');
  assert.equal(boundsText({from: '-0.25', to: '0.25'}), 'around zero, up to 0.25');
  assert.equal(boundsText({from: '-0.0', to: '0.0'}), 'zero');
  assert.equal(boundsText({from: '-Infinity', to: 'Infinity'}), 'all');
});

test('empty buckets are left out at the ends, not between', () => {
  const buckets = ['0', '2', '0', '1', '0'].map((count) => ({count}));
  assert.deepEqual(occupied(buckets).map(({count}) => count), ['2', '0', '1']);
  assert.deepEqual(occupied([{count: '0'}]), []);
});

test('numbers are short', () => {
  assert.equal(shortNumber(1234.5678), '1,235');
  assert.equal(shortNumber(0), '0');
  assert.equal(shortNumber(0.00001234), '1.23e-5');
  assert.equal(shortNumber(12345678), '1.23e+7');
});
