/**
 * Forms that are filled in without a connection: their content and photos are kept in the browser (IndexedDB, which plain http has as well)
 * and sent later, the files first, each call under an idempotency key of its own, so that an answer that was lost does nothing twice.
 *
 * A draft is a plain object: `{id, account, form, title, path, method, body, files, state, key, at, why, errors, answer}`. Its state is
 * `open` (being filled in), `ready` (to be sent) or `refused` (the server refused it: `why`, `errors`). What was sent is deleted here.
 * A file is `{id, at, name, blob, key, attachment, uploaded}`; `at` says where its attachment's id goes into the body: the place of a list
 * such as `checks.2.photos`. A draft with `after`, the id of another one, is sent once that one was.
 * @module
 */

/** How long an attachment that nothing uses yet stays at the server; it is uploaded again when it is older, milliseconds. */
const UPLOADED_FOR = 20 * 3_600_000;

/** Whether trying again can help: no connection, or a server that is busy or starting. */
export const passes = (failure) => !failure.status || [408, 425, 429, 500, 502, 503, 504].includes(failure.status);

/**
 * The body of a draft with the attachments' ids in their places. The draft itself stays as it is.
 * @param {object} draft
 */
export function filled(draft) {
  const body = JSON.parse(JSON.stringify(draft.body));
  for (const { at, attachment } of draft.files) {
    const keys = at.split('.');
    let node = body;
    keys.forEach((key, n) => {
      const last = n === keys.length - 1;
      node[key] ??= last || /^\d+$/.test(keys[n + 1]) ? [] : {};
      node = node[key];
    });
    node.push(attachment);
  }
  return body;
}

/**
 * The drafts of one account.
 * @param {{account: string, store: {put: Function, get: Function, all: Function, remove: Function}, upload: (file: object) => Promise<object>,
 *   post: (path: string, options: object) => Promise<object>, newKey: () => string, now?: () => number}} given `store` keeps drafts, `upload`
 *   sends a file and gives the attachment, `post` calls the API; both reject with `{status, message, errors}`, without a status where
 *   nothing was reached
 */
export function offlineDrafts({ account, store, upload, post, newKey, now = Date.now }) {
  let sending;
  const listeners = new Set();
  const tell = (draft) => listeners.forEach((listener) => listener(draft));

  async function put(draft) {
    await store.put(draft);
    tell(draft);
    return draft;
  }

  /** Begins a draft of a form. Nothing is kept before the first `save`. */
  const begin = ({ form, title = '', path, method = 'POST', body = {}, after }) => ({
    id: newKey(), account, form, title, path, method, body, after, files: [], state: 'open', key: newKey(), at: now(),
  });

  /** Keeps what was filled in; it is not sent before `ready`. Content that changed after it was tried is another call. */
  async function save(draft) {
    Object.assign(draft, { state: 'open', why: undefined, errors: undefined });
    const text = JSON.stringify([draft.body, draft.files.map(({ id, at }) => [id, at])]);
    if (draft.tried !== undefined && draft.tried !== text) Object.assign(draft, { key: newKey(), tried: undefined });
    draft.at = now();
    return put(draft);
  }

  /** Adds a photo or another file, and keeps it. */
  async function addFile(draft, at, blob, name = blob.name || 'photo.jpg') {
    const file = { id: newKey(), at, name, blob, key: newKey() };
    draft.files.push(file);
    await save(draft);
    return file;
  }

  async function removeFile(draft, id) {
    draft.files = draft.files.filter((file) => file.id !== id);
    return save(draft);
  }

  /** The drafts of a form that were not sent yet, the newest first; all forms' where none is named. */
  async function list(form) {
    const drafts = (await store.all()).filter((draft) => draft.account === account && (!form || draft.form === form));
    return drafts.sort((a, b) => b.at - a.at);
  }

  async function get(id) {
    const draft = await store.get(id);
    return draft?.account === account ? draft : undefined;
  }

  async function remove(id) {
    if (await get(id)) await store.remove(id);
    tell();
  }

  /** Marks a draft as complete: from now on it is sent as soon as there is a connection. */
  async function ready(draft) {
    await save(draft);
    draft.state = 'ready';
    return put(draft);
  }

  /** Keeps how far the sending of a draft is, unless it was deleted or opened again meanwhile. */
  async function keepSending(draft) {
    if ((await get(draft.id))?.state !== 'ready') throw { status: 'changed' };
    return put(draft);
  }

  async function sendFiles(draft) {
    for (const file of draft.files) {
      if (file.attachment && now() - file.uploaded < UPLOADED_FOR) continue;
      // What the server may have deleted meanwhile is another upload.
      if (file.attachment) Object.assign(file, { attachment: undefined, key: newKey() });
      const made = await upload(file);
      Object.assign(file, { attachment: made.id, uploaded: now() });
      await keepSending(draft);
    }
  }

  async function sendOne(draft) {
    try {
      await sendFiles(draft);
      const body = filled(draft);
      // A body with other attachments is another call.
      const sent = JSON.stringify(body);
      if (draft.sent !== undefined && draft.sent !== sent) draft.key = newKey();
      const tried = JSON.stringify([draft.body, draft.files.map(({ id, at }) => [id, at])]);
      Object.assign(draft, { sent, tried });
      await keepSending(draft);
      const answer = await post(draft.path, { method: draft.method, body, key: draft.key });
      await store.remove(draft.id);
      Object.assign(draft, { state: 'sent', answer });
      tell(draft);
      return 'sent';
    } catch (failure) {
      if (failure.status === 'changed') return 'changed';
      if (passes(failure)) return 'offline';
      if (failure.status === 401) return 'log-in';
      Object.assign(draft, { state: 'refused', why: failure.message, errors: failure.errors, key: newKey(), tried: undefined, sent: undefined });
      await put(draft);
      return 'refused';
    }
  }

  async function sendEach(form) {
    const result = { sent: 0, refused: 0, waiting: 0, stopped: undefined };
    const drafts = (await list(form)).filter(({ state }) => state === 'ready').reverse();
    // Those that wait for another one come behind it, whatever their moments are.
    for (const { id, after } of [...drafts.filter((draft) => !draft.after), ...drafts.filter((draft) => draft.after)]) {
      if (after && (await get(after))) {
        result.waiting += 1;
        continue;
      }
      // Another tab may have sent it meanwhile.
      const draft = await get(id);
      if (draft?.state !== 'ready') continue;
      const came = result.stopped ? 'offline' : await sendOne(draft);
      if (came === 'sent' || came === 'refused') result[came] += 1;
      else if (came !== 'changed') {
        result.waiting += 1;
        result.stopped ??= came;
      }
    }
    return result;
  }

  /**
   * Sends what is ready, the oldest first, one after the other.
   * @param {string} [form]
   * @returns {Promise<{sent: number, refused: number, waiting: number, stopped?: 'offline'|'log-in'}>}
   */
  function send(form) {
    sending ??= sendEach(form).finally(() => {
      sending = undefined;
    });
    return sending;
  }

  /** Calls `listener(draft)` when a draft changes; without one when a draft was deleted. Gives the function that ends it. */
  function watch(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return { begin, save, addFile, removeFile, list, get, remove, ready, send, watch };
}
