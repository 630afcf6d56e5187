/**
 * The page of an invitation's link: takes the token from the fragment, and out of the address bar.
 * @module
 */
const form = document.getElementById('invited');
const token = new URLSearchParams(location.hash.slice(1)).get('token');
if (token) {
  form.elements.token.value = token;
  history.replaceState(null, '', location.pathname + location.search);
} else {
  form.hidden = true;
  document.getElementById('tokenless').hidden = false;
}
