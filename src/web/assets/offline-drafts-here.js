/**
 * The drafts of this browser and account: `offline-drafts.js` over IndexedDB and the API, sent when the connection is back, and their list on
 * a page. Other people at the same browser see none of them.
 * @module
 */
import { Refused, call, language, logInAddress, newKey, renewSession, say } from './api.js';
import { make } from './make.js';
import { offlineDrafts } from './offline-drafts.js';

/** How often it is tried again while something waits, milliseconds. */
const AGAIN = 30_000;
const account = document.documentElement.dataset.account || '';

/** One transaction of the store of drafts; it refuses where the browser has none. */
function stored(mode, work) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('zerodesk-drafts', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('draft', { keyPath: 'id' });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const change = database.transaction('draft', mode);
      const asked = work(change.objectStore('draft'));
      change.oncomplete = () => {
        database.close();
        resolve(asked.result);
      };
      change.onabort = () => {
        database.close();
        reject(change.error);
      };
    };
  });
}

const store = {
  put: (draft) => stored('readwrite', (drafts) => drafts.put(draft)),
  get: (id) => stored('readonly', (drafts) => drafts.get(id)),
  all: () => stored('readonly', (drafts) => drafts.getAll()),
  remove: (id) => stored('readwrite', (drafts) => drafts.delete(id)),
};

/** The failure that `offline-drafts.js` knows, of an error of the API. */
function failure(error) {
  if (!(error instanceof Refused)) return { message: String(error) };
  const { status, errors } = error.problem;
  return { status, errors, message: error.message };
}

async function post(path, options) {
  try {
    return await call(path, options);
  } catch (error) {
    throw failure(error);
  }
}

async function upload(file, again = true) {
  const body = new FormData();
  body.append('file', file.blob, file.name);
  const headers = { 'Accept-Language': language, 'Idempotency-Key': file.key };
  let answer;
  let value = {};
  try {
    answer = await fetch('/api/v1/attachments', { method: 'POST', headers, body });
    if (answer.status === 401 && again && (await renewSession())) return await upload(file, false);
    value = await answer.json().catch(() => ({}));
  } catch (error) {
    throw error?.status ? error : { message: String(error) };
  }
  if (!answer.ok) throw { status: answer.status, message: `${file.name}: ${value.detail || answer.status}`, errors: value.errors };
  return value;
}

/** The drafts of the reader at this browser. */
export const drafts = offlineDrafts({ account, store, upload, post, newKey });

let timer;
/**
 * Sends what is ready, and tries again while something waits for a connection.
 * @param {string} [form]
 */
export async function sendNow(form) {
  clearTimeout(timer);
  const result = await drafts.send(form).catch(() => ({ sent: 0, refused: 0, waiting: 0 }));
  if (result.stopped === 'offline') timer = setTimeout(() => sendNow(form), AGAIN);
  return result;
}

const words = {
  open: () => say('草稿，尚未提交', 'draft, not handed in'),
  ready: () => say('待发送，联网后自动发送', 'waits to be sent; sent when there is a connection'),
  refused: (draft) => say(`未被接受：${draft.why}`, `not accepted: ${draft.why}`),
};

/**
 * Shows the drafts that were not sent in a box, which is hidden where there are none.
 * @param {HTMLElement} box with an `ol`, and a `[data-log-in]` link that shows when one must log in
 * @param {string} form
 * @param {(draft: object) => void} open what a click on a draft does
 */
export function showDrafts(box, form, open) {
  const ol = box.querySelector('ol');
  const logIn = box.querySelector('[data-log-in]');
  if (logIn) logIn.href = logInAddress();
  async function show() {
    const all = await drafts.list(form).catch(() => []);
    box.hidden = !all.length;
    ol.replaceChildren(...all.map((draft) => {
      const row = make('li', '', { class: `draft ${draft.state}` });
      const name = make('button', draft.title || say('未命名', 'without a name'), { type: 'button', class: 'link' });
      name.addEventListener('click', () => open(draft));
      const drop = make('button', say('删除草稿', 'Delete the draft'), { type: 'button', class: 'link' });
      drop.setAttribute('aria-label', `${drop.textContent} ${draft.title}`);
      drop.addEventListener('click', () => {
        if (confirm(say('删除后不能恢复，确定删除？', 'It can’t be restored. Delete it?'))) drafts.remove(draft.id);
      });
      const photos = draft.files.length ? say(` · 照片 ${draft.files.length} 张`, ` · ${draft.files.length} photos`) : '';
      const when = new Date(draft.at).toLocaleString(language);
      row.append(name, make('small', `${words[draft.state]?.(draft) ?? ''} · ${when}${photos}`), drop);
      return row;
    }));
  }
  async function send() {
    const { stopped } = await sendNow(form);
    if (logIn) logIn.hidden = stopped !== 'log-in';
  }
  drafts.watch(show);
  addEventListener('online', send);
  show();
  send();
}
