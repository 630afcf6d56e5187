/**
 * Shows a secret that an answer holds, once, in place of all else: it is kept nowhere.
 * @module
 */
document.addEventListener('done', (event) => {
  const { id, address, secret = address } = event.detail || {};
  if (!secret) return;
  event.preventDefault();
  event.target.closest('dialog')?.close();
  const box = document.getElementById('secret');
  box.querySelector('[data-secret]').textContent = secret;
  const on = box.querySelector('[data-on]');
  on.href = on.dataset.on.replace('{id}', encodeURIComponent(id));
  for (const part of box.parentElement.children) part.hidden = part !== box;
  box.hidden = false;
  box.focus();
});
