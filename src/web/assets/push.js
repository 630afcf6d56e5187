/**
 * The part of the own account's page about notices in browsers: turns them on and off in this browser. It shows itself where the browser can
 * show notices, and says in plain words what is in the way.
 * @module
 */
import { call, explain, notice, say } from './api.js';

const PATH = '/api/v1/me/push-subscriptions';
const box = document.getElementById('push');
const state = box?.querySelector('[data-push-state]');
const button = (name) => box.querySelector(`[data-push-${name}]`);

const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

/** Whether a subscription was made under this key of the server. */
const isUnder = (subscription, key) => {
  const own = subscription.options?.applicationServerKey;
  return !own || String(new Uint8Array(own)) === String(bytes(key));
};

async function worker() {
  await navigator.serviceWorker.register('/sw.js', { scope: '/' });
  return navigator.serviceWorker.ready;
}

/** The subscription of this browser and its row at the server; null where there is none. */
async function present() {
  const registration = await navigator.serviceWorker.getRegistration('/');
  const subscription = (await registration?.pushManager.getSubscription()) ?? null;
  const { items } = await call(PATH);
  const row = subscription && items.find((one) => one.endpoint === subscription.endpoint);
  return { subscription, row: row ?? null };
}

const BLOCKED = () =>
  say('此浏览器已禁止本网站发送通知。请在浏览器地址栏的网站设置中允许“通知”，然后刷新本页。', 'This browser blocks notices of this site. Allow them in the site settings beside the address, then reload the page.');

async function show() {
  const { row } = await present();
  const blocked = Notification.permission === 'denied';
  state.textContent = blocked
    ? BLOCKED()
    : row
      ? say('已开启：有未读消息且您不在线时，此浏览器会显示提醒。', 'On: while you are not connected, this browser shows that messages are unread.')
      : say('未开启。', 'Off.');
  button('on').hidden = blocked || Boolean(row);
  button('off').hidden = !row;
  button('test').hidden = !row || blocked;
}

async function turnOn() {
  const { public_key: key } = await call('/api/v1/push/key');
  if ((await Notification.requestPermission()) !== 'granted') {
    await show();
    if (Notification.permission !== 'denied') state.textContent = say('您没有允许通知，提醒未开启。', 'You did not allow notices, so they stay off.');
    return;
  }
  const registration = await worker();
  let subscription = await registration.pushManager.getSubscription();
  if (subscription && !isUnder(subscription, key)) {
    await subscription.unsubscribe();
    subscription = null;
  }
  try {
    subscription ??= await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  } catch {
    state.textContent = say('浏览器无法连接其推送服务，提醒未开启。请检查网络，或改用邮件提醒。', 'The browser can’t reach its push service, so notices stay off. Check the network, or rely on mails.');
    return;
  }
  await call(PATH, { method: 'POST', body: subscription.toJSON() });
  await show();
}

async function turnOff() {
  const { subscription, row } = await present();
  if (row) await call(`${PATH}/${row.id}`, { method: 'DELETE' });
  await subscription?.unsubscribe();
  await show();
}

async function tryIt() {
  const { row } = await present();
  if (row) await call(`${PATH}/${row.id}/test`, { method: 'POST' });
  state.textContent = say('测试提醒已发送，请稍候。', 'A test was sent; it comes in a moment.');
}

const acts = { on: turnOn, off: turnOff, test: tryIt };
if (box && window.isSecureContext && 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window) {
  for (const [name, act] of Object.entries(acts)) {
    button(name).addEventListener('click', async ({ currentTarget }) => {
      notice();
      currentTarget.disabled = true;
      try {
        await act();
      } catch (error) {
        notice(...explain(error));
      } finally {
        currentTarget.disabled = false;
      }
    });
  }
  call('/api/v1/push/key').then(
    async ({ enabled }) => {
      if (!enabled) return;
      box.hidden = false;
      await show();
    },
    () => {},
  );
}
