/**
 * The expert's page of the day: what happens on the spot is kept in the browser and sent as soon as there is a connection, one after the other for
 * each visit, with the moment of the device's clock. What was not sent yet stands at the top of the page.
 * @module
 */
import { newKey, say } from './api.js';
import { drafts, sendNow, showDrafts } from './offline-drafts-here.js';
import { calls, last } from './visit-calls.js';

const FORM = 'visit';
/** How long the place of the device is waited for, milliseconds. */
const PATIENCE = 10_000;
const visits = [...document.querySelectorAll('[data-visit]')];
const visitOf = (draft) => visits.find((one) => draft.path.startsWith(`/api/v1/engagements/${one.dataset.visit}/`));

/** Tells what became of something, at the head of its visit. */
function tell(visit, text, kind = '') {
  const line = visit.querySelector('[data-said]');
  [line.hidden, line.textContent, line.className] = [!text, text, `alert ${kind}`];
}
const cannot = (visit) => tell(visit, say('本机无法保存，离开本页会丢失。请检查浏览器的存储设置。', 'This device can’t keep it: leaving the page loses it. Check the browser’s storage.'), 'bad');

/** Where the device is; nothing where that can't be had. */
const place = () => new Promise((resolve) => {
  if (!window.isSecureContext || !navigator.geolocation) {
    resolve(undefined);
    return;
  }
  navigator.geolocation.getCurrentPosition(
    ({ coords: { latitude, longitude } }) => resolve({ latitude, longitude }),
    () => resolve(undefined),
    { timeout: PATIENCE, maximumAge: 60_000 },
  );
});

/** What a form holds. */
function typed(form) {
  const found = {};
  for (const field of form.elements) if (field.name) found[field.name] = field.type === 'checkbox' ? field.checked : field.value;
  return found;
}

/** Keeps calls of a visit, and sends them. */
async function hand(visit, what, fields, { located, file } = {}) {
  const now = new Date();
  const at = located ? await place() : undefined;
  const made = calls(what, visit.dataset.visit, fields, { now, newId: newKey, place: at });
  if (!made.length) return;
  let after = last(await drafts.list(FORM), visit.dataset.visit);
  for (const { path, body } of made) {
    const draft = drafts.begin({ form: FORM, title: visit.dataset.name, path, body, after });
    if (file) await drafts.addFile(draft, 'attachments', file);
    await drafts.ready(draft);
    after = draft.id;
  }
  tell(visit, say('已保存在本机，正在发送；没有网络时会自动重试。', 'Kept on this device and being sent; without a connection it is tried again by itself.'), 'warn');
  await sendNow(FORM);
}

for (const visit of visits) {
  for (const form of visit.querySelectorAll('form[data-call]')) {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const fields = typed(form);
      try {
        await hand(visit, form.dataset.call, fields, { located: fields.located });
        form.reset();
        // What happens once is not offered again.
        if (form.dataset.call === 'start') form.hidden = true;
        if (form.dataset.call === 'hold') form.dataset.call = 'minutes';
      } catch {
        cannot(visit);
      }
    });
    form.querySelector('[data-photo]')?.addEventListener('change', async ({ target }) => {
      const [file] = target.files;
      target.value = '';
      if (file) await hand(visit, 'photo', {}, { file }).catch(() => cannot(visit));
    });
  }
}

drafts.watch((draft) => {
  const visit = draft?.form === FORM && visitOf(draft);
  if (!visit) return;
  if (draft.state === 'sent') tell(visit, say('已发送，服务器已登记。', 'Sent; the server has it.'), 'good');
  if (draft.state === 'refused') tell(visit, say(`未被接受：${draft.why}`, `Not accepted: ${draft.why}`), 'bad');
});
showDrafts(document.getElementById('unsent'), FORM, (draft) => visitOf(draft)?.scrollIntoView());
