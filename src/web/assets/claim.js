/**
 * The page of the one-time link: takes the token from the fragment, and out of the address bar.
 * @module
 */
const form = document.getElementById('claim');
const token = new URLSearchParams(location.hash.slice(1)).get('token');
if (token) {
  form.elements.token.value = token;
  history.replaceState(null, '', location.pathname + location.search);
} else {
  form.hidden = true;
  document.getElementById('tokenless').hidden = false;
}
form.addEventListener('refused', ({ detail }) => {
  const taken = detail?.errors?.some((e) => e.pointer === '/username') || detail?.code === 'username_taken';
  if (taken) {
    document.getElementById('another').hidden = false;
    form.elements.username.focus();
  }
});
