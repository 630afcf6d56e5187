/**
 * The page of a one-time link: takes the token from the fragment, and out of the address bar; shows what is behind it, as text and never
 * as markup; and gives the token to the page's forms, of which one confirms and one declines.
 * @module
 */
import { call, explain, language, notice } from './api.js';

const page = document.getElementById('link');
const forms = [...page.querySelectorAll('form')];
const token = new URLSearchParams(location.hash.slice(1)).get('token');

/** Shows one part of the page in the place of the forms. */
function only(id) {
  for (const form of forms) form.hidden = true;
  document.getElementById('asked').hidden = true;
  document.getElementById(id).hidden = false;
}

/** Fills in what is known; what is not known is left out. */
function fill(facts) {
  const moment = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'Asia/Shanghai' });
  for (const place of page.querySelectorAll('[data-fact]')) {
    const value = facts[place.dataset.fact];
    place.parentElement.hidden = !value;
    place.textContent = value && 'moment' in place.dataset ? moment.format(new Date(value)) : value || '';
  }
  document.getElementById('asked').hidden = false;
}

async function open() {
  for (const form of forms) form.elements.token.value = token;
  history.replaceState(null, '', location.pathname + location.search);
  try {
    const facts = await call(page.dataset.inspect, { method: 'POST', body: { token } });
    if (facts.state === 'superseded') {
      only('ended');
      return;
    }
    fill(facts);
    for (const form of forms) form.hidden = false;
  } catch (error) {
    if (error.problem?.status === 422) only('dead');
    else notice(...explain(error));
  }
}

// What is done ends both forms.
for (const form of forms) form.addEventListener('done', () => forms.forEach((other) => { other.hidden = true; }));
if (token) open();
else only('tokenless');
