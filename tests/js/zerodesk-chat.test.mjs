// `node --test tests/js`: the chat's client against a fake socket.
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

const source = await readFile(new URL('../../src/web/assets/zerodesk-chat.js', import.meta.url), 'utf8');
const module = await import(`data:text/javascript;base64,${Buffer.from(source).toString('base64')}`);
const { ChatClient, Cursor, afterClose, backoff, localOutbox, memoryOutbox, uuid } = module;

const ROOM = '11111111-1111-1111-1111-111111111111';
const pause = (ms = 0) => new Promise((resume) => setTimeout(resume, ms));

/** A socket whose server is the test. */
class FakeSocket {
  static all = [];
  readyState = 0;
  sent = [];
  constructor(url, protocols) {
    Object.assign(this, { url, protocols });
    FakeSocket.all.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
  }
  greet() {
    this.readyState = 1;
    this.onopen();
    this.say({ ev: 'welcome', user: { id: 'me' }, heartbeat_seconds: 25, max_frame_bytes: 65536 });
  }
  say(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }
  end(code) {
    this.readyState = 3;
    this.onclose({ code });
  }
}

/** Timers that move only by what this returns. Node's own for tests lose, in version 18, those that are set by others. */
function moveTimers(t) {
  const real = { setTimeout, setInterval, clearTimeout, clearInterval };
  const timers = new Map();
  let [now, last] = [0, 0];
  const set = (again) => (run, wait) => {
    timers.set((last += 1), { at: now + wait, run, every: again && wait });
    return last;
  };
  const clear = (id) => timers.delete(id);
  Object.assign(globalThis, { setTimeout: set(false), setInterval: set(true), clearTimeout: clear, clearInterval: clear });
  t.after(() => Object.assign(globalThis, real));
  return (wait) => {
    const end = now + wait;
    for (;;) {
      const [id, timer] = [...timers].sort(([, a], [, b]) => a.at - b.at)[0] ?? [];
      if (!timer || timer.at > end) break;
      now = timer.at;
      if (timer.every) timer.at += timer.every;
      else timers.delete(id);
      timer.run();
    }
    now = end;
  };
}

async function client(t, options = {}) {
  FakeSocket.all = [];
  const chat = new ChatClient({ url: 'http://desk.test/api/v1/ws', WebSocket: FakeSocket, random: () => 0, ...options });
  chat.events = [];
  for (const type of ['state', 'message', 'ack', 'refused', 'error']) {
    chat.addEventListener(type, ({ detail }) => chat.events.push([type, detail]));
  }
  t.after(() => chat.close());
  chat.connect();
  await pause();
  return chat;
}

const message = (seq, more = {}) => ({
  ev: 'message', consultation: ROOM, stream: 'talk', seq, client_id: `c${seq}`, sender: { id: 'you' }, body: `m${seq}`, ...more,
});
const shown = (chat) => chat.events.filter(([type]) => type === 'message').map(([, m]) => m.seq);
const sends = (socket) => socket.sent.filter((f) => f.op === 'send').map((f) => f.client_id);

test('the wait grows, is jittered, and has an end', () => {
  assert.equal(backoff(0, () => 0), 250);
  assert.equal(backoff(0, () => 1), 750);
  assert.ok(backoff(3, () => 1) > backoff(2, () => 1));
  assert.equal(backoff(99, () => 1), 4_250);
});

test('doubles and gaps are told apart, for each stream by itself', () => {
  const cursor = new Cursor({ talk: 2 });
  assert.deepEqual([2, 3, 3, 5, 4, 5].map((n) => cursor.take('talk', n)), ['duplicate', 'next', 'duplicate', 'gap', 'next', 'next']);
  assert.equal(cursor.take('notes', 1), 'next');
});

test('each close has its consequence', () => {
  assert.deepEqual([4001, 4003, 4008, 4009, 1001, 1006].map((c) => afterClose(c, true)), ['renew', 'stop', 'now', 'later', 'later', 'later']);
  assert.equal(afterClose(1006, false), 'renew');
});

test('an outbox in storage outlives the client, and leaves other keys alone', () => {
  const map = new Map([['other', 'x']]);
  const storage = {
    get length() { return map.size; },
    key: (n) => [...map.keys()][n] ?? null,
    getItem: (k) => map.get(k) ?? null,
    setItem: (k, v) => map.set(k, v),
    removeItem: (k) => map.delete(k),
  };
  localOutbox('p', storage).put({ client_id: 'a', body: 'b' });
  assert.deepEqual(localOutbox('p', storage).load(), [{ client_id: 'a', body: 'b' }]);
  localOutbox('p', storage).remove('a');
  assert.deepEqual([...map.keys()], ['other']);
});

test('it offers the subprotocol, and the token beside it but never in the address', async (t) => {
  await client(t, { token: 'abc' });
  const [socket] = FakeSocket.all;
  assert.deepEqual(socket.protocols, ['zerodesk.v1', 'bearer.abc']);
  assert.equal(socket.url, 'ws://desk.test/api/v1/ws');
});

test('after a lost connection it resumes where it was, and sends again what was not acknowledged', async (t) => {
  const chat = await client(t);
  const [first] = FakeSocket.all;
  first.greet();
  chat.subscribe(ROOM, { talk: 3 });
  first.say(message(4));
  first.say(message(4));
  first.say(message(5));
  const a = chat.send(ROOM, 'acknowledged');
  const b = chat.send(ROOM, 'not yet');
  first.say({ ev: 'ack', client_id: a.client_id, seq: 6 });
  first.end(4008);
  await pause(10);
  const second = FakeSocket.all[1];
  second.greet();
  assert.deepEqual(second.sent[0], { op: 'subscribe', ref: `subscribe:${ROOM}`, consultation: ROOM, after: { talk: 5, notes: 0 } });
  assert.deepEqual(sends(second), [b.client_id]);
  second.say({ ev: 'ack', client_id: b.client_id, seq: 7, duplicate: true });
  assert.deepEqual([chat.pending(), shown(chat)], [[], [4, 5]]);
});

test('a gap is asked for and never shown', async (t) => {
  const chat = await client(t);
  const [socket] = FakeSocket.all;
  socket.greet();
  chat.subscribe(ROOM);
  socket.say({ ev: 'subscribed', consultation: ROOM });
  for (const seq of [1, 3]) socket.say(message(seq));
  assert.deepEqual(socket.sent.at(-1).after, { talk: 1, notes: 0 });
  for (const seq of [2, 3]) socket.say(message(seq));
  assert.deepEqual(shown(chat), [1, 2, 3]);
});

test('what waited in the outbox goes out after a reload', async (t) => {
  const outbox = memoryOutbox();
  outbox.put({ client_id: 'old', consultation: ROOM, stream: 'talk', body: 'x', at: 1 });
  await client(t, { outbox });
  FakeSocket.all[0].greet();
  assert.deepEqual(sends(FakeSocket.all[0]), ['old']);
});

test('a refused message is kept, said, and sent again only when asked', async (t) => {
  const chat = await client(t);
  const [socket] = FakeSocket.all;
  socket.greet();
  const item = chat.send(ROOM, 'x');
  socket.say({ ev: 'error', ref: item.client_id, problem: { status: 409, detail: 'concluded' } });
  assert.equal(chat.events.at(-1)[0], 'refused');
  assert.equal(chat.pending()[0].refused.detail, 'concluded');
});

test('an ended session is renewed once, and given up without credentials', async (t) => {
  let good = true;
  const chat = await client(t, { renew: async () => good && { token: 'new' } });
  FakeSocket.all[0].greet();
  FakeSocket.all[0].end(4001);
  await pause(10);
  assert.deepEqual(FakeSocket.all[1].protocols, ['zerodesk.v1', 'bearer.new']);
  good = false;
  FakeSocket.all[1].greet();
  FakeSocket.all[1].end(4001);
  await pause(10);
  assert.deepEqual([FakeSocket.all.length, chat.state, chat.events.at(-1)[1].reason], [2, 'offline', 'credentials']);
});

test('a laptop that slept asks whether the line still lives, and comes back when it does not', async (t) => {
  const tick = moveTimers(t);
  const turn = () => new Promise((resume) => setImmediate(resume));
  let now = 0;
  FakeSocket.all = [];
  const chat = new ChatClient({ url: 'http://desk.test/api/v1/ws', WebSocket: FakeSocket, random: () => 0, now: () => now });
  t.after(() => chat.close());
  chat.connect();
  await turn();
  FakeSocket.all[0].greet();
  chat.subscribe(ROOM);
  FakeSocket.all[0].say({ ev: 'subscribed', ref: `subscribe:${ROOM}`, consultation: ROOM, last_seq: { talk: 1 } });
  FakeSocket.all[0].say(message(1));
  const mine = chat.send(ROOM, 'before the lid was shut');

  // The laptop sleeps for an hour; the socket does not notice that its other end is gone.
  now += 3_600_000;
  tick(5_000);
  await turn();
  now += 5_000;
  tick(5_000);
  await turn();
  assert.equal(FakeSocket.all.length, 2, 'a new socket was opened');
  FakeSocket.all[1].greet();
  await turn();
  const [subscribe] = FakeSocket.all[1].sent;
  assert.deepEqual([subscribe.op, subscribe.after.talk], ['subscribe', 1]);
  assert.deepEqual(sends(FakeSocket.all[1]), [mine.client_id]);
});

test('attachments go with their message, also when it is sent again', async (t) => {
  const chat = await client(t);
  FakeSocket.all[0].greet();
  chat.subscribe(ROOM);
  const file = '22222222-2222-2222-2222-222222222222';
  chat.send(ROOM, 'the report', { attachments: [file] });
  FakeSocket.all[0].end(4008);
  await pause(5);
  FakeSocket.all[1].greet();
  await pause();
  for (const socket of FakeSocket.all) {
    assert.deepEqual(socket.sent.filter((f) => f.op === 'send').map((f) => f.attachments), [[file]]);
  }
});

/** What some browsers and versions of Node have of `crypto`. */
const CRYPTOS = {
  'a browser over plain http, without randomUUID': { getRandomValues: (bytes) => webcrypto.getRandomValues(bytes) },
  'Node 18, without crypto': undefined,
};
for (const [what, crypto] of Object.entries(CRYPTOS)) {
  test(`messages are sent and their ids are random UUIDs in ${what}`, async (t) => {
    const before = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
    Object.defineProperty(globalThis, 'crypto', { value: crypto, configurable: true });
    t.after(() => (before ? Object.defineProperty(globalThis, 'crypto', before) : delete globalThis.crypto));
    const chat = await client(t);
    FakeSocket.all[0].greet();
    chat.subscribe(ROOM);
    const { client_id } = chat.send(ROOM, 'hello');
    assert.deepEqual(sends(FakeSocket.all[0]), [client_id]);
    const ids = Array.from({ length: 1000 }, uuid);
    for (const id of [client_id, ...ids]) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(new Set(ids).size, ids.length);
  });
}

test('a server that is back is reached within five seconds, and at once when the person looks or types', async (t) => {
  for (let attempt = 0; attempt < 50; attempt += 1) assert.ok(backoff(attempt, () => 1) < 5_000);
  globalThis.window = new EventTarget();
  t.after(() => delete globalThis.window);
  let now = 1_000_000;
  // Chance says: as late as can be.
  await client(t, { now: () => now, random: () => 1 });
  FakeSocket.all[0].greet();
  FakeSocket.all[0].end(1001);
  await pause();
  assert.equal(FakeSocket.all.length, 1, 'it waits');
  for (const kind of ['focus', 'keydown', 'pointerdown']) {
    now += 1_000;
    window.dispatchEvent(new Event(kind));
    await pause();
    const last = FakeSocket.all.at(-1);
    assert.equal(last.readyState, 0, kind);
    last.onopen();
    last.end(1001);
    await pause();
    // Who types on does not knock without a pause.
    const tried = FakeSocket.all.length;
    window.dispatchEvent(new Event(kind));
    await pause();
    assert.equal(FakeSocket.all.length, tried, kind);
  }
  assert.equal(FakeSocket.all.length, 4);
});

test('a quote goes out with its message, and again after a lost connection', async (t) => {
  const chat = await client(t);
  FakeSocket.all[0].greet();
  const item = chat.send(ROOM, 'x', { reply_to: 7 });
  chat.send(ROOM, 'y');
  FakeSocket.all[0].end(4008);
  await pause(10);
  FakeSocket.all[1].greet();
  for (const socket of FakeSocket.all) {
    const [first, second] = socket.sent.filter((frame) => frame.op === 'send');
    assert.deepEqual([first.client_id, first.reply_to, 'reply_to' in second], [item.client_id, 7, false]);
  }
});
