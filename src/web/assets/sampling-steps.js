/**
 * What a filled-in form of a sampling says to the server, and how it is kept as it stands.
 * @module
 */

/** What the fields of a form hold, as they stand; those that do not go with the choice are left out. */
export function typed(form) {
  const fields = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled || field.type === 'file' || 'made' in field.dataset) continue;
    if (field.type === 'radio' || field.type === 'checkbox') fields[`${field.name}=${field.value}`] = field.checked;
    else fields[field.name] = field.value;
  }
  return fields;
}

/** Puts what was kept back into the fields. */
export function restore(form, fields) {
  for (const field of form.elements) {
    if (!field.name || field.type === 'file' || 'made' in field.dataset) continue;
    const choice = field.type === 'radio' || field.type === 'checkbox';
    const value = fields[choice ? `${field.name}=${field.value}` : field.name];
    if (value === undefined) continue;
    if (choice) field.checked = value;
    else field.value = value;
  }
  form.dispatchEvent(new CustomEvent('restored'));
}

/**
 * The moment that a field for day and time says, by the clock of the device, as the server takes it.
 * @param {string} value such as `2026-03-05T14:30`
 */
export const happened = (value) => new Date(value).toISOString().replace(/\.\d+Z$/, 'Z');

/**
 * The steps that a form says: what happened, and the sealing behind the taking of a sample.
 * @param {{step: string, reason?: string, note?: string, sample?: object, seals?: string[], reserve_kept_at?: string}} body
 * @param {string} occurred_at
 * @returns {object[]}
 */
export function steps({ step, reason, note, sample, seals, reserve_kept_at }, occurred_at) {
  const common = note ? { occurred_at, note } : { occurred_at };
  const seal = { step: 'seal', seals, ...(reserve_kept_at ? { reserve_kept_at } : {}) };
  if (step === 'seal') return [{ ...seal, ...common }];
  if (step !== 'sample') return [{ step, ...(reason ? { reason } : {}), ...common }];
  return [{ step, sample, ...common }, ...(seals?.length ? [{ ...seal, occurred_at }] : [])];
}
