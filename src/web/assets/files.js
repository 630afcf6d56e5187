/**
 * Files of a form: chosen, dropped, or taken with the camera, sent one after the other with progress, and again after a lost
 * connection. Their ids go with the form as `attachments`. What is sent already survives a reload; a great file goes in parts, and goes
 * on after a lost connection and a reload where it broke off.
 * @module
 */
import { language, load, logInAddress, newKey, renewSession, say, shown } from './api.js';
import { store } from './desk.js';

/** Greater files go in parts, bytes. */
const WHOLE = 1024 * 1024;
const size = (bytes) => (bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);

function make(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = shown(text);
  if (className) made.className = className;
  return made;
}

/** Sends one file. Resolves with the answer's status and JSON; status 0 where there was none. */
function put(item, progress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    item.stop = () => request.abort();
    request.open('POST', '/api/v1/attachments');
    request.setRequestHeader('Accept-Language', language);
    // The same file sent again is the same call: a lost answer leaves no second one.
    request.setRequestHeader('Idempotency-Key', item.key);
    request.upload.onprogress = (e) => e.lengthComputable && progress(e.loaded / e.total);
    request.onloadend = () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // Said by the status.
      }
      resolve({ status: request.status, answer });
    };
    const data = new FormData();
    data.append('file', item.file, item.name);
    request.send(data);
  });
}

/**
 * Makes a box of a form take files.
 * @param {HTMLFormElement} form gets `files()`, which resolves once nothing is under way: to whether all is well
 * @param {HTMLElement} box with `data-max` bytes for each file and `data-most` files, its inputs and a list
 */
function watch(form, box) {
  const list = box.querySelector('.file-list');
  const [max, most, name] = [Number(box.dataset.max), Number(box.dataset.most), box.dataset.files || 'attachments'];
  const key = () => `${form.draft}.files`;
  /** @type {{name: string, size: number, file?: File, id?: string, upload?: string, state: string, why?: string, key: string}[]} */
  let items = [];
  let running = false;
  let waiters = [];

  function remember() {
    const sent = items.filter((i) => i.id);
    const kept = items.filter((i) => i.id || i.upload).map(({ id, upload, name, size }) => ({ id, upload, name, size, at: Date.now() }));
    try {
      if (kept.length) store.setItem(key(), JSON.stringify(kept));
      else store.removeItem(key());
    } catch {
      // Without storage a reload loses it.
    }
    box.querySelectorAll('input[type=hidden]').forEach((f) => f.remove());
    sent.forEach(({ id }, n) => {
      const field = make('input');
      [field.type, field.name, field.value] = ['hidden', `${name}.${n}`, id];
      box.append(field);
    });
  }

  const words = {
    waiting: () => say('等待上传', 'waiting'),
    sending: () => say('正在上传', 'uploading'),
    lost: () => say('连接中断，自动重试中', 'connection lost; trying again'),
    done: () => say('已上传', 'uploaded'),
    refused: (i) => i.why,
  };

  function show(item) {
    const old = item.row;
    const row = make('li', undefined, `file ${item.state}`);
    if (item.file?.type.startsWith('image/') && item.state !== 'refused') {
      const image = make('img', undefined, 'thumb');
      image.alt = '';
      item.url ??= URL.createObjectURL(item.file);
      image.src = item.url;
      row.append(image);
    }
    const text = make('div');
    text.append(make('span', item.name, 'file-name'), make('small', ` ${size(item.size)} · `));
    const mark = make('small', words[item.state](item), item.state === 'refused' ? 'bad' : item.state === 'lost' ? 'unsaved' : '');
    text.append(mark);
    if (item.login) {
      const a = make('a', say('重新登录', 'Log in'));
      a.href = logInAddress();
      text.append(' ', a);
    }
    if (item.state === 'sending' || item.state === 'lost') {
      item.bar = make('progress');
      [item.bar.max, item.bar.value] = [1, item.part ?? 0];
      item.bar.setAttribute('aria-label', `${say('上传进度', 'Progress')} ${item.name}`);
      text.append(item.bar);
    }
    row.append(text);
    if (item.state === 'refused' && item.file && item.again) {
      const retry = make('button', say('重试', 'Try again'), 'link');
      retry.type = 'button';
      retry.addEventListener('click', () => {
        [item.state, item.login, item.key] = ['waiting', false, newKey()];
        show(item);
        run();
      });
      row.append(retry);
    }
    const drop = make('button', say('移除', 'Remove'), 'link');
    drop.type = 'button';
    drop.setAttribute('aria-label', `${say('移除', 'Remove')} ${item.name}`);
    drop.addEventListener('click', () => {
      items = items.filter((i) => i !== item);
      item.gone = true;
      item.stop?.();
      if (item.upload && !item.id) load('upload-parts').then(({ giveUp }) => giveUp(item.upload), () => {});
      if (item.url) URL.revokeObjectURL(item.url);
      row.remove();
      remember();
      settle();
    });
    row.append(drop);
    item.row = row;
    if (old?.isConnected) old.replaceWith(row);
    else list.append(row);
  }

  function refuse(item, why, again = false) {
    [item.state, item.why, item.again] = ['refused', why, again];
    show(item);
  }

  const wait = (turn) =>
    new Promise((resolve) => {
      const timer = setTimeout(end, Math.min(15_000, 1000 * 2 ** turn));
      function end() {
        clearTimeout(timer);
        removeEventListener('online', end);
        resolve();
      }
      addEventListener('online', end);
    });

  async function one(item) {
    if (item.upload || item.file.size > WHOLE) {
      const failed = () => refuse(item, say('上传失败', 'the upload failed'), Boolean(item.file));
      return load('upload-parts').then(({ sendItem }) => sendItem(item, { show, remember, refuse }), failed);
    }
    for (let turn = 0; !item.gone; turn += 1) {
      item.state = turn ? 'lost' : 'sending';
      show(item);
      const { status, answer } = await put(item, (part) => {
        item.part = part;
        if (item.bar) item.bar.value = part;
      });
      if (item.gone) return;
      if (status === 201) {
        [item.state, item.id, item.name] = ['done', answer.id, answer.name || item.name];
        show(item);
        remember();
        return;
      }
      if (status === 401) {
        const good = await renewSession().catch(() => undefined);
        if (good) continue;
        if (good === false) {
          item.login = true;
          return refuse(item, say('登录已失效', 'your session has ended'), true);
        }
      } else if (status >= 400 && ![408, 429, 502, 503, 504].includes(status)) {
        const why = status >= 500 ? say('服务器出错', 'the server failed') : answer.detail || String(status);
        return refuse(item, why, status >= 500);
      }
      item.state = 'lost';
      show(item);
      await wait(turn);
    }
  }

  function settle() {
    if (running || items.some((i) => i.state === 'waiting')) return;
    const well = items.every((i) => i.state === 'done');
    waiters.splice(0).forEach((tell) => tell(well));
  }

  async function run() {
    if (running) return;
    running = true;
    for (let next; (next = items.find((i) => i.state === 'waiting')); ) await one(next);
    running = false;
    settle();
  }

  function take(files) {
    for (const file of files) {
      const item = { file, name: file.name || 'photo.jpg', size: file.size, state: 'waiting', key: newKey() };
      items.push(item);
      if (!file.size) refuse(item, say('文件为空', 'the file is empty'));
      else if (file.size > max) refuse(item, say(`超过 ${size(max)} 的上限`, `larger than ${size(max)}`));
      else if (items.filter((i) => i.state !== 'refused').length > most) refuse(item, say(`最多 ${most} 个文件`, `at most ${most} files`));
      else show(item);
    }
    run();
  }

  for (const input of box.querySelectorAll('input[type=file]')) {
    input.addEventListener('change', () => {
      take([...input.files]);
      input.value = '';
    });
  }
  for (const kind of ['dragenter', 'dragover']) {
    box.addEventListener(kind, (event) => {
      if (![...event.dataTransfer.types].includes('Files')) return;
      event.preventDefault();
      box.classList.add('over');
    });
  }
  box.addEventListener('dragleave', () => box.classList.remove('over'));
  box.addEventListener('drop', (event) => {
    event.preventDefault();
    box.classList.remove('over');
    take([...event.dataTransfer.files]);
  });
  form.addEventListener('paste', (event) => {
    if (event.clipboardData?.files.length) take([...event.clipboardData.files]);
  });
  form.files = () =>
    new Promise((resolve) => {
      waiters.push(resolve);
      settle();
    });
  form.addEventListener('sent', () => {
    items = [];
    list.textContent = '';
    remember();
  });
  try {
    const kept = JSON.parse(store.getItem(key()) || '[]');
    // The server deletes unused files after a day.
    items = kept.filter((i) => Date.now() - i.at < 20 * 3_600_000).map((i) => ({ ...i, state: i.id ? 'done' : 'waiting', key: '' }));
    items.forEach(show);
    if (items.length) form.querySelector('details')?.setAttribute('open', '');
    remember();
    run();
  } catch {
    // Nothing was kept.
  }
}

for (const box of document.querySelectorAll('form [data-files]')) watch(box.closest('form'), box);
