/**
 * Certificates of an application, on the page of its one-time link: uploaded one after the other with the link's token, listed, removed.
 * @module
 */
import { call, explain, language, newKey, notice, say } from './api.js';
import { make } from './make.js';

const box = document.getElementById('certificates');
const [list, picker] = [box.querySelector('ul'), box.querySelector('input[type=file]')];
const token = new URLSearchParams(location.hash.slice(1)).get('token');
let [most, mostBytes] = [0, 0];

const size = (bytes) => (bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);

function line(certificate, file) {
  const row = make('li', '', { class: 'file' });
  if (file?.type.startsWith('image/')) {
    const image = make('img', '', { class: 'thumb', alt: '' });
    image.src = URL.createObjectURL(file);
    row.append(image);
  }
  const text = make('div');
  text.append(make('span', certificate.name, { class: 'file-name' }), make('small', ` ${size(certificate.size)} · ${say('已上传', 'uploaded')}`));
  const drop = make('button', say('移除', 'Remove'), { type: 'button', class: 'link', 'aria-label': `${say('移除', 'Remove')} ${certificate.name}` });
  drop.addEventListener('click', async () => {
    drop.disabled = true;
    try {
      await call('/api/v1/expert-applications/certificates/remove', { method: 'POST', body: { token, id: certificate.id }, key: newKey() });
      row.remove();
      notice();
    } catch (error) {
      drop.disabled = false;
      notice(...explain(error));
    }
  });
  row.append(text, drop);
  list.append(row);
}

async function add(file) {
  if (file.size > mostBytes) throw new Error(say(`${file.name} 超过 ${size(mostBytes)} 的上限`, `${file.name} is larger than ${size(mostBytes)}`));
  const data = new FormData();
  data.append('token', token);
  data.append('file', file, file.name);
  const headers = { 'Accept-Language': language, 'Idempotency-Key': newKey() };
  const answer = await fetch('/api/v1/expert-applications/certificates', { method: 'POST', headers, body: data });
  const made = await answer.json();
  if (!answer.ok) throw new Error(`${file.name}${say('：', ': ')}${made.errors?.[0]?.detail ?? made.detail ?? answer.status}`);
  line(made, file);
}

picker.addEventListener('change', async () => {
  const files = [...picker.files];
  picker.value = '';
  picker.disabled = true;
  box.setAttribute('aria-busy', 'true');
  notice();
  try {
    for (const file of files) await add(file);
  } catch (error) {
    notice(error.message, { bad: true });
  } finally {
    picker.disabled = false;
    box.removeAttribute('aria-busy');
  }
});

async function open() {
  const facts = await call('/api/v1/expert-applications/inspect', { method: 'POST', body: { token } });
  [most, mostBytes] = [facts.most_certificates, facts.most_certificate_bytes];
  box.querySelector('[data-limits]').textContent = say(`最多 ${most} 份，每份不超过 ${size(mostBytes)}，图片或 PDF。`, `At most ${most}, each up to ${size(mostBytes)}: pictures or PDF.`);
  for (const certificate of facts.certificates) line(certificate);
  box.hidden = false;
}

// A link that is no longer good is told by the page itself.
if (token) open().catch(() => {});
for (const form of document.querySelectorAll('#link form')) form.addEventListener('done', () => { box.hidden = true; });
