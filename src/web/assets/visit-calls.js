/**
 * What an expert notes on the spot, as calls of the API. No page is needed for it.
 * @module
 */

const some = (text) => text?.trim() || undefined;

/** A moment as the server takes it. */
export const stamp = (at) => at.toISOString().replace(/\.\d+Z$/, 'Z');

/**
 * The calls that a form says, in their order. Each has an id of its own, so that the same one sent twice is one.
 * @param {'start'|'finding'|'photo'|'hold'|'minutes'} what
 * @param {string} visit id of the visit
 * @param {object} typed what was filled in, by the names of the fields
 * @param {{now: Date, newId: () => string, place?: {latitude: number, longitude: number}}} given
 * @returns {{path: string, body: object}[]}
 */
export function calls(what, visit, typed, { now, newId, place }) {
  const path = `/api/v1/engagements/${visit}`;
  const event = (step, more = {}) => ({ path: `${path}/events`, body: { step, client_id: newId(), ...more } });
  const minutes = () => (some(typed.text) ? [event('write_minutes', { text: typed.text.trim() })] : []);
  switch (what) {
    case 'start':
      return [event('start', { device_at: stamp(now), ...place })];
    case 'hold':
      return [event('hold', { device_at: stamp(now) }), ...minutes()];
    case 'minutes':
      return minutes();
    case 'photo':
      return [{ path: `${path}/photos`, body: {} }];
    default: {
      const imminent = Boolean(typed.imminent);
      const body = {
        item: typed.item.trim(), cause: some(typed.cause), advice: typed.advice.trim(), nonconformity_id: some(typed.nonconformity_id),
        hazard: Boolean(typed.hazard) || imminent, imminent, client_id: newId(),
      };
      return [{ path: `${path}/findings`, body }];
    }
  }
}

/**
 * Behind which of the drafts of a visit a new one is sent: the last of them that was not sent yet.
 * @param {{id: string, path: string, at: number}[]} drafts
 * @param {string} visit
 */
export function last(drafts, visit) {
  const of = drafts.filter(({ path }) => path.startsWith(`/api/v1/engagements/${visit}/`));
  const before = new Set(of.map(({ after }) => after).filter(Boolean));
  return of.filter(({ id }) => !before.has(id)).sort((a, b) => b.at - a.at)[0]?.id;
}
