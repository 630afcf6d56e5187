// What an expert notes on the spot, as calls of the API, and times that mean Beijing time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calls, last } from '../../src/web/assets/visit-calls.js';
import { moment } from '../../src/web/assets/visit-times.js';

let n = 0;
const given = { now: new Date('2026-03-05T01:02:03.456Z'), newId: () => `id-${(n += 1)}` };

test('a time means Beijing time', () => {
  assert.equal(moment('2026-03-05T09:30'), '2026-03-05T01:30:00Z');
  assert.equal(moment('2026-03-05T00:00:30'), '2026-03-04T16:00:30Z');
  assert.deepEqual([moment(''), moment('x')], [undefined, undefined]);
});

test('the beginning has the moment of the device and, where it is known, the place', () => {
  const [call] = calls('start', 'v', {}, { ...given, place: { latitude: 23.1, longitude: 113.3 } });
  assert.equal(call.path, '/api/v1/engagements/v/events');
  assert.deepEqual({ ...call.body, client_id: undefined }, { step: 'start', client_id: undefined, device_at: '2026-03-05T01:02:03Z', latitude: 23.1, longitude: 113.3 });
  assert.ok(call.body.client_id);
});

test('the end comes before the minutes, which may be left out', () => {
  assert.deepEqual(calls('hold', 'v', { text: ' 已查看 ' }, given).map(({ body }) => [body.step, body.text]), [['hold', undefined], ['write_minutes', '已查看']]);
  assert.deepEqual(calls('hold', 'v', { text: ' ' }, given).map(({ body }) => body.step), ['hold']);
  assert.deepEqual(calls('minutes', 'v', {}, given), []);
});

test('what is imminent is a hazard', () => {
  const [{ path, body }] = calls('finding', 'v', { item: ' 裸露线头 ', cause: '', advice: '停用', nonconformity_id: '', imminent: true }, given);
  assert.equal(path, '/api/v1/engagements/v/findings');
  assert.deepEqual([body.item, body.cause, body.nonconformity_id, body.hazard, body.imminent], ['裸露线头', undefined, undefined, true, true]);
});

test('a call waits for the last one of its visit', () => {
  const of = (id, at, after, visit = 'v') => ({ id, at, after, path: `/api/v1/engagements/${visit}/events` });
  assert.equal(last([], 'v'), undefined);
  assert.equal(last([of('a', 1), of('b', 2, 'a'), of('c', 9, undefined, 'w')], 'v'), 'b');
  assert.equal(last([of('a', 5), of('b', 5, 'a')], 'v'), 'b');
});
