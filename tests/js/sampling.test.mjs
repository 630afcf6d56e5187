// What a form of a sampling says to the server: the steps in their order, lists, amounts of money.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { happened, restore, steps, typed } from '../../src/web/assets/sampling-steps.js';

globalThis.document = { querySelectorAll: () => [], addEventListener: () => {}, documentElement: { dataset: {} } };
const { fen, lines } = await import('../../src/web/assets/inspection-forms.js');

const AT = '2026-03-05T06:30:00Z';

test('a sample is taken and then sealed', () => {
  const said = steps({ step: 'sample', sample: { samplers: ['张三', '李四'] }, seals: ['F1', 'F2'], reserve_kept_at: '本机构样品室' }, AT);
  assert.deepEqual(said, [
    { step: 'sample', sample: { samplers: ['张三', '李四'] }, occurred_at: AT },
    { step: 'seal', seals: ['F1', 'F2'], reserve_kept_at: '本机构样品室', occurred_at: AT },
  ]);
});

test('a sample that is not sealed yet is one step', () => {
  for (const seals of [undefined, []]) {
    assert.deepEqual(steps({ step: 'sample', sample: {}, seals }, AT), [{ step: 'sample', sample: {}, occurred_at: AT }]);
  }
});

test('what was not sampled says why, and nothing of a sample', () => {
  for (const step of ['refuse', 'not_find', 'bar']) {
    assert.deepEqual(steps({ step, reason: 'closed', note: '门锁着', sample: {}, seals: ['F1'] }, AT), [{ step, reason: 'closed', occurred_at: AT, note: '门锁着' }]);
  }
  assert.deepEqual(steps({ step: 'attempt' }, AT), [{ step: 'attempt', occurred_at: AT }]);
});

test('a sealing alone goes alone', () => {
  assert.deepEqual(steps({ step: 'seal', seals: ['F1'] }, AT), [{ step: 'seal', seals: ['F1'], occurred_at: AT }]);
});

test('a moment of the device is sent in UTC without fractions', () => {
  assert.equal(happened('2026-03-05T14:30:00+08:00'), AT);
});

test('lists are written a line for each, or with marks between', () => {
  assert.deepEqual(lines(' F1\n\nF2；F3、F4 '), ['F1', 'F2', 'F3', 'F4']);
  assert.deepEqual(lines(' \n'), []);
});

test('an amount in yuan is sent in fen, to the fen', () => {
  for (const [text, amount] of [['12', 1200], ['0.1', 10], ['19.99', 1999], ['1234567890.05', 123456789005]]) assert.equal(fen(text), amount);
  for (const text of ['', '-1', '1,2', '1.234', '一元']) assert.ok(Number.isNaN(fen(text)), text);
});

test('what is typed comes back as it stood, without what does not go with the choice', () => {
  const field = (name, value, more = {}) => ({ name, value, dataset: {}, type: 'text', disabled: false, ...more });
  const make = () => [
    field('step', 'sample', { type: 'radio', checked: false }),
    field('step', 'refuse', { type: 'radio', checked: false }),
    field('reason', ''),
    field('reason', 'x', { disabled: true }),
    field('photo', 'c:\\p.jpg', { type: 'file' }),
    field('seals.0', 'F1', { type: 'hidden', dataset: { made: '' } }),
  ];
  const form = (elements) => ({ elements, dispatchEvent: () => {} });
  const before = make();
  [before[0].checked, before[2].value] = [true, '门锁着'];
  const kept = typed(form(before));
  assert.deepEqual(kept, { 'step=sample': true, 'step=refuse': false, reason: '门锁着' });
  const after = make();
  restore(form(after), kept);
  assert.deepEqual([after[0].checked, after[1].checked, after[2].value, after[4].value], [true, false, '门锁着', 'c:\\p.jpg']);
});
