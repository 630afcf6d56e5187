// The keys of the inbox of signals.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, enough, next, undo } from '../../src/web/assets/signals-inbox.js';

test('keys go from row to row and stay within the list', () => {
  assert.deepEqual([next(3, -1, 1), next(3, -1, -1), next(3, 0, 1), next(3, 2, 1), next(3, 0, -1)], [0, 2, 1, 2, 0]);
  assert.equal(next(0, -1, 1), -1);
});

test('a step is one call with the version that was seen', () => {
  assert.deepEqual(call('triage', { id: 'a', version: 3 }), { path: '/api/v1/signals/a/triage', body: { version: 3 } });
  assert.deepEqual(call('dismiss', { id: 'a', version: 3 }, { reason: ' 与产品无关 ' }).body, { version: 3, reason: '与产品无关' });
  assert.deepEqual(call('match', { id: 'a/b', version: 1 }, { product_kind: 'K2301', region: '' }), {
    path: '/api/v1/signals/a%2Fb/match', body: { version: 1, product_kind: 'K2301' },
  });
});

test('what was done is undone, and a first match is not', () => {
  const before = { kind: '', region: '' };
  assert.equal(undo({ step: 'triage', id: 'a', before }).path, '/api/v1/signals/a/reopen');
  assert.equal(undo({ step: 'dismiss', id: 'a', before }).path, '/api/v1/signals/a/reopen');
  assert.equal(undo({ step: 'match', id: 'a', before }), undefined);
  assert.deepEqual(undo({ step: 'match', id: 'a', before: { kind: 'K1', region: '440100' } }).body, { product_kind: 'K1', region: '440100' });
});

test('a step says what it needs', () => {
  assert.ok(enough('triage', {}) && enough('dismiss', { reason: 'x' }) && enough('match', { product_kind: 'K1' }));
  assert.ok(!enough('dismiss', { reason: ' ' }) && !enough('match', { product_kind: '' }));
});
