/**
 * The page of one's account's security: sets up an authenticator app, shows recovery codes. Secrets are shown once and kept nowhere.
 * @module
 */
import { call, explain, notice } from './api.js';

const by = (id) => document.getElementById(id);
const on = (name, act) =>
  document.querySelector(`[data-${name}]`)?.addEventListener('click', async ({ currentTarget: button }) => {
    notice();
    button.disabled = true;
    try {
      await act();
    } catch (error) {
      notice(...explain(error));
    } finally {
      button.disabled = false;
    }
  });

function show(box) {
  box.hidden = false;
  box.focus();
}

/** Shows the codes in place of all else. */
function showCodes(codes) {
  const line = (code) => {
    const item = document.createElement('li');
    item.append(Object.assign(document.createElement('code'), { textContent: code }));
    return item;
  };
  by('codes').querySelector('[data-list]').replaceChildren(...codes.map(line));
  for (const card of document.querySelectorAll('section.card:not(#codes), .alert.noprint')) card.hidden = true;
  show(by('codes'));
}

on('begin', async () => {
  const made = await call('/api/v1/me/totp', { method: 'POST' });
  by('qr').src = URL.createObjectURL(new Blob([made.qr_svg], { type: 'image/svg+xml' }));
  by('secret').textContent = made.secret.match(/.{1,4}/g).join(' ');
  show(by('set-up'));
  by('confirm').elements.code.value = '';
});
by('confirm').addEventListener('done', (event) => {
  event.preventDefault();
  showCodes(event.detail.recovery_codes);
});
on('codes', async () => showCodes((await call('/api/v1/me/totp/recovery-codes', { method: 'POST' })).recovery_codes));
on('remove', async () => show(by('sure')));
on('keep', async () => {
  by('sure').hidden = true;
});
on('sure', async () => {
  await call('/api/v1/me/totp', { method: 'DELETE' });
  location.reload();
});
on('print', async () => print());
for (const button of document.querySelectorAll('[data-link], [data-unlink]')) {
  button.addEventListener('click', async () => {
    notice();
    try {
      const { link, unlink } = button.dataset;
      if (unlink) {
        await call(`/api/v1/me/identities/${unlink}`, { method: 'DELETE' });
        location.reload();
      } else {
        const { location: provider } = await call(`/api/v1/me/identities/${link}?next=${location.pathname}`, { method: 'POST' });
        location.assign(provider);
      }
    } catch (error) {
      notice(...explain(error));
    }
  });
}
