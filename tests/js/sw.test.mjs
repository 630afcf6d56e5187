// The service worker, in a worker's scope made by hand: what it shows, and what it opens.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';

const SOURCE = readFileSync(new URL('../../src/web/assets/sw.js', import.meta.url), 'utf8');

/** A worker with these windows open. */
function worker(windows = []) {
  const heard = {};
  const did = { shown: [], opened: [], focused: [] };
  const self = {
    location: { origin: 'https://desk.example' },
    registration: { showNotification: async (title, options) => did.shown.push({ title, ...options }) },
    clients: {
      claim: async () => {},
      matchAll: async () => windows.map((url) => ({ url, focus: async () => did.focused.push(url) })),
      openWindow: async (url) => did.opened.push(url),
    },
    skipWaiting: async () => {},
    addEventListener: (name, act) => (heard[name] = act),
  };
  vm.runInNewContext(SOURCE, { self, URL });
  const fire = async (name, event) => {
    const waits = [];
    heard[name]({ ...event, waitUntil: (promise) => waits.push(promise) });
    await Promise.all(waits);
  };
  return { did, fire };
}

const data = (value) => ({ json: () => JSON.parse(value) });

test('a message is shown, one for each tag', async () => {
  const { did, fire } = worker();
  const said = { title: '产品质量专家服务台', body: '您有 1 条未读消息，请登录查看。', url: '/consultations/1', tag: 'consultation-1', lang: 'zh-CN' };
  await fire('push', { data: data(JSON.stringify(said)) });
  assert.equal(did.shown.length, 1);
  const [{ title, body, tag, lang, renotify, data: kept }] = did.shown;
  assert.deepEqual({ title, body, tag, lang, renotify, url: kept.url }, { title: said.title, body: said.body, tag: said.tag, lang: 'zh-CN', renotify: true, url: said.url });
});

test('what is no message is shown all the same, since a browser asks for it', async () => {
  const { did, fire } = worker();
  await fire('push', { data: data('no JSON') });
  await fire('push', { data: null });
  assert.deepEqual(did.shown.map((one) => one.title), ['ZeroDesk', 'ZeroDesk']);
});

test('a click leads to the page, which is opened once, and to no other server', async () => {
  const click = (url) => ({ notification: { data: { url }, close: () => {} } });
  const open = worker(['https://desk.example/consultations/1?x=1']);
  await open.fire('notificationclick', click('/consultations/1'));
  assert.deepEqual([open.did.focused.length, open.did.opened.length], [1, 0]);
  const closed = worker();
  await closed.fire('notificationclick', click('/consultations/2'));
  await closed.fire('notificationclick', click('https://evil.example/'));
  await closed.fire('notificationclick', click('//evil.example/'));
  assert.deepEqual(closed.did.opened, ['https://desk.example/consultations/2', 'https://desk.example', 'https://desk.example']);
});
