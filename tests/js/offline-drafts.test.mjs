// Drafts that are filled in without a connection: kept, sent later, each once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filled, offlineDrafts } from '../../src/web/assets/offline-drafts.js';

const copy = (value) => JSON.parse(JSON.stringify(value));

/** A browser with a server that can be cut off; `store` outlives a reload of the page. */
function desk({ account = 'a', store = new Map(), server = { calls: [], files: [], down: false, next: [] } } = {}) {
  let keys = 0;
  const clock = { at: 1_000 };
  const answer = (failure) => {
    if (server.down) throw { message: 'no connection' };
    if (failure) throw failure;
  };
  const drafts = offlineDrafts({
    account,
    now: () => clock.at,
    newKey: () => `${account}-${store.size}-${(keys += 1)}`,
    store: {
      put: async (draft) => store.set(draft.id, copy(draft)),
      get: async (id) => store.has(id) && copy(store.get(id)),
      all: async () => [...store.values()].map(copy),
      remove: async (id) => store.delete(id),
    },
    upload: async (file) => {
      answer(server.next.shift());
      await server.during?.();
      // The server knows a key again.
      if (!server.files.some(({ key }) => key === file.key)) server.files.push({ key: file.key, name: file.name });
      return { id: `file-${server.files.findIndex(({ key }) => key === file.key)}` };
    },
    post: async (path, { method, body, key }) => {
      answer(server.next.shift());
      const known = server.calls.find((call) => call.key === key);
      if (!known) server.calls.push({ path, method, body, key });
      if (server.loseAnswer) {
        server.loseAnswer = false;
        throw { message: 'the answer was lost' };
      }
      return { id: `made-${server.calls.findIndex((call) => call.key === key)}` };
    },
  });
  return { drafts, store, server, clock };
}

const form = { form: 'label', title: '玩具', path: '/api/v1/inspections/labels', body: { name: '玩具', checks: [{ key: 'a' }, { key: 'b' }] } };

test('what is filled in survives a reload and is sent when there is a connection', async () => {
  const first = desk();
  first.server.down = true;
  const draft = first.drafts.begin(form);
  await first.drafts.addFile(draft, 'checks.1.photos', { size: 3 }, 'label.jpg');
  await first.drafts.ready(draft);
  assert.deepEqual(await first.drafts.send(), { sent: 0, refused: 0, waiting: 1, stopped: 'offline' });
  // The page is loaded anew.
  const { drafts, server, store } = desk(first);
  assert.equal((await drafts.list('label')).length, 1);
  assert.equal((await drafts.list('other')).length, 0);
  server.down = false;
  assert.deepEqual(await drafts.send(), { sent: 1, refused: 0, waiting: 0, stopped: undefined });
  assert.deepEqual(server.calls[0].body, { name: '玩具', checks: [{ key: 'a' }, { key: 'b', photos: ['file-0'] }] });
  assert.equal(store.size, 0);
});

test('an answer that was lost does nothing twice', async () => {
  const { drafts, server } = desk();
  const draft = drafts.begin(form);
  await drafts.addFile(draft, 'photos', { size: 1 }, 'a.jpg');
  await drafts.ready(draft);
  server.loseAnswer = true;
  assert.equal((await drafts.send()).stopped, 'offline');
  assert.equal((await drafts.send()).sent, 1);
  assert.equal(server.calls.length, 1);
  assert.equal(server.files.length, 1);
});

test('content that changed after it was tried is another call', async () => {
  const { drafts, server } = desk();
  const draft = drafts.begin(form);
  await drafts.ready(draft);
  server.loseAnswer = true;
  await drafts.send();
  const again = await drafts.get(draft.id);
  again.body.name = '童车';
  await drafts.ready(again);
  assert.equal((await drafts.send()).sent, 1);
  assert.equal(server.calls.length, 2);
  assert.notEqual(server.calls[0].key, server.calls[1].key);
});

test('a refusal stays with its reason, and the others are sent', async () => {
  const { drafts, server, clock } = desk();
  const bad = drafts.begin(form);
  await drafts.ready(bad);
  clock.at += 1;
  const good = drafts.begin({ ...form, title: '童车' });
  await drafts.ready(good);
  server.next.push({ status: 422, message: '缺少照片', errors: [{ pointer: '/checks/0/photos' }] });
  assert.deepEqual(await drafts.send(), { sent: 1, refused: 1, waiting: 0, stopped: undefined });
  const [left] = await drafts.list();
  assert.equal(left.state, 'refused');
  assert.equal(left.why, '缺少照片');
  // It isn't sent again before somebody mends it.
  assert.equal((await drafts.send()).sent, 0);
  left.body.name = '已改';
  await drafts.ready(left);
  assert.equal((await drafts.send()).sent, 1);
});

test('a session that has ended keeps everything for after the log-in', async () => {
  const { drafts, server } = desk();
  await drafts.ready(drafts.begin(form));
  server.next.push({ status: 401, message: 'log in' });
  assert.equal((await drafts.send()).stopped, 'log-in');
  assert.equal((await drafts.list())[0].state, 'ready');
  assert.equal((await drafts.send()).sent, 1);
});

test('files that the server may have deleted are uploaded again', async () => {
  const { drafts, server, clock } = desk();
  const draft = drafts.begin(form);
  await drafts.addFile(draft, 'photos', { size: 1 }, 'a.jpg');
  await drafts.ready(draft);
  // The file is sent, the call is not.
  server.next.push(undefined, { message: 'no connection' });
  await drafts.send();
  assert.equal(server.files.length, 1);
  clock.at += 21 * 3_600_000;
  assert.equal((await drafts.send()).sent, 1);
  assert.equal(server.files.length, 2);
  assert.deepEqual(server.calls[0].body.photos, ['file-1']);
});

test('nobody else at this browser sees or sends them', async () => {
  const own = desk();
  await own.drafts.ready(own.drafts.begin(form));
  const { drafts, server } = desk({ ...own, account: 'b' });
  assert.deepEqual(await drafts.list(), []);
  assert.equal((await drafts.send()).sent, 0);
  const [draft] = await own.drafts.list();
  assert.equal(await drafts.get(draft.id), undefined);
  await drafts.remove(draft.id);
  assert.equal((await own.drafts.list()).length, 1);
  assert.equal(server.calls.length, 0);
});

test('two clicks are one sending', async () => {
  const { drafts, server } = desk();
  await drafts.ready(drafts.begin(form));
  await Promise.all([drafts.send(), drafts.send()]);
  assert.equal(server.calls.length, 1);
});

test('ids go into their places and the draft stays as it is', () => {
  const draft = { body: { checks: [{ key: 'a' }] }, files: [{ at: 'checks.0.photos', attachment: '1' }, { at: 'checks.0.photos', attachment: '2' }, { at: 'more.photos', attachment: '3' }] };
  assert.deepEqual(filled(draft), { checks: [{ key: 'a', photos: ['1', '2'] }], more: { photos: ['3'] } });
  assert.deepEqual(draft.body, { checks: [{ key: 'a' }] });
});

test('a draft that is deleted or opened again while it is being sent is not sent', async () => {
  for (const act of [(drafts, draft) => drafts.remove(draft.id), (drafts, draft) => drafts.save(draft)]) {
    const { drafts, server, store } = desk();
    const draft = drafts.begin(form);
    await drafts.addFile(draft, 'photos', { size: 1 }, 'a.jpg');
    await drafts.ready(draft);
    server.during = () => act(drafts, draft);
    await drafts.send();
    assert.equal(server.calls.length, 0);
    assert.notEqual([...store.values()][0]?.state, 'ready');
  }
});

test('a draft that waits for another one goes behind it, and not where that is refused', async () => {
  const { drafts, server } = desk();
  const first = drafts.begin({ form: 'sampling', path: '/events', body: { step: 'sample' } });
  const second = drafts.begin({ form: 'sampling', path: '/events', body: { step: 'seal' }, after: first.id });
  await drafts.save(first);
  await drafts.ready(second);
  await drafts.ready(first);
  server.next = [{ status: 422, message: 'no' }];
  assert.deepEqual(await drafts.send(), { sent: 0, refused: 1, waiting: 1, stopped: undefined });
  assert.deepEqual(server.calls, []);
  await drafts.ready(first);
  assert.deepEqual(await drafts.send(), { sent: 2, refused: 0, waiting: 0, stopped: undefined });
  assert.deepEqual(server.calls.map((call) => call.body.step), ['sample', 'seal']);
});
