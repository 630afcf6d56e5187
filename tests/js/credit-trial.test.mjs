// What the form of other rules sends: the version that is shown, with the numbers that were changed in their places.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const listeners = {};
const form = { addEventListener: (kind, listener) => (listeners[kind] = listener) };
globalThis.document = {
  querySelector: (selector) => (selector === 'form[data-trial]' ? form : null),
  querySelectorAll: () => [],
  addEventListener: () => {},
  documentElement: { dataset: {}, lang: 'zh-CN' },
};
const { changed } = await import('../../src/web/assets/credit-trial.js');

const RULES = {
  version: 'v1',
  thresholds: [{ role: 'producer', b: 10, c: 30, d: 60 }, { role: 'seller', b: 20, c: 40, d: 80 }],
  behaviours: [{ code: 'x', points: 12, validity_days: 365, floor: null }],
};

test('a number takes the place of the one at its name, and nothing else changes', () => {
  const made = changed(RULES, [['thresholds.1.c', '45'], ['behaviours.0.points', '3']]);
  assert.deepEqual(made, {
    version: 'v1',
    thresholds: [{ role: 'producer', b: 10, c: 30, d: 60 }, { role: 'seller', b: 20, c: 45, d: 80 }],
    behaviours: [{ code: 'x', points: 3, validity_days: 365, floor: null }],
  });
});

test('the version that is shown stays as it is', () => {
  const before = structuredClone(RULES);
  changed(RULES, [['thresholds.0.b', '1']]);
  assert.deepEqual(RULES, before);
});

test('a name that leads nowhere, or to what is no number, changes nothing', () => {
  for (const name of ['thresholds.9.b', 'nothing.0.b', 'version', 'behaviours.0.floor', 'behaviours.0.code', '__proto__.x']) {
    assert.deepEqual(changed(RULES, [[name, '7']]), RULES, name);
  }
  assert.equal({}.x, undefined);
});

test('the form is sent by the module and not by the browser', () => {
  assert.deepEqual(Object.keys(listeners), ['submit']);
});
