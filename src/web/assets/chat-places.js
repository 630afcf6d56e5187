/**
 * Forms that begin with one of several places, such as the actions of a piece of advice.
 * @module
 */

const known = new WeakSet();

/** The places of the button's form. Those behind the first go again when the form is emptied. */
function placesOf(button) {
  const places = () => [...button.form.querySelectorAll(button.dataset.more)];
  if (!known.has(button.form)) {
    known.add(button.form);
    button.form.addEventListener('reset', () => {
      places().forEach((place, n) => { place.hidden = n > 0; });
      button.hidden = false;
    });
  }
  return places();
}

/** Shows the places in which something stands. */
export function show(button) {
  for (const place of placesOf(button)) if ([...place.querySelectorAll('textarea')].some((f) => f.value)) place.hidden = false;
}

/** Opens the next one. */
export function open(button) {
  const places = placesOf(button);
  const next = places.find((place) => place.hidden);
  if (!next) return;
  next.hidden = false;
  next.querySelector('select, textarea').focus();
  button.hidden = !places.some((place) => place.hidden);
}
