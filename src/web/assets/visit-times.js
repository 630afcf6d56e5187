/**
 * Fields for day and time that mean Beijing time, whatever the clock of the device says: a field with `data-shanghai` is sent under that name as the
 * moment in UTC.
 * @module
 */

/**
 * The moment of a day and time in Asia/Shanghai, as the server takes it; nothing where none is said.
 * @param {string} value such as `2026-03-05T14:30`
 */
export function moment(value) {
  if (!value) return undefined;
  const at = new Date(`${value.length === 16 ? `${value}:00` : value}+08:00`);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Puts what the fields of a form mean into hidden ones, which are sent. */
export function fill(form) {
  form.querySelectorAll('[data-made]').forEach((field) => field.remove());
  for (const field of form.querySelectorAll('input[data-shanghai]')) {
    const value = moment(field.value);
    if (!value) continue;
    const made = document.createElement('input');
    Object.assign(made, { type: 'hidden', name: field.dataset.shanghai, value });
    made.dataset.made = '';
    form.append(made);
  }
}

if (typeof document !== 'undefined') document.addEventListener('submit', ({ target }) => fill(target), true);
