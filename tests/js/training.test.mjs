// Moments that are typed in Beijing time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moment } from '../../src/web/assets/training.js';

test('a typed moment is one of Beijing, whatever the clock of the browser is', () => {
  assert.equal(moment('2026-12-01T09:30'), '2026-12-01T09:30:00+08:00');
  assert.equal(moment('2026-12-01T09:30:15'), '2026-12-01T09:30:00+08:00');
  for (const none of ['', '2026-12-01', 'soon']) assert.equal(moment(none), '');
});
