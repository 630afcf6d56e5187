/**
 * Uploads in parts: a file goes on where it broke off, after a lost connection and after a reload of the page. What is not sent yet is kept in
 * the browser (IndexedDB) until it is, or is removed.
 * @module
 */
import { Refused, call, language, renewSession, say } from './api.js';

const PATH = '/api/v1/attachments/uploads';
/** How long to wait before the next attempt without a connection: doubled each time up to the last, milliseconds. */
const PAUSES = [1_000, 2_000, 4_000, 8_000, 15_000];

/** The store of files that are under way; it refuses where the browser has none. */
function files(mode, work) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('zerodesk-uploads', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('file');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const change = database.transaction('file', mode);
      const asked = work(change.objectStore('file'));
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
const remember = (id, file) => files('readwrite', (store) => store.put(file, id)).catch(() => {});
const forget = (id) => files('readwrite', (store) => store.delete(id)).catch(() => {});

/**
 * The file of an upload that another page began; nothing where the browser does not have it any more.
 * @param {string} id
 * @returns {Promise<?Blob>}
 */
export const recall = (id) => files('readonly', (store) => store.get(id)).catch(() => undefined);

/** Waits; a connection that comes back ends it, and so does `signal`. */
const pause = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener('online', done);
    signal.addEventListener('abort', done, { once: true });
  });

/** Whether it is worth trying again: no connection, or a server that is busy or starting. */
const passes = (error) => !(error instanceof Refused) || error.problem.status >= 500 || error.problem.status === 429;

/** Sends one part, with how much of it is gone. */
function sendPart(id, offset, part, { signal, sent, again = true }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `${PATH}/${id}/parts`);
    request.setRequestHeader('Accept-Language', language);
    request.upload.onprogress = (event) => sent(offset + Math.min(event.loaded, part.size));
    request.onerror = () => reject(new TypeError('upload'));
    request.onabort = () => reject(signal.reason);
    request.onload = async () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // Said by the status.
      }
      if (request.status === 200) return resolve(answer);
      try {
        if (request.status === 401 && again && (await renewSession())) {
          return resolve(await sendPart(id, offset, part, { signal, sent, again: false }));
        }
      } catch (error) {
        return reject(error);
      }
      return reject(new Refused({ ...answer, status: request.status }));
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    const body = new FormData();
    body.append('offset', String(offset));
    body.append('file', part, 'part');
    request.send(body);
  });
}

/**
 * Uploads a file, going on with an upload that was begun before.
 * @param {Blob} file
 * @param {{name: string, id?: string, signal: AbortSignal, began: (id: string) => void, sent: (bytes: number) => void}} options `began` learns
 *   of the upload's id, `sent` of how many bytes are gone
 * @returns {Promise<object>} the attachment
 * @throws {Refused} when the server refuses; the signal's reason when it is given up
 */
export async function uploadInParts(file, { name, id, signal, began, sent }) {
  let upload;
  let failures = 0;
  for (;;) {
    try {
      if (signal.aborted) throw signal.reason;
      if (!upload && id) {
        upload = await call(`${PATH}/${id}`);
        sent(upload.received);
      }
      if (!upload) {
        upload = await call(PATH, { method: 'POST', body: { name, size: file.size } });
        ({ id } = upload);
        await remember(id, file);
        began(id);
      }
      while (upload.received < file.size) {
        const part = file.slice(upload.received, upload.received + upload.part_bytes);
        upload = await sendPart(id, upload.received, part, { signal, sent });
        sent(upload.received);
        failures = 0;
      }
      const made = await call(`${PATH}/${id}/finish`, { method: 'POST' });
      await forget(id);
      return made;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      // Deleted meanwhile: it begins anew.
      const gone = error instanceof Refused && error.problem.status === 404 && id;
      const elsewhere = error instanceof Refused && error.problem.code === 'upload_offset';
      if (gone) id = undefined;
      if (!gone && !elsewhere && !passes(error)) {
        // After another log-in it goes on.
        if (error.problem.status !== 401) await forget(id);
        throw error;
      }
      failures += 1;
      if (failures > 3 && (gone || elsewhere)) throw error;
      upload = undefined;
      await pause(PAUSES[Math.min(failures, PAUSES.length) - 1], signal);
    }
  }
}

/** Gives an upload up. */
export async function giveUp(id) {
  await forget(id);
  await call(`${PATH}/${id}`, { method: 'DELETE' }).catch(() => {});
}

/**
 * Uploads an item of the list of files of a form (`files.js`), from where it broke off.
 * @param {{file?: File, name: string, size: number, upload?: string, state: string}} item
 * @param {{show: (item: object) => void, remember: () => void, refuse: (item: object, why: string, again?: boolean) => void}} list what the
 *   list does: draws an item, keeps what is done and under way, says why it was refused
 */
export async function sendItem(item, { show, remember, refuse }) {
  const stop = new AbortController();
  item.stop = () => stop.abort();
  const go = (state) => {
    if (item.state === state) return;
    item.state = state;
    show(item);
  };
  const lost = () => go('lost');
  addEventListener('offline', lost);
  go('sending');
  try {
    item.file ??= await recall(item.upload);
    if (!item.file) {
      item.upload = undefined;
      remember();
      refuse(item, say('请移除后重新选择该文件', 'remove it and choose the file again'));
      return;
    }
    const made = await uploadInParts(item.file, {
      name: item.name,
      id: item.upload,
      signal: stop.signal,
      began(id) {
        item.upload = id;
        remember();
      },
      sent(bytes) {
        item.part = bytes / item.size;
        go('sending');
        if (item.bar) item.bar.value = item.part;
      },
    });
    [item.id, item.name] = [made.id, made.name || item.name];
    go('done');
    remember();
  } catch (error) {
    if (stop.signal.aborted) return;
    item.login = error.problem?.status === 401;
    // It goes on behind the log-in.
    if (!item.login) item.upload = undefined;
    remember();
    const why = item.login ? say('登录已失效', 'your session has ended') : error.problem?.detail || say('上传失败', 'the upload failed');
    refuse(item, why, true);
  } finally {
    removeEventListener('offline', lost);
  }
}
