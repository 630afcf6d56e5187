/**
 * What one is writing is kept at the server, too, for another device of the same person. What this device has kept itself comes first.
 * @module
 */
import { call } from './api.js';

/** How long nothing must be typed before it is kept, milliseconds. */
const PAUSE = 1_500;
/** Of each stream: what is to be kept, as JSON, what is kept (null: not known), whether it is on its way, and what waits for the pause. */
const drafts = new Map();
const json = (body, quoted) => JSON.stringify({ body, reply_to: body ? quoted : undefined });
const draftOf = (stream) => {
  if (!drafts.has(stream)) drafts.set(stream, { wanted: json('', undefined), kept: null, busy: false, timer: 0 });
  return drafts.get(stream);
};

/** Keeps the latest text; one call at a time, so that none overtakes another. */
async function put(consultation, stream) {
  const draft = draftOf(stream);
  if (draft.busy || draft.wanted === draft.kept) return;
  draft.busy = true;
  const { wanted } = draft;
  try {
    await call(`/api/v1/consultations/${consultation}/draft`, { method: 'PUT', body: { stream, ...JSON.parse(wanted) } });
    draft.kept = wanted;
  } catch {
    // This device has it all the same; the next change tries again.
    return;
  } finally {
    draft.busy = false;
  }
  await put(consultation, stream);
}

/** Keeps a text after a pause; what was sent or emptied goes at once. */
export function save(consultation, stream, text, quoted) {
  const draft = draftOf(stream);
  clearTimeout(draft.timer);
  const body = text.trim() ? text : '';
  draft.wanted = json(body, quoted);
  if (body) draft.timer = setTimeout(() => put(consultation, stream), PAUSE);
  else put(consultation, stream);
}

/** Brings what was written elsewhere into a field in which nothing stands. */
export async function bring(consultation, stream, writer) {
  const { field } = writer;
  const { [stream]: draft } = await call(`/api/v1/consultations/${consultation}/draft`);
  if (!draft) return;
  const kept = json(draft.body, draft.reply_to);
  Object.assign(draftOf(stream), { kept });
  if (writer.has()) return;
  draftOf(stream).wanted = kept;
  field.value = draft.body;
  field.rows = Math.min(10, Math.max(2, draft.body.split('\n').length));
  if (draft.reply_to) writer.quote(draft.reply_to);
}
