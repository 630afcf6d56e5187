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
  // What is typed as Beijing time or in yuan is sent by a hidden field; the person sees the one that was typed into.
  const name = (f) => f.dataset?.shanghai || f.dataset?.moment || f.dataset?.yuan || f.dataset?.lines || f.name;
  const shown = [...form.elements].filter((f) => !('made' in (f.dataset ?? {})) && !('line' in (f.dataset ?? {})));
  return shown.find((f) => name(f) === path) ?? shown.find((f) => name(f)?.startsWith(`${path}.`)) ?? shown.find((f) => f.dataset?.lines && path.startsWith(`${f.dataset.lines}.`));
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
