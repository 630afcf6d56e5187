// A fault stands beside the field that the person sees, whatever field is sent in its place.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const marked = [];
globalThis.document = { createElement: () => ({ set textContent(text) { this.text = text; } }) };
const { show } = await import('../../src/web/assets/faults.js');

const field = (name, type, dataset = {}) => ({
  name, type, dataset, setAttribute: () => {}, closest: () => null, focus: () => {}, after(p) { marked.push([name || Object.values(dataset)[0], p.text]); },
});
const form = (...elements) => ({ elements, querySelectorAll: () => [] });

test('times and amounts that are sent by hidden fields have their faults at the visible ones', () => {
  marked.length = 0;
  const visit = form(field('', 'datetime-local', { shanghai: 'slots.0.ends_at' }), field('slots.0.ends_at', 'hidden', { made: '' }));
  assert.deepEqual(show(visit, [{ pointer: '/slots/0/ends_at', detail: 'too early' }]), []);
  const training = form(field('', 'datetime-local', { moment: 'ends_at' }), field('ends_at', 'hidden'));
  assert.deepEqual(show(training, [{ pointer: '/ends_at', detail: 'too late' }]), []);
  const issue = form(field('', 'text', { yuan: 'budget_fen' }), field('budget_fen', 'hidden', { made: '' }));
  assert.deepEqual(show(issue, [{ pointer: '/budget_fen', detail: 'too small' }]), []);
  assert.deepEqual(marked, [['slots.0.ends_at', 'too early'], ['ends_at', 'too late'], ['budget_fen', 'too small']]);
});

test('what has no field comes back as text', () => {
  assert.deepEqual(show(form(field('title', 'text')), [{ pointer: '', detail: 'nothing fits' }]), ['nothing fits']);
});
