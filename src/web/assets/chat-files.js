/**
 * The files of a message that is being written: uploaded with progress, and again on demand.
 * @module
 */
import { explain, language, load, notice, renewSession, say } from './api.js';
import { element } from './live.js';
import { isPicture, knowFile, sizeOf } from './chat-view.js';

const look = document.createElement('link');
[look.rel, look.href] = ['stylesheet', new URL('./chat-files.css', import.meta.url).href];
document.head.append(look);

/** Greater files go in parts, so that they go on where they broke off, bytes. */
const WHOLE = 1024 * 1024;

/** @typedef {{id?: string, upload?: string, name: string, size: number, type?: string, failed?: string, chip: HTMLElement, file?: File, request?: {abort: () => void}}} Chip */

/**
 * Files of a form.
 * @param {{field: HTMLElement, chips: HTMLElement, kept: object[], mostFiles: number, mostBytes: number, keep: () => void}} options
 *   `kept`: what was uploaded for the draft before; `keep` is called when that changes
 * @returns {{list: Chip[], add: (files: File[]) => void, clear: () => void}}
 */
export function filesOf({ field, chips, kept, mostFiles, mostBytes, keep }) {
  const files = {
    list: kept.map((file) => ({ ...file, chip: element('li') })),
    add,
    clear() {
      files.list = [];
      chips.replaceChildren();
      chips.hidden = true;
    },
  };

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
    if (file.failed && (file.file || file.upload)) {
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
      if (file.upload && !file.id) load('upload-parts').then(({ giveUp }) => giveUp(file.upload), () => {});
      files.list = files.list.filter((f) => f !== file);
      chip.remove();
      chips.hidden = !files.list.length;
      keep();
      field.focus();
    });
    chip.append(remove);
    chips.hidden = false;
    if (!chip.isConnected) chips.append(chip);
  }

  function done(file, { id, name, content_type: type, size, scan }) {
    // What waits to be scanned can't be shown yet.
    const waits = scan === 'waiting';
    Object.assign(file, { id, name, type: waits ? '' : type, size });
    if (!waits) knowFile(id, { name, type, size });
    draw(file);
    keep();
  }

  /** Uploads a file in parts, from where it broke off. */
  async function goOn(file) {
    const stop = new AbortController();
    file.request = stop;
    try {
      const { recall, uploadInParts } = await load('upload-parts');
      file.file ??= await recall(file.upload);
      if (!file.file) {
        file.upload = undefined;
        throw new Error('gone');
      }
      const made = await uploadInParts(file.file, {
        name: file.name,
        id: file.upload,
        signal: stop.signal,
        began(id) {
          file.upload = id;
          keep();
        },
        sent(bytes) {
          file.progress = (100 * bytes) / file.size;
          const bar = file.chip.querySelector('progress');
          if (bar) bar.value = file.progress;
        },
      });
      done(file, made);
    } catch (error) {
      if (stop.signal.aborted) return;
      file.failed = file.file ? explain(error)[0] : say('请移除后重新选择该文件', 'remove it and choose the file again');
      draw(file);
      keep();
    }
  }

  function upload(file, again) {
    Object.assign(file, { failed: undefined, progress: file.progress ?? 0 });
    draw(file);
    if (file.upload || file.size > WHOLE) return goOn(file);
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
      done(file, answer);
    };
    const body = new FormData();
    body.append('file', file.file, file.name);
    request.send(body);
  }

  function add(list) {
    for (const given of list) {
      if (files.list.length >= mostFiles) {
        notice(say(`一条消息最多 ${mostFiles} 个附件。`, `A message takes ${mostFiles} files at most.`), { bad: true });
        break;
      }
      const file = { name: given.name || say('图片.png', 'picture.png'), size: given.size, file: given, chip: element('li') };
      files.list.push(file);
      if (given.size > mostBytes) {
        file.failed = say(`超过 ${sizeOf(mostBytes)}`, `is over ${sizeOf(mostBytes)}`);
        file.file = undefined;
        draw(file);
      } else upload(file, true);
    }
  }

  for (const file of files.list) {
    if (file.id) draw(file);
    else upload(file, true);
  }
  return files;
}
