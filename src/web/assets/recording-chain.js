/**
 * The chain of a recording: each segment names the SHA-256 of the one before, the first one the nonce. The same rules as at the server
 * (`recordings/chain.rs`), so that whoever looks need not believe the server.
 * @module
 */

/**
 * A segment in the manifest of a recording.
 * @typedef {{seq: number, sha256: string, previous_sha256: string}} Segment
 */

/**
 * Judges what a manifest says of one recording.
 * @param {{nonce: string, declared_segments: ?number, segments: Segment[]}} recording
 * @returns {{state: string, missing: number[], broken: number[]}}
 */
export function judge({ nonce, declared_segments: declared, segments }) {
  const sorted = [...segments].sort((a, b) => a.seq - b.seq);
  const [missing, broken] = [[], []];
  let before = { seq: 0, sha256: nonce };
  for (const segment of sorted) {
    for (let seq = before.seq + 1; seq < segment.seq; seq += 1) missing.push(seq);
    if (segment.seq === before.seq + 1 && segment.previous_sha256 !== before.sha256) broken.push(segment.seq);
    before = segment;
  }
  for (let seq = before.seq + 1; seq <= (declared ?? 0); seq += 1) missing.push(seq);
  let state = 'unbroken';
  if (!sorted.length) state = 'empty';
  else if (broken.length) state = 'broken';
  else if (missing.length || declared === null || declared === undefined) state = 'incomplete';
  return { state, missing, broken };
}

/**
 * The next segment of a chain that a device makes.
 * @param {{seq: number, sha256: string}} last the segment before; `{ seq: 0, sha256: nonce }` before the first
 * @param {string} sha256 of the bytes of the new one
 */
export const link = (last, sha256) => ({ seq: last.seq + 1, sha256, previous_sha256: last.sha256 });
