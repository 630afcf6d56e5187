/**
 * Asks in a dialog who is there, where the server wants it proved again: for a code, or for the password. What was being done goes on
 * afterwards; nothing that was typed is lost.
 * @module
 */
import { call, explain, language, say } from './api.js';
import './dialog.js';

let asking;

/** Buttons that lead to the providers of single sign-on that are linked, to log in there again; the page is loaded again afterwards. */
function others(providers, failed) {
  return providers.map(({ id, name, name_en: nameEn }) => {
    const shown = language.startsWith('en') ? nameEn : name;
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'second', textContent: say(`通过${shown}验证`, `Prove it at ${shown}`) });
    button.addEventListener('click', async () => {
      try {
        const next = encodeURIComponent(location.pathname + location.search);
        const { location: there } = await call(`/api/v1/auth/step-up/${id}?next=${next}`, { method: 'POST' });
        location.assign(there);
      } catch (error) {
        failed(error);
      }
    });
    return button;
  });
}

function build(by) {
  const code = by === 'code';
  const dialog = document.createElement('dialog');
  const form = document.createElement('form');
  form.className = 'stack';
  const title = Object.assign(document.createElement('h2'), { id: 'step-up-title', textContent: say('请再次验证身份', 'Prove again who you are') });
  dialog.setAttribute('aria-labelledby', title.id);
  const why = document.createElement('p');
  why.textContent = code
    ? say('此操作较为敏感。请输入验证器应用显示的验证码，或一个恢复码。', 'This is sensitive. Enter the code that your authenticator app shows, or a recovery code.')
    : say('此操作较为敏感。请输入您的密码。', 'This is sensitive. Enter your password.');
  const label = document.createElement('label');
  label.textContent = code ? say('验证码或恢复码', 'Code or recovery code') : say('密码', 'Password');
  const field = document.createElement('input');
  Object.assign(field, { name: by, required: true, maxLength: 128, type: code ? 'text' : 'password', autocomplete: code ? 'one-time-code' : 'current-password' });
  if (code) field.setAttribute('autocapitalize', 'none');
  label.append(field);
  // Programs that keep passwords look for whose it is.
  if (!code) label.append(Object.assign(document.createElement('input'), { autocomplete: 'username', hidden: true }));
  const fault = document.createElement('p');
  fault.className = 'alert bad';
  fault.setAttribute('role', 'alert');
  fault.hidden = true;
  const acts = document.createElement('p');
  acts.className = 'acts';
  const go = Object.assign(document.createElement('button'), { textContent: say('确认', 'Confirm') });
  const stop = Object.assign(document.createElement('button'), { type: 'button', className: 'second', textContent: say('取消', 'Cancel') });
  acts.append(go, ' ', stop);
  form.append(title, why, label, fault, acts);
  dialog.append(form);
  document.body.append(dialog);
  return { dialog, form, field, fault, go, stop, acts };
}

/** Resolves to whether it was proved; false where the person gave up. */
function ask(by, providers) {
  const { dialog, form, field, fault, go, stop, acts } = build(by);
  acts.append(...others(providers, (error) => {
    [fault.textContent] = explain(error);
    fault.hidden = false;
  }));
  return new Promise((resolve) => {
    let proved = false;
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(proved);
    });
    stop.addEventListener('click', () => dialog.close());
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      [go.disabled, fault.hidden] = [true, true];
      try {
        await call('/api/v1/auth/step-up', { method: 'POST', body: { [by]: field.value } });
        proved = true;
        dialog.close();
      } catch (error) {
        [fault.textContent] = explain(error);
        const [first] = error.problem?.errors || [];
        if (first) fault.textContent = first.detail;
        fault.hidden = false;
        field.value = '';
        field.focus();
      } finally {
        go.disabled = false;
      }
    });
    dialog.showModal();
    field.focus();
  });
}

/**
 * Asks, unless the session counts as proved. Several calls at once ask once.
 * @returns {Promise<boolean>} false where the person gave up
 */
export function prove() {
  asking ??= (async () => {
    const state = await call('/api/v1/auth/step-up');
    if (state.proved_until) return true;
    const linked = await call('/api/v1/me/identities').catch(() => []);
    return ask(state.by, linked.filter((provider) => provider.linked_at));
  })().finally(() => {
    asking = undefined;
  });
  return asking;
}
