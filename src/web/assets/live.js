/**
 * The one connection of a page: its client with the outbox of the account, the server's clock, the title, and how an expert
 * is shown to others. Whoever imports it shares them.
 *
 * What was written and is not acknowledged is sent from any page that imports this, so a message of a closed tab goes out as
 * soon as its writer opens another one.
 * @module
 */
import { language, notice, renewSession, say, shown } from './api.js';
import { ChatClient, localOutbox } from './zerodesk-chat.js';

/** The account, as the page knows it. */
export const account = document.documentElement.dataset.account;

/** `localStorage`, and nothing where there is none: then a reload loses the values. */
export const store = {
  get(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  /** Sets a value; null removes it. */
  set(key, value) {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      // Full or forbidden.
    }
  },
};

/** The client; it connects as soon as all modules have been read. */
export const client = new ChatClient({ url: '/api/v1/ws', renew: renewSession, outbox: localOutbox(`zerodesk.outbox.${account}`) });
queueMicrotask(() => setTimeout(() => client.connect()));

/** The server's clock: what it said last, and how long that was ago by ours. */
export const clock = {
  ahead: 0,
  /** @param {string} [text] the moment at the server */
  set(text) {
    const at = Date.parse(text || '');
    if (!Number.isNaN(at)) this.ahead = at - Date.now();
  },
  now() {
    return Date.now() + this.ahead;
  },
};
clock.set(document.querySelector('[data-now]')?.dataset.now);

const parts = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
/** A moment in China: `{day: '2026-03-02', clock: '09:30'}`. */
export function inChina(at) {
  const p = Object.fromEntries(parts.formatToParts(at).map((x) => [x.type, x.value]));
  return { day: `${p.year}-${p.month}-${p.day}`, clock: `${p.hour}:${p.minute}` };
}
const dayForm = new Intl.DateTimeFormat(language, { timeZone: 'Asia/Shanghai', year: 'numeric', month: language.startsWith('en') ? 'short' : 'long', day: 'numeric', weekday: 'long' });
/** A day as people write it. */
export const dayName = (at) => dayForm.format(at).replace(/(日)(星期)/, '$1 $2');

/** An element with a text and a class. */
export function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = shown(text);
  if (className) made.className = className;
  return made;
}

/** Puts a part of a page, as the server renders it now, in place of another. */
export async function fetchPart(path) {
  const get = () => fetch(path, { headers: { 'Accept-Language': language }, redirect: 'follow' });
  let answer = await get();
  if (answer.redirected && /\/(login|session)/.test(answer.url) && (await renewSession())) answer = await get();
  if (!answer.ok || answer.redirected) throw new TypeError(`${path}: ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}

/** The title: its own text, unread messages before it, and what needs attention. */
export const title = {
  own: document.title,
  unread: 0,
  call: '',
  on: false,
  set(change) {
    Object.assign(this, change);
    this.show();
  },
  show() {
    const count = this.unread ? `(${this.unread}) ` : '';
    document.title = this.call && this.on ? this.call : `${this.call ? '● ' : ''}${count}${this.own}`;
  },
};
const still = globalThis.matchMedia?.('(prefers-reduced-motion: reduce)').matches;
setInterval(() => {
  if (!title.call || still) return;
  title.on = !title.on;
  title.show();
}, 1200);

// Who is mentioned in a note is told on whatever page that has the connection, unless the note stands before their eyes.
client.addEventListener('mention', ({ detail }) => {
  const chat = document.getElementById('chat');
  const here = chat && JSON.parse(chat.dataset.chat).consultation === detail.consultation;
  if (here && !document.hidden) return;
  const text = say(`${detail.by} 在“${detail.subject}”的内部备注中提到您。`, `${detail.by} mentions you in a note of “${detail.subject}”.`);
  notice(text, { link: { href: `/consultations/${detail.consultation}#notes-${detail.seq}`, text: say('查看', 'Show') } });
});

// How an expert is shown to others: as they say; and as away while no window of theirs has been touched for a while.
const presenceKey = `zerodesk.presence.${account}`;
const touchedKey = `zerodesk.touched.${account}`;
const AWAY_AFTER = 5 * 60_000;
const box = document.querySelector('[data-presence]');
let sentPresence = '';

function touch() {
  if (!document.hidden) store.set(touchedKey, String(Date.now()));
}

function presence() {
  const chosen = store.get(presenceKey) || 'online';
  const idle = Date.now() - Number(store.get(touchedKey) || 0) > AWAY_AFTER;
  return chosen === 'online' && idle ? 'away' : chosen;
}

function sendPresence(force = false) {
  const now = presence();
  if (force || now !== sentPresence) client.presence(now);
  sentPresence = client.state === 'online' ? now : '';
  if (!box) return;
  box.dataset.state = client.state === 'online' ? now : 'offline';
  const away = now === 'away' && (store.get(presenceKey) || 'online') === 'online';
  const shown = box.querySelector('[data-presence-now]');
  const text = client.state !== 'online' ? say('未连接', 'not connected') : away ? say('已自动显示为离开', 'shown as away by itself') : '';
  if (shown.textContent !== text) shown.textContent = text;
}

if (document.documentElement.dataset.role === 'expert') {
  touch();
  let last = 0;
  for (const kind of ['pointerdown', 'keydown', 'visibilitychange', 'focus']) {
    (kind === 'focus' ? window : document).addEventListener(kind, () => {
      if (Date.now() - last < 2_000) return;
      last = Date.now();
      touch();
      sendPresence();
    });
  }
  setInterval(sendPresence, 15_000);
  client.addEventListener('state', () => sendPresence(client.state === 'online'));
  if (box) {
    box.hidden = false;
    const choice = box.querySelector('select');
    choice.value = store.get(presenceKey) || 'online';
    choice.addEventListener('change', () => {
      store.set(presenceKey, choice.value);
      touch();
      sendPresence(true);
    });
    window.addEventListener('storage', ({ key, newValue }) => {
      if (key !== presenceKey) return;
      choice.value = newValue || 'online';
      sendPresence();
    });
  }
}
