/**
 * Forms of inspections: further lines of a list, parts that depend on a choice, lists written a line for each item, amounts of money.
 *
 * A button with `data-more` shows the next hidden line that its selector finds. A part with `data-when="name=one|other"` shows, and is sent,
 * while the form's field `name` has one of these values. A `textarea` with `data-lines` is sent as a list. A field with `data-yuan` is sent in fen under that name.
 * @module
 */

/** The value that a choice of a form has; of radio buttons that of the chosen one. */
const chosen = (form, name) => {
  const field = form.elements[name];
  return field?.value ?? '';
};

/** Shows the parts of a form that go with what is chosen, and leaves the others out of what is sent. */
export function fit(form) {
  const parts = [...form.querySelectorAll('[data-when]')];
  for (const part of parts) {
    const [name, values] = part.dataset.when.split('=');
    part.hidden = !values.split('|').includes(chosen(form, name));
  }
  // A part within a part goes by both.
  for (const field of parts.flatMap((part) => [...part.querySelectorAll('input, select, textarea')])) {
    field.disabled = Boolean(field.closest('[data-when][hidden]'));
  }
}

/**
 * The lines of a text, without blank ones.
 * @param {string} text
 * @returns {string[]}
 */
export const lines = (text) => text.split(/[\n；;、]/).map((line) => line.trim()).filter(Boolean);

/**
 * An amount in yuan as fen; NaN where it is none.
 * @param {string} text
 * @returns {number}
 */
export function fen(text) {
  const found = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(text.trim());
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : NaN;
}

/** Puts what is sent in place of what was typed, as hidden fields beside. */
export function fill(form) {
  form.querySelectorAll('[data-made]').forEach((field) => field.remove());
  const put = (beside, name, value, type = 'text') => {
    const field = document.createElement('input');
    Object.assign(field, { type: 'hidden', name, value });
    [field.dataset.made, field.dataset.type] = ['', type];
    beside.after(field);
  };
  for (const area of form.querySelectorAll('textarea[data-lines]')) {
    if (!area.disabled) lines(area.value).forEach((line, n) => put(area, `${area.dataset.lines}.${n}`, line));
  }
  for (const field of form.querySelectorAll('input[data-yuan]')) {
    const amount = fen(field.value);
    if (!field.disabled && !Number.isNaN(amount)) put(field, field.dataset.yuan, amount, 'number');
  }
}

/** Makes a form of this kind work. */
export function watch(form) {
  fit(form);
  form.addEventListener('change', () => fit(form));
  form.addEventListener('restored', () => fit(form));
  for (const more of form.querySelectorAll('button[data-more]')) {
    const next = () => form.querySelector(`${more.dataset.more}[hidden]`);
    more.hidden = !next();
    more.addEventListener('click', () => {
      const line = next();
      if (!line) return;
      line.hidden = false;
      line.querySelector('input, select, textarea')?.focus();
      more.hidden = !next();
    });
  }
  // A line that holds something shows.
  const open = () => form.querySelectorAll('[data-line-of][hidden]').forEach((line) => {
    if ([...line.querySelectorAll('input:not([type=hidden]):not([type=checkbox]), textarea')].some((field) => field.value)) line.hidden = false;
  });
  open();
  form.addEventListener('restored', open);
}

for (const form of document.querySelectorAll('form[data-inspection]')) watch(form);
document.addEventListener('submit', ({ target }) => target.matches('form[data-inspection]') && fill(target), true);
