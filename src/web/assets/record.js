/**
 * The page on which a phone records a sampling. Over https the camera films in segments of some seconds; elsewhere films and photos that the
 * phone's own camera takes become the segments.
 * @module
 */
import { call, explain, newKey, notice, say } from './api.js';
import { hashOf } from './hashing.js';
import { recorder } from './recorder.js';
import { recorderStore } from './recorder-store.js';
import { uploadInParts } from './upload-parts.js';

/** How long a segment is, milliseconds. */
const SEGMENT = 10_000;
/** How long to wait before sending again, milliseconds. */
const PAUSE = 15_000;

const page = document.querySelector('[data-record]');
const part = (name) => page.querySelector(`[data-${name}]`);
const live = Boolean(window.isSecureContext && navigator.mediaDevices && window.MediaRecorder);

/** The id that this device gives itself, once. */
function device() {
  let id = localStorage.getItem('zerodesk-device');
  if (!id) localStorage.setItem('zerodesk-device', (id = newKey()));
  return id;
}

const upload = (blob, name) => uploadInParts(blob, { name, signal: new AbortController().signal, began: () => {}, sent: () => {} });
const recordings = recorder({ account: document.documentElement.dataset.account, device: device(), store: recorderStore, call, upload, hash: hashOf });

let current;
let place = null;
let stream;
let stopped = true;

const shots = () => [...page.querySelectorAll('[name=shot]:checked')].map(({ value }) => value);

let watching = false;
function watchPlace() {
  if (watching || !window.isSecureContext || !navigator.geolocation) return;
  watching = true;
  navigator.geolocation.watchPosition(
    ({ coords: { latitude, longitude, accuracy } }) => {
      place = { latitude, longitude, accuracy };
      part('place').textContent = say(`定位精度约 ${Math.round(accuracy)} 米`, `place within ${Math.round(accuracy)} m`);
    },
    () => {
      place = null;
      part('place').textContent = say('没有定位，将注明“无定位”', 'no place; that will be noted');
    },
    { enableHighAccuracy: true, maximumAge: 10_000 },
  );
}

/** Segments that this page has handed over. */
let sent = 0;

async function showWaiting() {
  const list = await recordings.waiting();
  Object.assign(part('waiting').dataset, { sent, left: list.length });
  const waiting = list.reduce((sum, one) => sum + one.waiting, 0);
  const refused = list.flatMap((one) => one.refused);
  part('waiting').textContent = waiting ? say(`还有 ${waiting} 段未上传，保存在本机`, `${waiting} segments are not sent yet and kept on this device`) : say('已全部上传', 'all sent');
  part('refused').replaceChildren(
    ...refused.map((segment) => {
      const line = document.createElement('li');
      line.textContent = say(`第 ${segment.seq} 段被拒绝：${segment.refused}`, `Segment ${segment.seq} was refused: ${segment.refused}`);
      return line;
    }),
  );
}

let timer;
async function send() {
  clearTimeout(timer);
  try {
    await recordings.send(() => {
      sent += 1;
      showWaiting().catch(() => {});
    });
  } catch (error) {
    // Without a connection it waits; all else is said.
    if (error.problem) notice(...explain(error));
  }
  await showWaiting();
  if ((await recordings.waiting()).some((one) => one.waiting || (one.kept.ended && !one.kept.closed))) timer = setTimeout(send, PAUSE);
}

/** Films one segment: each is a file of its own, so that it can be played and checked alone. */
function film() {
  return new Promise((resolve) => {
    const pieces = [];
    const made = new MediaRecorder(stream);
    const startsAt = Date.now();
    const chosen = new Set(shots());
    const note = () => shots().forEach((shot) => chosen.add(shot));
    page.addEventListener('change', note);
    made.ondataavailable = ({ data }) => pieces.push(data);
    made.onstop = () => {
      page.removeEventListener('change', note);
      resolve({ blob: new Blob(pieces, { type: made.mimeType }), startsAt, duration: Date.now() - startsAt, shots: [...chosen] });
    };
    made.start();
    const until = setInterval(() => {
      if (!stopped && Date.now() - startsAt < SEGMENT) return;
      clearInterval(until);
      made.stop();
    }, 100);
  });
}

async function filmAll() {
  while (!stopped) {
    const { blob, ...about } = await film();
    const ending = blob.type.includes('mp4') ? 'mp4' : 'webm';
    if (blob.size) {
      await recordings.add(current, blob, { ...about, place, name: `segment.${ending}` });
      send();
    }
  }
  stream.getTracks().forEach((track) => track.stop());
  await finish();
}

async function finish() {
  await recordings.end(current);
  current = undefined;
  part('running').hidden = true;
  part('start').hidden = false;
  await send();
}

/** How long a chosen film is, milliseconds; 0 of a photo, and where the browser can't say. */
function lengthOf(file) {
  if (!file.type.startsWith('video/') && !file.type.startsWith('audio/')) return Promise.resolve(0);
  return new Promise((resolve) => {
    const film = document.createElement('video');
    const done = (seconds) => {
      URL.revokeObjectURL(film.src);
      resolve(Number.isFinite(seconds) ? Math.min(seconds * 1000, 600_000) : 0);
    };
    film.onloadedmetadata = () => done(film.duration);
    film.onerror = () => done(0);
    film.src = URL.createObjectURL(file);
  });
}

async function start(channel) {
  notice();
  watchPlace();
  if (live) stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: true });
  const begun = await recordings.begin(page.dataset.record, channel).catch((error) => {
    stream?.getTracks().forEach((track) => track.stop());
    throw error;
  });
  current = begun.kept;
  part('words').textContent = begun.recording.words;
  for (const box of page.querySelectorAll('[data-shot]')) box.hidden = !begun.required.includes(box.dataset.shot);
  part('start').hidden = true;
  part('running').hidden = false;
  part('files').hidden = live;
  part('film').hidden = !live;
  if (!live) return;
  part('film').srcObject = stream;
  stopped = false;
  filmAll().catch((error) => notice(...explain(error)));
}

part('start').addEventListener('submit', (event) => {
  event.preventDefault();
  start(event.target.elements.channel.value).catch((error) => {
    const refused = error.name === 'NotAllowedError' || error.name === 'NotFoundError';
    if (refused) notice(say('无法使用摄像头，请在浏览器中允许后重试。', 'The camera can’t be used. Allow it in the browser and try again.'), { bad: true });
    else notice(...explain(error));
  });
});
part('stop').addEventListener('click', () => {
  stopped = true;
  if (!live && current) finish().catch((error) => notice(...explain(error)));
});
part('files').addEventListener('change', async ({ target }) => {
  if (!target.files) return;
  for (const file of target.files) {
    const duration = await lengthOf(file);
    await recordings.add(current, file, { startsAt: (file.lastModified || Date.now()) - duration, duration, place, shots: shots(), name: file.name });
  }
  target.value = '';
  await send();
});
part('again').addEventListener('click', send);
addEventListener('online', send);
addEventListener('beforeunload', (event) => {
  if (current) event.preventDefault();
});
if (!live) part('plain').hidden = false;
send();
