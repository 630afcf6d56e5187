/**
 * Where one writes: the draft survives a reload, Enter or Ctrl+Enter sends, and never in
 * the middle of a composition.
 * @module
 */
import { explain, load, notice, say, submitForm } from './api.js';
import { store } from './live.js';

const ENTER = 'zerodesk.enter';
/** Whether Enter alone sends. */
export const enterSends = () => store.get(ENTER) !== 'ctrl';

function showEnter() {
  for (const form of document.querySelectorAll('[data-write]')) {
    const how = form.querySelector('.how');
    how.textContent = enterSends() ? say('Enter 发送，Shift+Enter 换行', 'Enter sends, Shift+Enter breaks the line') : say('Ctrl+Enter 发送，Enter 换行', 'Ctrl+Enter sends, Enter breaks the line');
    form.querySelector('[data-enter]').textContent = enterSends() ? say('改用 Ctrl+Enter', 'Use Ctrl+Enter') : say('改用 Enter', 'Use Enter');
  }
}

let shown;

/**
 * Makes a form one to write in.
 * @param {HTMLFormElement} form
 * @param {{key: string, most: number, mostFiles: number, mostBytes: number, canned?: string, changed?: (field: HTMLTextAreaElement, quoted?: number) => void,
 *   typing?: () => void, send: (body: string, files: {id: string}[], quoted?: number) => void, leave: () => void}} options
 */
export function writer(form, { key, most, mostFiles, mostBytes, canned, changed, typing, send, leave }) {
  const field = form.querySelector('textarea');
  const chips = form.querySelector('.chips');
  const picker = form.querySelector('input[type=file]');
  /** Those of the draft; what was kept of them is sent all the same. */
  let files = { list: [], clear() { this.list = []; } };
  let loading;
  /** The number of the message that is quoted. */
  let quoted;
  if (!shown) {
    shown = true;
    showEnter();
  }

  function keep() {
    // What is under way goes on after a reload.
    const done = files.list.filter((f) => f.id || f.upload).map(({ id, upload, name, size, type }) => ({ id, upload, name, size, type }));
    changed?.(field, quoted);
    store.set(key, field.value || done.length || quoted ? JSON.stringify({ text: field.value, files: done, quoted }) : null);
  }

  /** Quotes a message, or none. What shows it above the field is loaded then. */
  function quote(seq) {
    quoted = seq;
    form.querySelector('.quoting')?.remove();
    if (seq) load('chat-quote').then(({ above }) => quoted === seq && above(form, seq, () => { quote(); field.focus(); }), (error) => notice(...explain(error)));
    keep();
  }

  function fit() {
    field.rows = Math.min(10, Math.max(2, field.value.split('\n').length));
  }

  /** Takes files; what does so is loaded with the first, or before it once one writes here. */
  const taking = () => (loading ??= load('chat-files').then(
    ({ filesOf }) => {
      files = filesOf({ field, chips, kept: files.list, mostFiles, mostBytes, keep });
    },
    (error) => {
      loading = undefined;
      throw error;
    },
  ));
  const add = (list) => taking().then(() => files.add(list)).catch((error) => notice(...explain(error)));
  form.addEventListener('focusin', () => taking().catch(() => {}), { once: true });

  picker?.addEventListener('change', () => {
    add([...picker.files]);
    picker.value = '';
  });
  field.addEventListener('paste', (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (!pasted.length) return;
    event.preventDefault();
    add(pasted);
  });
  const pane = form.closest('.pane') ?? form;
  pane.addEventListener('dragover', (event) => {
    if (![...event.dataTransfer.types].includes('Files')) return;
    event.preventDefault();
    form.classList.add('drop');
  });
  pane.addEventListener('dragleave', () => form.classList.remove('drop'));
  pane.addEventListener('drop', (event) => {
    form.classList.remove('drop');
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });

  form.querySelector('[data-enter]').addEventListener('click', () => {
    store.set(ENTER, enterSends() ? 'ctrl' : 'enter');
    showEnter();
    field.focus();
  });

  /** The first line that begins with `/` loads what offers canned replies. */
  function reply() {
    const of = canned;
    canned = undefined;
    load('canned').then(({ offer }) => offer(field, of), () => { canned = of; });
  }

  field.maxLength = most;
  try {
    const kept = JSON.parse(store.get(key) || 'null');
    if (kept) {
      field.value = kept.text;
      files.list = kept.files ?? [];
      if (kept.quoted) quote(kept.quoted);
      if (files.list.length) taking().catch((error) => notice(...explain(error)));
    }
  } catch {
    // A draft of an earlier version was the text alone.
    field.value = store.get(key) || '';
  }
  fit();
  field.addEventListener('input', () => {
    keep();
    fit();
    if (field.value) typing?.();
    if (canned && /(^|\n)[/／]/.test(field.value)) reply();
    if (form.dataset.write === 'notes' && /[@＠]/.test(field.value)) load('chat-mention').then(({ mention }) => mention(field), () => {});
  });
  field.addEventListener('keydown', (event) => {
    // 229: some browsers say the end of a composition so.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') return leave();
    if (event.key !== 'Enter' || event.shiftKey || event.altKey) return;
    if (!enterSends() && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    submitForm(form);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const failed = files.list.some((f) => f.failed);
    if (failed || files.list.some((f) => !f.id)) {
      return notice(failed ? say('有附件未能上传，请重试或移除。', 'A file could not be uploaded: try again or remove it.') : say('附件还在上传，上传完成后再发送。', 'A file is still being uploaded; send when that is done.'), { bad: true });
    }
    const names = files.list.map((f) => f.name).join(say('、', ', '));
    const body = field.value.trim() || (files.list.length ? say(`附件：${names}`, `Attached: ${names}`) : '');
    if (!body) return field.focus();
    try {
      send(body, files.list, quoted);
    } catch (error) {
      notice(...explain(error));
      return;
    }
    field.value = '';
    files.clear();
    quote();
    fit();
    field.focus();
  });
  return { field, quote, has: () => Boolean(field.value || files.list.length || quoted) };
}
