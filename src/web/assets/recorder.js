/**
 * A recording on its way: segments are hashed, chained and kept in the browser as they are made, and sent in their order when there is a
 * connection. What the server refuses stays here and says why.
 *
 * A recording that is kept: `{id, account, inspection, nonce, device, count, last, ended, title}`. A segment: `{key, recording, seq, sha256,
 * previous_sha256, starts_at, duration_ms, place, shots, blob, name, attachment, refused}`.
 * @module
 */
import { link } from './recording-chain.js';

/** Whether trying again can help: no connection, or a server that is busy or starting. */
const passes = (error) => !error.problem || error.problem.status >= 500 || error.problem.status === 429;

/** Whether the server does not have the uploaded file any more. */
const lost = (error) => error.problem?.status === 422 && (error.problem.errors || []).some(({ pointer }) => pointer === '/attachment');

/**
 * The recordings of one account on this device.
 * @param {{account: string, device: string, store: object, call: Function, upload: Function, hash: (blob: Blob) => Promise<string>,
 *   now?: () => number}} given `store` keeps recordings and segments, `call` calls the API, `upload` gives the attachment of a file
 */
export function recorder({ account, device, store, call, upload, hash, now = Date.now }) {
  let turn = Promise.resolve();
  let sending;

  /** Asks the server for a nonce. Needs a connection: without one no recording can begin. */
  async function begin(inspection, channel) {
    const body = { device_id: device, device_time: new Date(now()).toISOString() };
    if (channel) body.channel = channel;
    const { recording, required } = await call(`/api/v1/inspections/${inspection}/recordings`, { method: 'POST', body });
    const kept = { id: recording.id, account, inspection, device, nonce: recording.nonce, words: recording.words, last: { seq: 0, sha256: recording.nonce }, ended: false };
    await store.putRecording(kept);
    return { kept, recording, required };
  }

  /** Keeps a segment: one after the other, so that each names the one before. */
  function add(kept, blob, { startsAt, duration, place, shots = [], name }) {
    turn = turn.catch(() => {}).then(async () => {
      const made = link(kept.last, await hash(blob));
      await store.putSegment({
        ...made, key: `${kept.id}/${String(made.seq).padStart(6, '0')}`, recording: kept.id, starts_at: new Date(startsAt).toISOString(),
        duration_ms: Math.round(duration), place, shots: [...shots], blob, name,
      });
      kept.last = { seq: made.seq, sha256: made.sha256 };
      await store.putRecording(kept);
      return made;
    });
    return turn;
  }

  /** Ends a recording, once what is being kept is kept. */
  async function end(kept) {
    await turn.catch(() => {});
    kept.ended = true;
    await store.putRecording(kept);
  }

  async function sendSegment(kept, segment, again = true) {
    if (!segment.attachment) {
      const { id } = await upload(segment.blob, segment.name);
      segment.attachment = id;
      await store.putSegment(segment);
    }
    const { seq, sha256, previous_sha256, starts_at, duration_ms, place, shots, attachment } = segment;
    const body = { device_id: kept.device, seq, sha256, previous_sha256, starts_at, duration_ms, place: place || null, shots, attachment };
    try {
      await call(`/api/v1/recordings/${kept.id}/segments`, { method: 'POST', body });
    } catch (error) {
      if (!again || !lost(error) || !segment.blob) throw error;
      segment.attachment = undefined;
      await sendSegment(kept, segment, false);
      return;
    }
    await store.removeSegment(segment.key);
  }

  async function sendOne(kept, sent) {
    let refused = 0;
    for (const segment of await store.segments(kept.id)) {
      if (segment.refused) {
        refused += 1;
        continue;
      }
      try {
        await sendSegment(kept, segment);
      } catch (error) {
        if (passes(error) || error.problem.status === 401) throw error;
        segment.refused = [error.message, ...(error.problem.errors || []).map(({ detail }) => detail)].join(' ');
        await store.putSegment(segment);
        refused += 1;
      }
      sent();
    }
    // What was added meanwhile goes with the next call.
    const fresh = await store.recording(kept.id);
    if (!fresh?.ended || (await store.segments(kept.id)).length > refused) return;
    await call(`/api/v1/recordings/${kept.id}/close`, { method: 'POST', body: { device_id: fresh.device, segments: fresh.last.seq } });
    if (!refused) await store.removeRecording(kept.id);
    else await store.putRecording({ ...fresh, closed: true });
  }

  /**
   * Sends what is kept, one call at a time; a second call waits for the first.
   * @param {() => void} [sent] learns of each segment that is gone
   * @returns {Promise<boolean>} whether all of it is gone
   */
  function send(sent = () => {}) {
    sending ??= (async () => {
      try {
        for (const kept of await mine()) if (!kept.closed) await sendOne(kept, sent);
        return !(await mine()).length;
      } finally {
        sending = undefined;
      }
    })();
    return sending;
  }

  const mine = async () => (await store.recordings()).filter((kept) => kept.account === account);

  /** What is kept here: recordings, and segments that were not sent yet, those that were refused apart. */
  async function waiting() {
    const list = [];
    for (const kept of await mine()) {
      const segments = await store.segments(kept.id);
      list.push({ kept, waiting: segments.filter((s) => !s.refused).length, refused: segments.filter((s) => s.refused) });
    }
    return list;
  }

  return { begin, add, end, send, waiting };
}
