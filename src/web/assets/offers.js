/**
 * What an expert is offered, on every live page of theirs: a sound and a note in the title, and on the first page the offers themselves,
 * which come, count down by the server's clock and lapse without a reload.
 * @module
 */
import { notice, say, submitForm } from './api.js';
import { client, clock, fetchPart, store, title } from './live.js';
import { actions } from './keys.js';
import './conversations.js';

const part = document.querySelector('[data-part]#offer-list');
const soundKey = 'zerodesk.sound';
let audio;

// A browser plays no sound before its user has done something.
function wakeSound() {
  try {
    audio ??= new AudioContext();
    if (audio.state === 'suspended') audio.resume();
  } catch {
    // No sound here.
  }
}
document.addEventListener('pointerdown', wakeSound, { passive: true });
document.addEventListener('keydown', wakeSound);

const isLoud = () => store.get(soundKey) !== 'off';

/** Two short tones. */
function ring() {
  if (!isLoud() || audio?.state !== 'running') return;
  [660, 880].forEach((pitch, n) => {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    const from = audio.currentTime + n * 0.18;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, from);
    volume.gain.exponentialRampToValueAtTime(0.2, from + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.16);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + 0.18);
  });
}

for (const button of document.querySelectorAll('[data-sound]')) {
  const show = () => {
    button.hidden = false;
    button.setAttribute('aria-pressed', String(isLoud()));
    button.textContent = isLoud() ? say('提示音：开', 'Sound: on') : say('提示音：关', 'Sound: off');
  };
  button.addEventListener('click', () => {
    store.set(soundKey, isLoud() ? 'off' : 'on');
    wakeSound();
    show();
    ring();
  });
  show();
}

/** The open offers and invitations with their deadlines, from the server or read from the page. */
const open = new Map();

const isOpen = ({ until }) => until > clock.now();
/** Whether it lapses soon: an offer does, an invitation waits for days. */
const isUrgent = ({ until }) => until < Infinity;

function call() {
  const all = [...open.values()].filter(isOpen);
  const waiting = all.filter(isUrgent).length;
  title.set({ call: waiting ? say(`【新派单 ${waiting}】`, `[${waiting} offered] `) + title.own : '' });
  for (const count of document.querySelectorAll('[data-offers]')) count.textContent = all.length;
}

/** Hours, minutes and seconds. */
function span(ms) {
  const left = Math.ceil(ms / 1000);
  const [h, m, s] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
  return [...(h ? [h] : []), m, s].map((n) => String(n).padStart(2, '0')).join(':');
}

function tick() {
  for (const time of document.querySelectorAll('[data-until]')) {
    const left = Date.parse(time.dataset.until) - clock.now();
    const card = time.closest('.card');
    time.textContent = left > 0 ? say(`剩余 ${span(left)}`, `${span(left)} left`) : say('已超时，不能再接诊', 'lapsed: it can’t be accepted any more');
    time.classList.toggle('soon', left > 0 && left < 60_000);
    if (left <= 0 && card && !card.classList.contains('lapsed')) {
      card.classList.add('lapsed');
      for (const button of card.querySelectorAll('button')) button.disabled = true;
    }
  }
  if (open.size) call();
}

function readPage(root) {
  const found = root.querySelector('.offers');
  if (!found) return;
  clock.set(found.dataset.now);
  open.clear();
  for (const card of found.querySelectorAll('[data-offer]')) {
    open.set(card.dataset.offer, { until: Date.parse(card.querySelector('[data-until]')?.dataset.until || '') || Infinity });
  }
}

let again;
/** Asks the server what is offered now. What is being typed in a card stays. */
async function refresh() {
  clearTimeout(again);
  let fresh;
  try {
    fresh = await fetchPart('/parts/offers');
  } catch {
    again = setTimeout(refresh, 5_000);
    return;
  }
  readPage(fresh);
  if (part) {
    const [now, next] = [part.querySelector('.offers'), fresh.querySelector('.offers')];
    const kept = new Map([...now.querySelectorAll('[data-offer]')].map((card) => [card.dataset.offer, card]));
    const cards = [...next.children].map((card) => {
      const old = kept.get(card.dataset.offer);
      if (!old || old.matches('.lapsed, .gone')) return document.importNode(card, true);
      kept.delete(card.dataset.offer);
      const [time, until] = [old.querySelector('[data-until]'), card.querySelector('[data-until]')];
      if (time && until) time.dataset.until = until.dataset.until;
      return old;
    });
    const lapsed = [...kept.values()].filter((card) => card.classList.contains('lapsed'));
    const focused = document.activeElement;
    now.replaceChildren(...cards, ...lapsed);
    if (focused?.isConnected && focused !== document.activeElement) focused.focus();
  }
  tick();
  call();
}

/** Takes in what is offered now. */
export function take(detail) {
  const isNew = !open.has(detail.consultation);
  open.set(detail.consultation, { until: Date.parse(detail.until) });
  if (isNew) {
    ring();
    const link = { href: `/consultations/${detail.consultation}`, text: detail.subject };
    notice(say('新的派单：', 'A new offer: '), { link });
  }
  call();
  refresh();
}
client.addEventListener('offer', ({ detail }) => take(detail));
client.addEventListener('offer_ended', () => refresh());

const taken = new WeakSet();
/** Takes in what became of an invitation to a panel, once: a conversation hands over the event that made it load this module, which this module hears as well where it was there already. */
export function takeInvitation(detail) {
  if (taken.has(detail)) return;
  taken.add(detail);
  if (detail.state === 'invited') {
    ring();
    notice(say('新的会诊邀请：', 'A panel invites you: '), { link: { href: '/#offers', text: detail.subject } });
  }
  refresh();
}
client.addEventListener('invitation', ({ detail }) => takeInvitation(detail));

// Connected again, or looked at again: what happened meanwhile is asked for.
let wasOffline = true;
client.addEventListener('state', ({ detail }) => {
  if (detail.state === 'online' && wasOffline) refresh();
  wasOffline = detail.state !== 'online';
});
document.addEventListener('visibilitychange', () => document.hidden || refresh());
setInterval(() => document.hidden || (client.state === 'online' && [...open.values()].some(isUrgent) && refresh()), 20_000);

// A card that was declined goes without a reload.
part?.addEventListener('done', (event) => {
  if (event.target.dataset.then !== 'offers') return;
  event.preventDefault();
  event.target.closest('[data-offer]').classList.add('gone');
  refresh();
});

// Within the offers: arrows go from one to the next, `a` accepts and `d` declines the one that has the focus.
const cards = () => [...(part?.querySelectorAll('[data-offer]') ?? [])];
part?.addEventListener('keydown', (event) => {
  if (event.target.matches('input, textarea, select') || event.ctrlKey || event.metaKey || event.altKey) return;
  const card = event.target.closest('[data-offer]');
  const at = cards().indexOf(card);
  const press = (form) => submitForm(card?.querySelector(`form[data-api$="/${form}"]`));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && card) {
    event.preventDefault();
    cards()[(at + step + cards().length) % cards().length].focus();
  } else if (event.key === 'a' && card && !card.classList.contains('lapsed')) press('accept');
  else if (event.key === 'd' && card && !card.classList.contains('lapsed')) press('decline');
});

actions.add({
  key: 'o',
  what: say('到派单（其中：↑↓ 选择，A 接诊，D 婉拒）', 'go to the offers (there: ↑↓ choose, A accepts, D declines)'),
  run: () => {
    const first = cards()[0];
    if (first) first.focus();
    else if (!part) location.assign('/#offers');
  },
});

// How many are under way follows the list.
const active = document.querySelector('[data-active]');
const list = document.querySelector('[data-conversations]');
if (active && list) {
  const count = () => (active.textContent = list.querySelectorAll('[data-status="active"]').length);
  new MutationObserver(count).observe(list, { childList: true, subtree: true });
}

readPage(document);
tick();
call();
setInterval(tick, 1000);
