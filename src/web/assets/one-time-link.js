/**
 * A page behind a one-time link: takes the token from the fragment, and out of the address bar.
 * @module
 */
import { notice } from './api.js';

const form = document.querySelector('form[data-one-time]');

/** Shows one part of the page in the place of the form. */
function only(id) {
  form.hidden = true;
  document.getElementById(id).hidden = false;
}

const token = new URLSearchParams(location.hash.slice(1)).get('token');
if (token) {
  form.elements.token.value = token;
  history.replaceState(null, '', location.pathname + location.search);
} else only('tokenless');

// A link that is over takes nothing any more: the way to another one stands in the place of the form.
form.addEventListener('refused', ({ detail }) => {
  if (!detail?.errors?.some(({ pointer }) => pointer === '/token')) return;
  notice();
  only('dead');
});
