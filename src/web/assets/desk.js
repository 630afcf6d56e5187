/**
 * What every page can do: forms that call the API, uploads with progress, countdowns, offers as they come.
 *
 * A form with `data-api` is sent as JSON. A field `a.0.b` becomes `{a: [{b: …}]}`, and the server's pointer `/a/0/b` finds
 * its way back to it. `data-then` says what follows: `reload`, `reset`, an `#element` to show, or a path, in which `{id}` is
 * of the answer. `data-keep` names the draft that outlives a reload.
 * @module
 */
import { call, explain, language, notice, renewSession, say } from './api.js';
import { ChatClient } from './zerodesk-chat.js';

const value = (field) => {
  if (field.dataset.type === 'number') return field.value === '' ? undefined : Number(field.value);
  if (field.dataset.type === 'bool') return field.value === 'true';
  return field.value;
};

/** The form's fields as the object that the API takes. */
function read(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled) continue;
    if ((field.type === 'radio' || field.type === 'checkbox') && !field.checked) continue;
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

function clearFaults(form) {
  form.querySelectorAll('.fault').forEach((p) => p.remove());
  form.querySelectorAll('[aria-invalid]').forEach((f) => {
    f.removeAttribute('aria-invalid');
    f.removeAttribute('aria-describedby');
  });
}

/** Puts each fault beside its field; those without one come back as text. */
function showFaults(form, errors) {
  const rest = [];
  let first;
  for (const { pointer, detail } of errors || []) {
    const path = pointer.replace(/^\//, '').split('/').join('.');
    const field = [...form.elements].find((f) => f.name === path || (f.name && f.name.startsWith(`${path}.`)));
    if (!field || field.type === 'hidden') {
      rest.push(detail);
      continue;
    }
    const p = document.createElement('span');
    p.className = 'fault';
    p.id = `fault-${Math.random().toString(36).slice(2)}`;
    p.textContent = detail;
    field.setAttribute('aria-invalid', 'true');
    field.setAttribute('aria-describedby', p.id);
    field.after(p);
    first ??= field;
  }
  first?.focus();
  return rest;
}

const draftKey = (form) => `zerodesk.draft.${document.documentElement.dataset.account}.${form.dataset.keep}`;

function keepDraft(form) {
  const fields = [...form.elements].filter((f) => f.name && f.type !== 'hidden' && f.type !== 'password');
  try {
    const kept = JSON.parse(localStorage.getItem(draftKey(form)) || 'null');
    if (kept) {
      for (const f of fields) if (typeof kept[f.name] === 'string') f.value = kept[f.name];
      form.closest('details')?.setAttribute('open', '');
    }
    form.addEventListener('input', () => {
      localStorage.setItem(draftKey(form), JSON.stringify(Object.fromEntries(fields.map((f) => [f.name, f.value]))));
    });
  } catch {
    // Without storage a reload forgets; all else works.
  }
}

function forget(form) {
  if (form.dataset.keep) localStorage.removeItem(draftKey(form));
}

function follow(form, answer) {
  const then = form.dataset.then;
  forget(form);
  if (then === 'reload') location.reload();
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

async function submit(form) {
  const button = form.querySelector('button');
  clearFaults(form);
  notice();
  const body = read(form);
  const text = JSON.stringify(body);
  // The same content tried again is the same call, so that a lost answer does nothing twice.
  if (form.tried !== text) [form.tried, form.key] = [text, crypto.randomUUID()];
  button.disabled = true;
  try {
    const bare = form.elements.length === 1 ? undefined : body;
    follow(form, await call(form.dataset.api, { method: form.dataset.method || 'POST', body: bare, key: form.key }));
  } catch (error) {
    if (error.problem) form.tried = undefined;
    const rest = error.problem?.errors ? showFaults(form, error.problem.errors) : [];
    const [sentence, options] = explain(error);
    notice([sentence, ...rest].join(' '), options);
    form.dispatchEvent(new CustomEvent('refused', { detail: error.problem }));
  } finally {
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll('form[data-api]')) {
  if (form.dataset.keep) keepDraft(form);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit(form);
  });
}

/** Sends a file with progress, then follows the import to its end. */
function upload(form) {
  const [box, bar, line] = [form.querySelector('.progress'), form.querySelector('progress'), form.querySelector('.progress p')];
  const button = form.querySelector('button');
  const end = (text) => {
    line.textContent = text;
    button.disabled = false;
  };
  async function watch(id) {
    try {
      const now = await call(`/api/v1/zero-out/imports/${id}`);
      if (now.state === 'done' || now.state === 'failed') {
        bar.value = 100;
        location.reload();
        return;
      }
      if (now.total) bar.value = (100 * now.processed) / now.total;
      else bar.removeAttribute('value');
      line.textContent = say(`已处理 ${now.processed} 行`, `${now.processed} rows done`);
    } catch (error) {
      line.textContent = explain(error)[0];
      if (error.problem) return end(line.textContent);
    }
    setTimeout(() => watch(id), 700);
  }
  function send(again) {
    const request = new XMLHttpRequest();
    request.open('POST', form.dataset.upload);
    request.setRequestHeader('Accept-Language', language);
    request.upload.onprogress = (e) => {
      if (e.lengthComputable) bar.value = (100 * e.loaded) / e.total;
      line.textContent = say('正在上传…', 'Uploading…');
    };
    request.onerror = () => end(explain(new TypeError())[0]);
    request.onload = async () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // Said by the status.
      }
      if (request.status === 202) return watch(answer.id);
      if (request.status === 401 && again && (await renewSession().catch(() => false))) return send(false);
      const faults = (answer.errors || []).map((e) => e.detail);
      end([answer.detail || say('上传失败', 'The upload failed'), ...faults].join(' '));
    };
    const data = new FormData();
    if (form.elements.dry_run.checked) data.append('dry_run', 'true');
    data.append('file', form.elements.file.files[0]);
    request.send(data);
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    [box.hidden, bar.value, button.disabled] = [false, 0, true];
    send(true);
  });
}

const importer = document.querySelector('form[data-upload]');
if (importer) upload(importer);

const clocks = [...document.querySelectorAll('[data-countdown]')];
function tick() {
  for (const clock of clocks) {
    const left = Math.max(0, Math.floor((Date.parse(clock.dateTime) - Date.now()) / 1000));
    const [h, m, s] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
    const text = [h, m, s].map((n) => String(n).padStart(2, '0')).join(':');
    clock.textContent = left ? say(`剩余 ${text}`, `${text} left`) : say('已超时', 'lapsed');
  }
}
if (clocks.length) {
  tick();
  setInterval(tick, 1000);
}

// An expert's desk hears of offers as they come.
if (document.querySelector('[data-live=offers]')) {
  const client = new ChatClient({ url: '/api/v1/ws', renew: renewSession });
  const title = document.title;
  client.addEventListener('offer', ({ detail }) => {
    document.title = `● ${title}`;
    const link = { href: `/consultations/${detail.consultation}`, text: detail.subject };
    notice(say('新的派单：', 'A new offer: '), { link });
  });
  client.addEventListener('state', ({ detail }) => {
    if (detail.state === 'online') client.presence('online');
  });
  client.connect();
}
