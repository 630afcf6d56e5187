/**
 * What the keys of the inbox of signals do, without the page: which row is next, which call a step is, how it is undone.
 * @module
 */

/** The paths of the steps. */
const PATH = '/api/v1/signals';

/**
 * The row that is next in a direction; the first or the last where none is chosen yet.
 * @param {number} rows how many rows there are
 * @param {number} at the chosen row, -1 for none
 * @param {number} by 1 or -1
 */
export function next(rows, at, by) {
  if (rows === 0) return -1;
  if (at < 0) return by > 0 ? 0 : rows - 1;
  return Math.min(Math.max(at + by, 0), rows - 1);
}

/**
 * The call of a step.
 * @param {string} step `triage`, `dismiss` or `match`
 * @param {{id: string, version: number}} row
 * @param {Record<string, string>} given what was filled in
 */
export function call(step, row, given = {}) {
  const body = { version: row.version };
  for (const [name, value] of Object.entries(given)) if (value.trim()) body[name] = value.trim();
  return { path: `${PATH}/${encodeURIComponent(row.id)}/${step}`, body };
}

/**
 * The call that undoes a step; nothing where it can only be done anew: a match of nothing is none.
 * @param {{step: string, id: string, before: {kind: string, region: string}}} done
 */
export function undo(done) {
  const path = `${PATH}/${encodeURIComponent(done.id)}`;
  if (done.step === 'triage' || done.step === 'dismiss') return { path: `${path}/reopen`, body: {} };
  if (done.step !== 'match' || !done.before.kind) return undefined;
  const body = { product_kind: done.before.kind };
  if (done.before.region) body.region = done.before.region;
  return { path: `${path}/match`, body };
}

/** Whether what was filled in for a step is enough. */
export function enough(step, given) {
  if (step === 'dismiss') return Boolean(given.reason?.trim());
  if (step === 'match') return Boolean(given.product_kind?.trim());
  return true;
}
