/**
 * Calls of the JSON API by the pages' modules: in the page's language, with the session's cookie, which is renewed once
 * when it has ended.
 * @module
 */

/** @type {string} */
export const language = document.documentElement.lang || 'zh-CN';

/**
 * One of two texts, by the page's language.
 * @param {string} zh
 * @param {string} en
 */
export const say = (zh, en) => (language.startsWith('en') ? en : zh);

// First what stays whole: emoji that are joined, and flags of regions.
const unseen =
  /((?:\p{Extended_Pictographic}[\uFE0E\uFE0F\u{1F3FB}-\u{1F3FF}]*\u200D)+\p{Extended_Pictographic}[\uFE0E\uFE0F\u{1F3FB}-\u{1F3FF}]*|\u{1F3F4}[\u{E0020}-\u{E007E}]+\u{E007F})|[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\xAD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\u2800\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{13430}-\u{1343F}\u{16FE4}\u{1BCA0}-\u{1BCA3}\u{1D159}\u{1D173}-\u{1D17A}\u{E0000}-\u{E007F}]/gu;

/**
 * A text as people see it: with marks such as ⟨U+202E⟩ for characters that do not show or that turn the direction of writing. Joined
 * emoji stay whole. The server knows the same characters (`core/hidden_characters.rs`). For what people wrote, wherever it is shown.
 * @param {unknown} text
 * @returns {string}
 */
export const shown = (text) =>
  String(text).replace(unseen, (all, whole) => whole ?? `⟨U+${all.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);

/** A refusal of the server. `problem` is its RFC 9457 body. */
export class Refused extends Error {
  constructor(problem) {
    super(problem.detail || problem.title || String(problem.status));
    this.problem = problem;
  }
}

/** Where one logs in, to come back to this page. */
export const logInAddress = () => `/login?next=${encodeURIComponent(location.pathname + location.search)}`;

/** Opens the log-in, which returns to this page. */
export function logIn() {
  location.assign(logInAddress());
}

/**
 * Renews the session.
 * @returns {Promise<boolean>} false when one must log in again
 * @throws where the server can't be reached
 */
export async function renewSession() {
  // A server that is gone without a word must not be waited for.
  const stop = new AbortController();
  const end = setTimeout(() => stop.abort(), 10_000);
  const answer = await fetch('/session/renew', { method: 'POST', headers: { 'Accept-Language': language }, signal: stop.signal });
  clearTimeout(end);
  if (answer.ok) return true;
  if (answer.status === 401) return false;
  throw new Error(`renewal: ${answer.status}`);
}

/**
 * A new idempotency key: 128 random bits in hexadecimal. `crypto.randomUUID` is missing over plain http.
 * @returns {string}
 */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * Submits a form as its button does; nothing where there is no form. Safari has `requestSubmit` since version 16.
 * @param {?HTMLFormElement} [form]
 */
export function submitForm(form) {
  if (form?.requestSubmit) form.requestSubmit();
  else form?.querySelector('button:not([type=button])')?.click();
}

/**
 * Calls the API.
 * @param {string} path
 * @param {{method?: string, body?: any, key?: string}} [options] `key` is the idempotency key of a repeated call
 * @returns {Promise<any>} the answer's JSON, or null
 * @throws {Refused} when the server refuses; a TypeError when it can't be reached
 */
export async function call(path, { method = 'GET', body, key } = {}, done = {}) {
  const headers = { 'Accept-Language': language };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (key) headers['Idempotency-Key'] = key;
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  if (answer.status === 401 && !done.renewed && (await renewSession())) return call(path, { method, body, key }, { ...done, renewed: true });
  const json = (answer.headers.get('content-type') || '').includes('json');
  const value = json ? await answer.json() : null;
  // What asks for a proof of who is there goes on once it is given.
  if (answer.status === 403 && value?.code === 'step_up_required' && !done.proved && (await (await load('step-up')).prove())) {
    return call(path, { method, body, key }, { ...done, proved: true });
  }
  if (!answer.ok) throw new Refused({ ...value, status: answer.status });
  return value;
}

let turn = 0;
/**
 * Loads a module that few need. A browser may remember that it could not be loaded, so it is asked for again under another address.
 * @param {string} name
 */
export async function load(name) {
  try {
    return await import(turn ? `./${name}.js?${turn}` : `./${name}.js`);
  } catch (error) {
    turn += 1;
    throw error;
  }
}

/**
 * Shows a sentence at the top of the page; none hides it.
 * @param {string} [text]
 * @param {{bad?: boolean, link?: {href: string, text: string}}} [options]
 */
export function notice(text, { bad = false, link } = {}) {
  const box = document.getElementById('notice');
  box.hidden = !text;
  box.classList.toggle('bad', bad);
  box.textContent = shown(text || '');
  if (text && link) {
    const a = document.createElement('a');
    a.href = link.href;
    a.textContent = link.text;
    box.append(' ', a);
  }
}

/**
 * A sentence, and what it says more exactly, as one text.
 * @param {string} sentence
 * @param {string[]} details
 * @returns {string}
 */
export function told(sentence, details) {
  if (!details.length) return sentence;
  const more = details.join(say('；', '; '));
  return /[。.！!？?]$/.test(sentence) ? `${sentence}${say('', ' ')}${more}` : `${sentence}${say('：', ': ')}${more}`;
}

/** What to tell a person about a failure. */
export function explain(error) {
  if (error instanceof Refused) {
    if (error.problem.status === 401) {
      const text = say('登录已失效，请重新登录；已填写的内容会保留。', 'Your session has ended. Log in again; what you typed is kept.');
      return [text, { bad: true, link: { href: logInAddress(), text: say('登录', 'Log in') } }];
    }
    if (error.problem.status >= 500 && error.problem.code !== 'draining') {
      return [say('服务器暂时出错，请稍后重试；已填写的内容会保留。', 'Something went wrong at the server. Try again in a moment; what you typed is kept.'), { bad: true }];
    }
    return [error.message, { bad: true }];
  }
  return [say('无法连接服务器，请检查网络后重试；已填写的内容会保留。', 'The server can’t be reached. Check the connection and try again; what you typed is kept.'), { bad: true }];
}
