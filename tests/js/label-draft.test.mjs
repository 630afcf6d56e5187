// The form of a label check as a call of the API.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applies, call, missing, newNumber } from '../../src/web/assets/label-draft.js';

const filled = {
  task: '', number: 'BZ20261129000042', version: 'labels-2018', level: 'county', product_name: ' 塑胶玩具 ', product_kind: 'K0601', operator_name: '某商店', operator_uscc: '',
  role: 'seller', producer_name: '', place_region: '440103', inspectors: '张三\n 李四 \n', inspected_on: '2026-11-29', source_named: 'true', source_name: '某批发部', source_uscc: '',
  corrected_on: '', correction: '', delivered: true,
  answers: [{ check: 'certificate', answer: 'ok', note: '' }, { check: 'warning', answer: 'missing', note: ' 无警示 ' }],
};

test('a new check is an inspection with its answers', () => {
  const { path, body, place } = call(filled);
  assert.equal(path, '/api/v1/inspections/labels');
  assert.deepEqual([body.inspection.method, body.inspection.product_name, body.inspection.operator_uscc], ['label', '塑胶玩具', undefined]);
  assert.deepEqual(body.check.inspectors, ['张三', '李四']);
  assert.deepEqual(body.check.answers[1], { check: 'warning', answer: 'missing', note: '无警示', photos: [] });
  assert.deepEqual([body.check.source_named, body.check.delivered_on, body.check.corrected_on], [true, '2026-11-29', undefined]);
  assert.equal(place('warning'), 'check.answers.1.photos');
});

test('a task has its answers alone', () => {
  const { path, body, place } = call({ ...filled, task: 'abc', source_named: '', delivered: false });
  assert.equal(path, '/api/v1/inspections/abc/label');
  assert.deepEqual([body.inspection, body.checklist, body.source_named, body.delivered_on], [undefined, 'labels-2018', undefined, undefined]);
  assert.equal(place('certificate'), 'answers.0.photos');
});

test('what is missing is named: an answer, a photo, a field, and not applicable everywhere', () => {
  const none = () => 0;
  assert.deepEqual(missing(filled, none), [{ key: 'warning', why: 'photo' }]);
  assert.deepEqual(missing(filled, () => 1), []);
  assert.deepEqual(missing({ ...filled, operator_name: ' ', answers: [{ check: 'certificate' }] }, none), [{ name: 'operator_name', why: 'field' }, { key: 'certificate', why: 'answer' }]);
  assert.deepEqual(missing({ ...filled, task: 'abc', operator_name: '', answers: [{ check: 'certificate', answer: 'not_applicable' }] }, none), [{ key: 'certificate', why: 'all' }]);
});

test('a check of some classes or regimes is asked of those', () => {
  assert.ok(applies('', '') && applies(' ', 'C06') && applies('C03 C06 ', 'C06'));
  assert.ok(!applies('C03 ', 'C06') && !applies('C03 ', ''));
  assert.ok(applies('strict special ', 'special') && !applies('strict special ', 'general') && !applies('strict special ', ''));
});

test('a number is of its day', () => {
  assert.equal(newNumber('2026-11-29', 12_000_042), 'BZ20261129000042');
});
