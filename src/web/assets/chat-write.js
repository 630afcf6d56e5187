/**
 * Where one writes: the draft outlives a reload, files are uploaded with progress, Enter or Ctrl+Enter sends, and never in
 * the middle of a composition.
 * @module
 */
import { explain, language, notice, renewSession, say } from './api.js';
import { element, store } from './live.js';
import { isPicture, knowFile, sizeOf } from './chat-view.js';

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
 * @param {{key: string, most: number, mostFiles: number, mostBytes: number, typing?: () => void,
 *   send: (body: string, files: {id: string}[]) => void, leave: () => void}} options
 */
export function writer(form, { key, most, mostFiles, mostBytes, typing, send, leave }) {
  const field = form.querySelector('textarea');
  const chips = form.querySelector('.chips');
  const picker = form.querySelector('input[type=file]');
  /** @type {{id?: string, name: string, size: number, type?: string, failed?: string, chip: HTMLElement, file?: File, request?: XMLHttpRequest}[]} */
  let files = [];
  if (!shown) {
    shown = true;
    showEnter();
  }

  function keep() {
    const done = files.filter((f) => f.id).map(({ id, name, size, type }) => ({ id, name, size, type }));
    store.set(key, field.value || done.length ? JSON.stringify({ text: field.value, files: done }) : null);
  }

  function fit() {
    field.rows = Math.min(10, Math.max(2, field.value.split('\n').length));
  }

  function draw(file) {
    const { chip } = file;
    chip.className = file.failed ? 'chip-file failed' : file.id ? 'chip-file' : 'chip-file going';
    chip.replaceChildren();
    if (file.id && isPicture(file.type ?? '')) {
      const img = element('img');
      [img.src, img.alt, img.width, img.height] = [`/api/v1/attachments/${file.id}`, '', 48, 36];
      chip.append(img);
    }
    chip.append(element('span', file.name, 'file'), ' ', element('small', sizeOf(file.size)));
    if (file.failed) chip.append(' ', element('span', file.failed, 'fault'));
    else if (!file.id) {
      const bar = element('progress');
      bar.max = 100;
      bar.value = file.progress ?? 0;
      bar.setAttribute('aria-label', say(`正在上传 ${file.name}`, `Uploading ${file.name}`));
      chip.append(bar);
    }
    if (file.failed && file.file) {
      const retry = element('button', say('重试', 'Try again'), 'link');
      retry.type = 'button';
      retry.addEventListener('click', () => upload(file, true));
      chip.append(retry);
    }
    const remove = element('button', '×', 'remove');
    remove.type = 'button';
    remove.setAttribute('aria-label', say(`移除 ${file.name}`, `Remove ${file.name}`));
    remove.addEventListener('click', () => {
      file.request?.abort();
      files = files.filter((f) => f !== file);
      chip.remove();
      chips.hidden = !files.length;
      keep();
      field.focus();
    });
    chip.append(remove);
    chips.hidden = false;
    if (!chip.isConnected) chips.append(chip);
  }

  function upload(file, again) {
    Object.assign(file, { failed: undefined, progress: 0 });
    draw(file);
    const request = new XMLHttpRequest();
    file.request = request;
    request.open('POST', '/api/v1/attachments');
    request.setRequestHeader('Accept-Language', language);
    request.upload.onprogress = (e) => {
      if (!e.lengthComputable) return;
      file.progress = (100 * e.loaded) / e.total;
      const bar = file.chip.querySelector('progress');
      if (bar) bar.value = file.progress;
    };
    const fail = (text) => {
      file.failed = text;
      draw(file);
    };
    request.onerror = () => fail(say('上传中断，请重试', 'the upload broke off; try again'));
    request.onload = async () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // Said by the status.
      }
      if (request.status === 401 && again && (await renewSession().catch(() => false))) return upload(file, false);
      if (request.status !== 201) return fail(answer.detail || say('上传失败', 'the upload failed'));
      Object.assign(file, { id: answer.id, name: answer.name, type: answer.content_type, size: answer.size });
      knowFile(answer.id, { name: answer.name, type: answer.content_type, size: answer.size });
      draw(file);
      keep();
    };
    const body = new FormData();
    body.append('file', file.file, file.name);
    request.send(body);
  }

  function add(list) {
    for (const given of list) {
      if (files.length >= mostFiles) {
        notice(say(`一条消息最多 ${mostFiles} 个附件。`, `A message takes ${mostFiles} files at most.`), { bad: true });
        break;
      }
      const file = { name: given.name || say('图片.png', 'picture.png'), size: given.size, file: given, chip: element('li') };
      files.push(file);
      if (given.size > mostBytes) {
        file.failed = say(`超过 ${sizeOf(mostBytes)}`, `is over ${sizeOf(mostBytes)}`);
        file.file = undefined;
        draw(file);
      } else upload(file, true);
    }
  }

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

  field.maxLength = most;
  try {
    const kept = JSON.parse(store.get(key) || 'null');
    if (kept) {
      field.value = kept.text;
      for (const file of kept.files) {
        const entry = { ...file, chip: element('li') };
        files.push(entry);
        draw(entry);
      }
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
  });
  field.addEventListener('keydown', (event) => {
    // 229: some browsers say the end of a composition so.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') return leave();
    if (event.key !== 'Enter' || event.shiftKey || event.altKey) return;
    if (!enterSends() && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (files.some((f) => !f.id && !f.failed)) {
      notice(say('附件还在上传，上传完成后再发送。', 'A file is still being uploaded; send when that is done.'), { bad: true });
      return;
    }
    if (files.some((f) => f.failed)) {
      notice(say('有附件未能上传，请重试或移除。', 'A file could not be uploaded: try again or remove it.'), { bad: true });
      return;
    }
    const names = files.map((f) => f.name).join(say('、', ', '));
    const body = field.value.trim() || (files.length ? say(`附件：${names}`, `Attached: ${names}`) : '');
    if (!body) return field.focus();
    try {
      send(body, files);
    } catch (error) {
      notice(...explain(error));
      return;
    }
    field.value = '';
    files = [];
    chips.replaceChildren();
    chips.hidden = true;
    keep();
    fit();
    field.focus();
  });
  return { field, has: () => Boolean(field.value || files.length) };
}
