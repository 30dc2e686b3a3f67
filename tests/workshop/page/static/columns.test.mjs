import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openColumns} from '../../../../src/workshop/page/static/columns.js';

const ALL = {lessons: true, notebook: true, views: true};
const NO_NOTEBOOK = {...ALL, notebook: false};

const open = (width, chosen = {}, there = ALL) => openColumns(there, chosen, width).join(' ');

test('as many columns are open as fit', () => {
  assert.equal(open(1600), 'lessons notebook views');
  assert.equal(open(1280), 'notebook views');
  assert.equal(open(768), 'notebook');
  assert.equal(open(390), 'notebook');
  assert.equal(open(1280, {}, NO_NOTEBOOK), 'lessons views');
  assert.equal(open(390, {}, NO_NOTEBOOK), 'views');
});

test('the learner opens and closes them', () => {
  assert.equal(open(1600, {lessons: false, notebook: false}), 'views');
  assert.equal(open(1280, {lessons: true}), 'lessons notebook views');
  assert.equal(open(768, {views: true}), 'views');
  assert.equal(open(768, {lessons: true, views: true}), 'lessons views');
});

test('on a phone, the lessons take the place of the others', () => {
  assert.equal(open(390, {lessons: true}), 'lessons');
  assert.equal(open(390, {lessons: true, views: true}), 'lessons');
  assert.equal(open(390, {lessons: true}, NO_NOTEBOOK), 'lessons');
  assert.equal(open(390, {lessons: false, views: true}), 'views');
});
