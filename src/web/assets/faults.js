/**
 * What is wrong with a form, beside its fields.
 * @module
 */

/** Removes what was said of the fields before. */
export function clear(form) {
  form.querySelectorAll('.fault').forEach((p) => p.remove());
  form.querySelectorAll('[aria-invalid]').forEach((f) => {
    f.removeAttribute('aria-invalid');
    f.removeAttribute('aria-describedby');
  });
}

/** The field of a pointer such as `/contact/name`, by its name `contact.name`; else the first one below it. */
function byName(form, pointer) {
  const path = pointer.replace(/^\//, '').split('/').join('.');
  return [...form.elements].find((f) => f.name === path || (f.name && f.name.startsWith(`${path}.`)));
}

/**
 * Puts each fault beside its field, and the focus into the first. Those without a field come back as text.
 * @param {HTMLFormElement} form
 * @param {{pointer: string, detail: string}[]} errors
 * @param {(form: HTMLFormElement, pointer: string) => ?HTMLElement} [fieldOf]
 * @returns {string[]}
 */
export function show(form, errors, fieldOf = byName) {
  clear(form);
  const rest = [];
  let first;
  for (const { pointer, detail } of errors || []) {
    const field = fieldOf(form, pointer);
    if (!field || field.type === 'hidden') {
      rest.push(detail);
      continue;
    }
    const p = document.createElement('span');
    p.className = 'fault';
    p.id = `fault-${Math.random().toString(36).slice(2)}`;
    p.textContent = detail;
    field.setAttribute('aria-invalid', 'true');
    field.setAttribute('aria-describedby', p.id);
    // Under the names of the days, where several stand in a line.
    (field.closest('.days') ?? field).after(p);
    first ??= field;
  }
  first?.focus();
  return rest;
}
