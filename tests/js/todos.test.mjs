// What waits for an enterprise is counted by its lists.
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.document = { querySelector: () => null, querySelectorAll: () => [], documentElement: { dataset: {}, lang: 'en' } };
const { waiting } = await import('../../src/web/assets/todos.js');
const { words } = await import('../../src/web/assets/find-row.js');
const { told } = await import('../../src/web/assets/api.js');

test('a count is taken as it is said, rows are counted', () => {
  assert.equal(waiting({ waiting: 3 }), 3);
  assert.equal(waiting({ items: [{ id: 'a' }, { id: 'b' }] }), 2);
  assert.equal(waiting({ items: [] }), 0);
});

test('a row that was found is called by the parts that hold something', () => {
  assert.equal(words({ id: '1', name: 'A', uscc: 'X' }, 'name,uscc'), 'A · X');
  assert.equal(words({ id: '1', title: 'T', published_on: null }, 'title,published_on'), 'T');
});

test('details follow their sentence with the punctuation of the language', () => {
  assert.equal(told('Some fields are not valid', []), 'Some fields are not valid');
  assert.equal(told('Some fields are not valid', ['too long', 'too late']), 'Some fields are not valid: too long; too late');
  assert.equal(told('Refused.', ['too long']), 'Refused. too long');
});
