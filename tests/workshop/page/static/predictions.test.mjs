import assert from 'node:assert/strict';
import {test} from 'node:test';
import {happened} from '../../../../src/workshop/page/static/predictions.js';

const out = (text) => [{stream: 'out', text}];

test('the run answers with the line that the lesson prints', () => {
  assert.equal(happened('Acknowledged so far: 0', out('Spans go to x\nAcknowledged so far: 0\n')),
    'Acknowledged so far: 0');
});

test('a changed lesson answers with what it printed', () => {
  assert.equal(happened('5 started, 1 still running, 4 logged',
    out('5 started, 0 still running, 5 logged\n')), '5 started, 0 still running, 5 logged');
  assert.equal(happened('isRecording: false', out('isRecording: true\n')), 'isRecording: true');
});

test('a run that printed nothing like it has no answer', () => {
  assert.equal(happened('isRecording: false', out('Hello\n')), null);
  assert.equal(happened('isRecording: false', []), null);
});
