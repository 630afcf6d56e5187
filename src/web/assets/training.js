/**
 * Trainings: moments that are typed in Beijing time, and the code for attendance, which is loaded again as it changes.
 * @module
 */

/** How often the code is loaded again, milliseconds: it changes each minute. */
const PAUSE = 15_000;

/**
 * A moment that was typed in Beijing time, as the API takes it.
 * @param {string} typed as a field of the type `datetime-local` has it
 */
export const moment = (typed) => (/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(typed) ? `${typed.slice(0, 16)}:00+08:00` : '');

if (globalThis.document) {
  for (const field of document.querySelectorAll('[data-moment]')) {
    const put = () => { field.form.elements[field.dataset.moment].value = moment(field.value); };
    for (const event of ['input', 'change']) field.addEventListener(event, put);
    put();
  }
  const picture = document.querySelector('[data-code]');
  if (picture) setInterval(() => { picture.src = `${picture.dataset.code}?at=${Date.now()}`; }, PAUSE);
}
