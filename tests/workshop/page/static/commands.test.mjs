import assert from 'node:assert/strict';
import {test} from 'node:test';
import {lessonCommand} from '../../../../src/workshop/page/static/commands.js';

test('on the standard ports the command is the lesson alone', () => {
  const ports = {grpcPort: 4317, httpPort: 4318};
  assert.equal(lessonCommand({name: '02-a', protocol: 'grpc'}, ports), './jbang 02-a.java');
  assert.equal(lessonCommand({name: '03-b', protocol: 'http'}, ports), './jbang 03-b.java');
});

test('on another port it names the endpoint of its protocol', () => {
  const ports = {grpcPort: 1, httpPort: 2};
  assert.equal(lessonCommand({name: '02-a', protocol: 'grpc'}, ports),
    'OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:1 ./jbang 02-a.java');
  assert.equal(lessonCommand({name: '03-b', protocol: 'http'}, ports),
    'OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:2 ./jbang 03-b.java');
});
