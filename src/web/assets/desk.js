/**
 * What every page can do: forms that call the API, countdowns.
 *
 * A form with `data-api` is sent as JSON. A field `a.0.b` becomes `{a: [{b: …}]}`, and the server's pointer `/a/0/b` is mapped
 * back to it. `data-then` says what follows: `reload`, `reset`, an `#element` to show, or a path, in which `{id}` is
 * of the answer. `data-sure` is asked before the form is sent. What is typed into such a form survives a reload, a lost connection and the end of the session: it is kept in the
 * browser, for each account (`data-keep` gives it a name of its own, `off` keeps nothing). A form that could not be sent is sent again
 * by itself, as the same call. A template with `data-places` represents so many further
 * places of a form like one before it, of which `{n}` is the number from 0 and `{m}` that from 1. With `{must}` and `{hide}` the first has to
 * be filled in, and the others are hidden. `data-none` names a number of the answer: where it is 0, the page says `data-none-words` and stays.
 * @module
 */
import { call, explain, load, newKey, notice, say, told } from './api.js';

const value = (field) => {
  if (field.dataset.type === 'number') return field.value === '' ? undefined : Number(field.value);
  if (field.dataset.type === 'bool') return field.value === 'true';
  return field.value;
};

/** The form's fields as the object that the API takes. */
export function read(form) {
  const body = {};
  for (const field of form.elements) {
    // What is written in lines, or in yuan, is sent by hidden fields beside it.
    if (!field.name || field.disabled || 'lines' in field.dataset || 'yuan' in field.dataset) continue;
    if ((field.type === 'radio' || field.type === 'checkbox') && !field.checked) continue;
    // What stays as it is is not sent, where sending it says something.
    if ('changed' in field.dataset && state(field) === initial(field)) continue;
    if ('optional' in field.dataset && field.value.trim() === '') continue;
    if (field.dataset.with && !form.elements[field.dataset.with].value.trim()) continue;
    const keys = field.name.split('.');
    let at = body;
    keys.forEach((key, n) => {
      if (n === keys.length - 1) {
        at[key] = field.multiple ? [...field.selectedOptions].map((o) => o.value) : value(field);
      } else {
        at = at[key] ??= /^\d+$/.test(keys[n + 1]) ? [] : {};
      }
    });
  }
  const dense = (node) => {
    if (Array.isArray(node)) return node.filter((item) => item !== undefined).map(dense);
    if (node && typeof node === 'object') for (const key of Object.keys(node)) node[key] = dense(node[key]);
    return node;
  };
  return dense(body);
}

/** Puts each fault beside its field; those without one come back as text, and all of them where that can't be loaded. */
const showFaults = (form, errors) => load('faults').then(({ show }) => show(form, errors), () => errors.map(({ detail }) => detail));

// What a guest types is kept for the tab alone: the next person at this browser is someone else.
const account = document.documentElement.dataset.account;
export const store = account ? localStorage : sessionStorage;
const MONTH = 30 * 86_400_000;
const DONE = 'zerodesk.done';

/** Fields whose content was typed or chosen. */
const typed = (form) => [...form.elements].filter((f) => f.name && !['hidden', 'password', 'file', 'submit'].includes(f.type));

function draftKey(form) {
  // Forms with the same address differ by their fixed fields.
  const fixed = [...form.querySelectorAll('input[type=hidden]')].filter((f) => !/^(version|language|token|attachments)/.test(f.name));
  const name = form.dataset.keep || [location.pathname, form.dataset.api, ...fixed.map((f) => f.value)].join('|');
  return `zerodesk.draft.${account}.${name}`;
}

const state = (field) => (['checkbox', 'radio'].includes(field.type) ? field.checked : field.value);
function initial(field) {
  if (['checkbox', 'radio'].includes(field.type)) return field.defaultChecked;
  if (field.tagName !== 'SELECT') return field.defaultValue;
  const chosen = [...field.options].find((o) => o.defaultSelected) || (field.multiple ? undefined : field.options[0]);
  return chosen?.value ?? '';
}
const slot = (field) => (field.type === 'radio' ? `${field.name}=${field.value}` : field.name);

/** Keeps what was changed, and the call under which it was tried. */
function keep(form) {
  if (form.dataset.keep === 'off') return;
  const fields = {};
  for (const f of typed(form)) if (!f.multiple && state(f) !== initial(f)) fields[slot(f)] = state(f);
  try {
    if (Object.keys(fields).length) {
      store.setItem(form.draft, JSON.stringify({ at: Date.now(), fields, tried: form.tried, key: form.key }));
    } else store.removeItem(form.draft);
  } catch {
    // Without storage a reload loses it; all else works.
  }
}

function restore(form) {
  form.draft = draftKey(form);
  form.addEventListener('input', () => keep(form));
  form.addEventListener('change', () => keep(form));
  try {
    const kept = JSON.parse(store.getItem(form.draft) || 'null');
    if (!kept?.fields || Date.now() - kept.at > MONTH) return;
    let some = false;
    for (const f of typed(form)) {
      const value = kept.fields[slot(f)];
      if (value === undefined) continue;
      if (typeof value === 'boolean') f.checked = value;
      else f.value = value;
      some = true;
    }
    if (!some) return;
    [form.tried, form.key] = [kept.tried, kept.key];
    form.closest('details')?.setAttribute('open', '');
    form.querySelector('details')?.setAttribute('open', '');
    load('restored').then(({ tell }) => tell(form, () => forget(form)), () => {});
    form.dispatchEvent(new CustomEvent('restored'));
  } catch {
    // As above.
  }
}

function forget(form) {
  [form.tried, form.key] = [undefined, undefined];
  try {
    store.removeItem(form.draft);
  } catch {
    // As above.
  }
  form.dispatchEvent(new CustomEvent('sent'));
}

function follow(form, answer) {
  const then = form.dataset.then;
  // Nothing came of it: the number of what it was done to says so.
  if (form.dataset.none && answer?.[form.dataset.none] === 0) {
    forget(form);
    notice(form.dataset.noneWords, { bad: true });
    form.dispatchEvent(new CustomEvent('refused'));
    return;
  }
  forget(form);
  // A listener that handles the result itself prevents the default.
  if (!form.dispatchEvent(new CustomEvent('done', { detail: answer, bubbles: true, cancelable: true }))) return;
  if (then === 'reload') {
    try {
      sessionStorage.setItem(DONE, '1');
    } catch {
      // Without storage nothing is said after the reload.
    }
    location.reload();
  }
  else if (then === 'reset') {
    form.reset();
    form.closest('details')?.removeAttribute('open');
    notice(say('已提交。', 'Done.'));
  } else if (then.startsWith('#')) {
    const shown = document.querySelector(then);
    form.hidden = true;
    shown.hidden = false;
    shown.focus();
  } else location.assign(then.replace('{id}', encodeURIComponent(answer?.id ?? '')));
}

// A page that was loaded again because something was done says so.
try {
  if (sessionStorage.getItem(DONE)) notice(say('操作成功。', 'Done.'));
  sessionStorage.removeItem(DONE);
} catch {
  // As above.
}

// What waits for a connection. Said at the top of the page, and at its form.
const waiting = new Set();
const line = document.getElementById('line');
function sayLine() {
  // The page of a conversation says itself that the connection is lost.
  const tells = !document.getElementById('connection') && (waiting.size > 0 || navigator.onLine === false);
  const unsent = waiting.size ? say(`有 ${waiting.size} 项尚未提交，恢复后自动提交。`, `${waiting.size} not sent yet; it is sent when the connection is back.`) : '';
  line.hidden = !tells && !unsent;
  line.textContent = `${tells ? say('连接已断开，正在重新连接…', 'The connection is lost; reconnecting…') : ''} ${unsent}`;
}
addEventListener('online', sayLine);
addEventListener('offline', sayLine);
addEventListener('beforeunload', (event) => {
  if (waiting.size) event.preventDefault();
});

/** Whether trying again can help: the network, or a server that is unavailable for a moment. */
const passing = (error) => !error.problem || [429, 502, 503, 504].includes(error.problem.status);

/** Waits until it is worth trying again; false where the user gives up. */
function later(form, turn) {
  waiting.add(form);
  sayLine();
  return new Promise((resolve) => {
    let done = false;
    const p = document.createElement('p');
    [p.className, p.role] = ['unsaved', 'status'];
    p.textContent = say('尚未提交：无法连接服务器，恢复后自动提交。', 'Not sent yet: the server can’t be reached. It is sent when it is back.');
    const stop = document.createElement('button');
    [stop.type, stop.className, stop.textContent] = ['button', 'link', say('取消', 'Cancel')];
    p.append(' ', stop);
    form.append(p);
    const end = (again) => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      removeEventListener('online', now);
      p.remove();
      waiting.delete(form);
      sayLine();
      resolve(again);
    };
    const now = () => end(true);
    const timer = setTimeout(now, Math.min(15_000, 1000 * 2 ** turn) * (0.5 + Math.random() / 2));
    addEventListener('online', now);
    stop.addEventListener('click', () => end(false));
  });
}

async function send(form, body) {
  for (let turn = 0; ; turn += 1) {
    try {
      return await call(form.dataset.api, { method: form.dataset.method || 'POST', body, key: form.key });
    } catch (error) {
      if (!passing(error)) throw error;
      keep(form);
      if (!(await later(form, turn))) throw error;
    }
  }
}

async function submit(form) {
  const button = form.querySelector('button:not([type=button])');
  if (form.sending) return;
  form.sending = true;
  if (form.querySelector('.fault')) load('faults').then(({ clear }) => clear(form), () => {});
  notice();
  button.disabled = true;
  try {
    // Files are on their way first.
    if (form.files && !(await form.files())) {
      notice(say('有文件未能上传：请重试或移除后再提交。', 'A file could not be uploaded: try it again or remove it, then send.'), { bad: true });
      return;
    }
    const body = read(form);
    const text = JSON.stringify(body);
    // The same content tried again is the same call, so that a lost answer does nothing twice.
    if (form.tried !== text) [form.tried, form.key] = [text, newKey()];
    const bare = form.elements.length === 1 ? undefined : body;
    follow(form, await send(form, bare));
  } catch (error) {
    if (error.problem && !passing(error) && error.problem.status !== 401) form.tried = undefined;
    keep(form);
    const rest = error.problem?.errors ? await showFaults(form, error.problem.errors) : [];
    const [sentence, options] = explain(error);
    notice(told(sentence, rest), options);
    form.dispatchEvent(new CustomEvent('refused', { detail: error.problem }));
  } finally {
    button.disabled = false;
    form.sending = false;
  }
}

/** Makes the forms of a part of the page keep what is typed. */
export function prepare(root) {
  for (const one of root.querySelectorAll('template[data-places]')) {
    const [from, places] = [Number(one.dataset.from), Number(one.dataset.places)];
    for (let n = from; n < from + places; n += 1) {
      one.insertAdjacentHTML('beforebegin', one.innerHTML.replaceAll('{n}', n).replaceAll('{m}', n + 1).replace('{must}', n ? 'data-optional' : 'required').replace('{hide}', n ? 'hidden' : 'data-first'));
    }
    one.remove();
  }
  for (const form of root.querySelectorAll('form[data-api]')) {
    if (form.draft) continue;
    restore(form);
  }
}
prepare(document);
// Forms that come later are sent as well.
document.addEventListener('submit', (event) => {
  if (event.defaultPrevented || !event.target.matches('form[data-api]')) return;
  event.preventDefault();
  if (!event.target.dataset.sure) submit(event.target);
  else confirmed(event.target).then((sure) => sure && submit(event.target));
});

/** Whether the person is sure; a browser that can't load the dialog asks in its own way. */
const confirmed = (form) => load('sure').then(({ ask }) => ask(form), () => confirm(form.dataset.sure));

/** Opens the box that searches everything; its page where the box can't be loaded. */
const finder = document.querySelector('[data-find]');
const held = (event) => event.ctrlKey || event.metaKey;
const search = (event) => {
  event.preventDefault();
  load('search-box').then(({ open }) => open(), () => location.assign(finder.href));
};
finder?.addEventListener('click', (event) => held(event) || search(event));
document.addEventListener('keydown', (event) => finder && held(event) && event.key?.toLowerCase() === 'k' && search(event));

// In a long navigation the place one is at is in view: in the rail at a desk, along the bar on a phone.
const here = document.querySelector('.pages [aria-current=page]');
if (here) {
  const [bar, rail] = [here.closest('.pages'), here.closest('.top')];
  const [link, along, down] = [here, bar, rail].map((node) => node.getBoundingClientRect());
  if (link.left < along.left || link.right > along.right) bar.scrollLeft += link.left - along.left - (along.width - link.width) / 2;
  if (link.top < down.top || link.bottom > down.bottom) rail.scrollTop += link.top - down.top - down.height / 2;
}
const menu = document.querySelector('[data-menu]');
menu?.addEventListener('click', () => menu.setAttribute('aria-expanded', document.getElementById('pages').classList.toggle('open')));

if (document.querySelector('[data-back]')) load('back').catch(() => {});
if (document.querySelector('[data-countdown]')) load('countdown');
