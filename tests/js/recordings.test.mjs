// The hash and the chain of recordings, as browsers compute them, and what a phone keeps until it is sent.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Sha256, sha256 } from '../../src/web/assets/sha256.js';
import { judge, link } from '../../src/web/assets/recording-chain.js';
import { recorder } from '../../src/web/assets/recorder.js';

const wanted = (bytes) => createHash('sha256').update(bytes).digest('hex');

test('the hash is that of FIPS 180-4, for every length around a block', () => {
  assert.equal(sha256(new TextEncoder().encode('abc')), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  for (let length = 0; length <= 260; length += 1) {
    const bytes = randomBytes(length);
    assert.equal(sha256(bytes), wanted(bytes), String(length));
  }
});

test('bytes may come in any pieces', () => {
  const bytes = randomBytes(1_000_003);
  for (const size of [1, 63, 64, 65, 4096, 999_999]) {
    const part = size === 1 ? bytes.subarray(0, 5_000) : bytes;
    const hash = new Sha256();
    for (let from = 0; from < part.length; from += size) hash.add(part.subarray(from, from + size));
    assert.equal(hash.hex(), wanted(part), String(size));
  }
});

/** A recording of some segments, as a device makes it. */
function recorded(count, nonce = 'a'.repeat(64)) {
  const segments = [];
  let last = { seq: 0, sha256: nonce };
  for (let n = 1; n <= count; n += 1) {
    last = link(last, wanted(`segment ${n}`));
    segments.push(last);
  }
  return { nonce, declared_segments: count, segments };
}

test('a chain is unbroken from the nonce to the declared end, in whatever order its segments come', () => {
  const recording = recorded(5);
  assert.deepEqual(judge(recording), { state: 'unbroken', missing: [], broken: [] });
  assert.equal(judge({ ...recording, segments: [...recording.segments].reverse() }).state, 'unbroken');
  assert.equal(judge({ ...recording, declared_segments: null }).state, 'incomplete');
  assert.deepEqual(judge({ ...recording, declared_segments: 7 }), { state: 'incomplete', missing: [6, 7], broken: [] });
  assert.equal(judge({ ...recording, segments: [] }).state, 'empty');
});

test('another nonce, a changed segment and a missing one are found', () => {
  const recording = recorded(4);
  assert.deepEqual(judge({ ...recording, nonce: 'b'.repeat(64) }).broken, [1]);
  const changed = recording.segments.map((segment) => (segment.seq === 2 ? { ...segment, sha256: wanted('another') } : segment));
  assert.deepEqual(judge({ ...recording, segments: changed }), { state: 'broken', missing: [], broken: [3] });
  const without = recording.segments.filter((segment) => segment.seq !== 2);
  assert.deepEqual(judge({ ...recording, segments: without }), { state: 'incomplete', missing: [2], broken: [] });
});

/** What a browser keeps, in memory. */
function memory() {
  const [recordings, segments] = [new Map(), new Map()];
  const copy = (value) => value && { ...value };
  return {
    putRecording: async (kept) => recordings.set(kept.id, copy(kept)),
    recording: async (id) => copy(recordings.get(id)),
    recordings: async () => [...recordings.values()].map(copy),
    removeRecording: async (id) => recordings.delete(id),
    putSegment: async (segment) => segments.set(segment.key, copy(segment)),
    segments: async (id) => [...segments.values()].filter((s) => s.recording === id).sort((a, b) => (a.key < b.key ? -1 : 1)).map(copy),
    removeSegment: async (key) => segments.delete(key),
  };
}

const refusal = (status, problem = {}) => Object.assign(new Error(`status ${status}`), { problem: { status, ...problem } });

/** A device with a server behind it that can be out of reach. */
function device(store = memory()) {
  const server = { nonce: 'c'.repeat(64), segments: [], closed: null, reached: true, uploads: 0, refuse: () => {}, lostAnswers: 0 };
  const call = async (path, { body }) => {
    if (!server.reached) throw new TypeError('network');
    if (path.endsWith('/recordings')) return { recording: { id: 'r1', nonce: server.nonce, words: '4711 青山 学校' }, required: ['licence'] };
    if (path.endsWith('/close')) {
      server.closed = body.segments;
      return {};
    }
    server.refuse(body);
    if (!server.segments.some((s) => s.seq === body.seq)) server.segments.push(body);
    if (server.lostAnswers) {
      server.lostAnswers -= 1;
      throw new TypeError('network');
    }
    return {};
  };
  const upload = async () => {
    if (!server.reached) throw new TypeError('network');
    server.uploads += 1;
    return { id: `file-${server.uploads}` };
  };
  const hash = async (blob) => wanted(blob);
  return { server, store, made: recorder({ account: 'a', device: 'phone', store, call, upload, hash }) };
}

const about = { startsAt: 1_000, duration: 10_000, place: null, shots: ['licence'], name: 'segment.webm' };

test('segments are chained as they are made, kept without a connection, and sent in order later', async () => {
  const { server, store, made } = device();
  const { kept, required } = await made.begin('i1', 'store');
  assert.deepEqual(required, ['licence']);
  server.reached = false;
  // Made at the same time: each names the one before all the same.
  await Promise.all([1, 2, 3].map((n) => made.add(kept, Buffer.from(`film ${n}`), about)));
  await assert.rejects(made.send(), TypeError);
  assert.deepEqual((await made.waiting()).map(({ waiting }) => waiting), [3]);
  await made.end(kept);
  // The page was closed meanwhile: another one goes on with what is kept.
  const later = device(store);
  later.server.nonce = server.nonce;
  assert.equal(await later.made.send(), true);
  assert.deepEqual(later.server.segments.map(({ seq }) => seq), [1, 2, 3]);
  const chain = judge({ nonce: server.nonce, declared_segments: later.server.closed, segments: later.server.segments });
  assert.equal(chain.state, 'unbroken');
  assert.deepEqual(await later.made.waiting(), []);
});

test('a lost answer sends the same segment and the same file once more', async () => {
  const { server, made } = device();
  const { kept } = await made.begin('i1');
  await made.add(kept, Buffer.from('film'), about);
  await made.end(kept);
  server.lostAnswers = 1;
  await assert.rejects(made.send(), TypeError);
  assert.equal(await made.send(), true);
  assert.deepEqual([server.uploads, server.segments.length, server.closed], [1, 1, 1]);
});

test('a file that the server has not any more is uploaded again', async () => {
  const { server, made } = device();
  const { kept } = await made.begin('i1');
  await made.add(kept, Buffer.from('film'), about);
  server.refuse = ({ attachment }) => {
    if (attachment === 'file-1') throw refusal(422, { errors: [{ pointer: '/attachment', detail: 'gone' }] });
  };
  await made.send();
  assert.deepEqual([server.uploads, server.segments[0].attachment], [2, 'file-2']);
});

test('what is refused stays and says why, and the others go on', async () => {
  const { server, made } = device();
  const { kept } = await made.begin('i1');
  for (const n of [1, 2, 3]) await made.add(kept, Buffer.from(`film ${n}`), about);
  await made.end(kept);
  server.refuse = ({ seq }) => {
    if (seq === 2) throw refusal(409, { errors: [] });
  };
  assert.equal(await made.send(), false);
  assert.deepEqual(server.segments.map(({ seq }) => seq), [1, 3]);
  assert.equal(server.closed, 3, 'the server learns how many there are, so the missing one is missed');
  const [{ waiting, refused }] = await made.waiting();
  assert.deepEqual([waiting, refused.map(({ seq }) => seq)], [0, [2]]);
});
