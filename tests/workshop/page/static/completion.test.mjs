import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
  completes, entries, narrowed, withImport,
} from '../../../../src/workshop/page/static/completion.js';

test('the list has the suggestions, then the imports', () => {
  assert.deepEqual(entries({suggestions: ['length()'], imports: ['java.util.List']}, 'Lis'), [
    {text: 'length()', shown: 'length()', importing: null},
    {text: 'List', shown: 'import java.util.List', importing: 'java.util.List'},
  ]);
});

test('an import goes to its place', () => {
  const imports = 'import static a.B.c;\n\nimport a.B;\nimport java.util.Map;';
  assert.equal(withImport(imports, 'java.util.List'),
    'import static a.B.c;\n\nimport a.B;\nimport java.util.List;\nimport java.util.Map;');
  assert.equal(withImport(imports, 'java.util.Set'), `${imports}\nimport java.util.Set;`);
  assert.equal(withImport(imports, 'a.A'),
    'import static a.B.c;\n\nimport a.A;\nimport a.B;\nimport java.util.Map;');
  assert.equal(withImport('', 'a.A'), 'import a.A;');
  assert.equal(withImport('import static a.B.c;', 'a.A'), 'import static a.B.c;\n\nimport a.A;');
});

test('an import that is there stays alone', () => {
  assert.equal(withImport('import a.A;', 'a.A'), 'import a.A;');
});

test('Tab completes names and members only', () => {
  for (const before of ['Lis', 'a.b', 'a.', 'f().', 'x[1].', '"a".', 'größe', 'a1', '(b2']) {
    assert.equal(completes(before), true, before);
  }
  for (const before of ['', '  ', 'a;', 'f(', 'a ', '...', '. ', '{', '1', '2 + 1', 'f(10', '10L']) {
    assert.equal(completes(before), false, before);
  }
});

test('what is typed further narrows the list, without the server', () => {
  const suggestions = ['left', 'length()'];
  const found = {from: 2, code: 'a.', typed: 'l', suggestions, imports: ['b.L']};
  assert.deepEqual(narrowed(found, 'a.', 'len').suggestions, ['length()']);
  assert.deepEqual(narrowed(found, 'a.', 'len').imports, []);
  assert.deepEqual(narrowed(found, 'a.', 'l').imports, ['b.L']);
  assert.equal(narrowed(found, 'a.', ''), null);
  assert.equal(narrowed(found, 'b.', 'len'), null);
  const cut = {...found, suggestions: Array(100).fill('left')};
  assert.equal(narrowed(cut, 'a.', 'le'), null);
});
