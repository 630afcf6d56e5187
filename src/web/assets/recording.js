/**
 * The recordings of an inspection: the chains are checked in the browser against the manifest, the film is played segment by segment once a
 * reason was given, and the bytes of what is shown as an original are hashed.
 * @module
 */
import { call, explain, notice, say, told } from './api.js';
import { hashAt } from './hashing.js';
import { judge } from './recording-chain.js';

const page = document.querySelector('[data-recording]');
const inspection = page.dataset.recording;
const words = {
  unbroken: say('哈希链完整', 'the chain is unbroken'),
  incomplete: say('分段不全', 'segments are missing'),
  broken: say('哈希链断裂', 'the chain is broken'),
  empty: say('没有分段', 'no segments'),
};
const tones = { unbroken: 'good', incomplete: 'warn', broken: 'bad', empty: 'none' };

let manifest;
let view;

const line = (recording) => page.querySelector(`[data-verdict="${recording.id}"]`);

/** Says what the browser found, beside what the server says. */
function tell(recording, text, tone) {
  const box = line(recording);
  if (!box) return;
  box.textContent = text;
  box.className = `tag ${tone}`;
}

async function verify() {
  manifest = await call(`/api/v1/inspections/${inspection}/recordings/manifest`);
  for (const recording of manifest.recordings) {
    const { state, missing, broken } = judge(recording);
    const which = [...broken, ...missing].slice(0, 10).join('、');
    tell(recording, say(`浏览器核对：${words[state]}${which ? `（第 ${which} 段）` : ''}`, `checked by the browser: ${words[state]}${which ? ` (${which})` : ''}`), tones[state]);
  }
}

const address = (segment) => `/api/v1/recordings/segments/${segment.id}/content?view=${view.id}`;

/** Hashes the bytes of all originals that are open to the reader. */
async function verifyBytes(button) {
  button.disabled = true;
  const progress = page.querySelector('[data-hashing]');
  const bar = progress.querySelector('progress');
  progress.hidden = false;
  try {
    for (const recording of manifest.recordings) {
      const open = recording.segments.filter(({ rendition }) => rendition === 'original');
      const wrong = [];
      [bar.max, bar.value] = [open.length || 1, 0];
      for (const segment of open) {
        if ((await hashAt(address(segment))) !== segment.sha256) wrong.push(segment.seq);
        bar.value += 1;
      }
      const { state } = judge(recording);
      if (wrong.length) tell(recording, say(`第 ${wrong.join('、')} 段的内容与哈希值不符`, `segments ${wrong.join(', ')} are not what their hashes say`), 'bad');
      else if (open.length) tell(recording, say(`已核对 ${open.length} 段的内容，${words[state]}`, `${open.length} segments hashed; ${words[state]}`), tones[state]);
    }
  } catch (error) {
    notice(...explain(error));
  }
  progress.hidden = true;
  button.disabled = false;
}

/* The player */

const film = page.querySelector('[data-film]');
const photo = page.querySelector('[data-photo]');
const caption = page.querySelector('[data-now]');

function show(recording, at) {
  const segment = recording.segments[at];
  if (!segment) return;
  if (!segment.rendition) {
    caption.textContent = say(`第 ${segment.seq} 段没有模糊处理版，不对您开放`, `Segment ${segment.seq} has no blurred rendition and is not open to you`);
    return;
  }
  const still = segment.content_type.startsWith('image/');
  [film.hidden, photo.hidden] = [still, !still];
  (still ? photo : film).src = address(segment);
  caption.textContent = [
    say(`第 ${segment.seq} 段`, `segment ${segment.seq}`),
    new Date(segment.starts_at).toLocaleString(document.documentElement.lang, { timeZone: 'Asia/Shanghai' }),
    segment.rendition === 'blurred' ? say('模糊处理版', 'blurred') : say('原始录像', 'original'),
  ].join(' · ');
  if (still) return;
  film.onended = () => show(recording, at + 1);
  film.play().catch(() => {});
}

const form = page.querySelector('[data-view]');
form?.addEventListener('submit', async (event) => {
  event.preventDefault();
  notice();
  try {
    view = await call(`/api/v1/inspections/${inspection}/recordings/views`, { method: 'POST', body: { reason: form.elements.reason.value } });
    form.hidden = true;
    page.querySelector('[data-player]').hidden = false;
    for (const button of page.querySelectorAll('[data-play]')) button.disabled = false;
  } catch (error) {
    notice(...explain(error));
  }
});
for (const button of page.querySelectorAll('[data-play]')) {
  button.addEventListener('click', () => {
    const recording = manifest?.recordings.find(({ id }) => id === button.dataset.play);
    const at = recording?.segments.findIndex(({ seq }) => seq === Number(button.dataset.seq || recording.segments[0]?.seq));
    if (recording) show(recording, Math.max(0, at));
  });
}
page.querySelector('[data-verify]')?.addEventListener('click', ({ currentTarget }) => verifyBytes(currentTarget));

/* Custody */

/** A moment that was filled in as Beijing time; nothing where nothing was. */
const moment = (text) => (text ? `${text.length === 16 ? `${text}:00` : text}+08:00` : null);

page.querySelector('[data-custody]')?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { elements } = event.target;
  const text = (name) => elements[name]?.value.trim() || null;
  const body = {
    part: text('part'),
    step: text('step'),
    at: moment(text('at')),
    began_at: moment(text('began_at')),
    seals: (text('seals') || '').split(/[\s,，、]+/).filter(Boolean),
    seals_whole: elements.seals_whole.checked,
  };
  for (const name of ['giver', 'taker', 'place', 'reason', 'witness', 'recording']) body[name] = text(name);
  try {
    await call(`/api/v1/inspections/${inspection}/custody`, { method: 'POST', body });
    location.reload();
  } catch (error) {
    const line = event.target.querySelector('[role=alert]');
    line.textContent = told(explain(error)[0], (error.problem?.errors || []).map(({ detail }) => detail));
    line.hidden = false;
  }
});

page.querySelector('[data-external]')?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { elements } = event.target;
  const body = {
    system: elements.system.value.trim(),
    reference: elements.reference.value.trim(),
    from: moment(elements.from.value),
    until: moment(elements.until.value),
    shots: [...event.target.querySelectorAll('[name=shot]:checked')].map(({ value }) => value),
  };
  try {
    await call(`/api/v1/inspections/${inspection}/recordings/external`, { method: 'POST', body });
    location.reload();
  } catch (error) {
    const line = event.target.querySelector('[role=alert]');
    line.textContent = told(explain(error)[0], (error.problem?.errors || []).map(({ detail }) => detail));
    line.hidden = false;
  }
});

verify().catch((error) => notice(...explain(error)));
