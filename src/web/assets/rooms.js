/**
 * A list of consultations that lives: what is unread is counted as it comes, and cleared when it is read, in this window or
 * another one. `j` and `k` go to the next and the one before.
 * @module
 */
import { say } from './api.js';
import { client, fetchPart, title } from './live.js';
import { actions } from './keys.js';

const account = document.documentElement.dataset.account;
const box = document.querySelector('[data-rooms]');
/** The consultation that the page shows; the page itself follows it. */
const here = (() => {
  const chat = document.getElementById('chat');
  return chat ? JSON.parse(chat.dataset.chat).consultation : null;
})();
/** @type {Map<string, {last: Record<string, number>, unread: Record<string, number>}>} */
const rooms = new Map();

const links = () => [...(box?.querySelectorAll('[data-room]') ?? [])];

function show(id) {
  const room = rooms.get(id);
  const count = room.unread.talk + room.unread.notes;
  for (const link of links().filter((a) => a.dataset.room === id)) {
    const badge = link.querySelector('.unread');
    badge.hidden = !count;
    badge.querySelector('.number').textContent = count > 99 ? '99+' : count;
  }
  const others = [...rooms].filter(([other]) => other !== here).reduce((sum, [, r]) => sum + r.unread.talk + r.unread.notes, 0);
  for (const badge of document.querySelectorAll('[data-unread-elsewhere]')) {
    badge.hidden = !others;
    badge.textContent = others > 99 ? '99+' : others;
  }
  const all = [...rooms.values()].reduce((sum, r) => sum + r.unread.talk + r.unread.notes, 0);
  title.set({ unread: all });
}

/** Reads the list as the server rendered it, and follows what is in it. */
function adopt() {
  for (const link of links()) {
    const { room: id, status, talk, notes, unreadTalk, unreadNotes } = link.dataset;
    const known = rooms.get(id);
    const room = {
      last: { talk: Math.max(Number(talk), known?.last.talk ?? 0), notes: Math.max(Number(notes), known?.last.notes ?? 0) },
      unread: { talk: Number(unreadTalk), notes: Number(unreadNotes) },
    };
    rooms.set(id, room);
    if (id !== here && !known && status !== 'concluded') client.subscribe(id, room.last);
    show(id);
  }
}

client.addEventListener('message', ({ detail }) => {
  const room = rooms.get(detail.consultation);
  if (!room || detail.seq <= room.last[detail.stream]) return;
  room.last[detail.stream] = detail.seq;
  if (detail.sender.id !== account) room.unread[detail.stream] += 1;
  for (const link of links().filter((a) => a.dataset.room === detail.consultation)) {
    const latest = link.querySelector('.latest');
    if (latest && detail.stream === 'talk') latest.textContent = `${detail.sender.name}：${detail.body.slice(0, 60)}`;
  }
  show(detail.consultation);
});

client.addEventListener('read', ({ detail }) => {
  const room = rooms.get(detail.consultation);
  if (!room || detail.user !== account) return;
  if (detail.seq >= room.last[detail.stream]) room.unread[detail.stream] = 0;
  show(detail.consultation);
});

const path = box?.dataset.rooms;
let later;
/** Asks for the list anew: a consultation came, went, or changed. */
function refresh() {
  if (!path) return;
  clearTimeout(later);
  later = setTimeout(async () => {
    try {
      const fresh = await fetchPart(path);
      const target = box.querySelector('[data-part]') ?? box;
      const focused = document.activeElement?.dataset?.room;
      target.replaceChildren(...[...fresh.body.childNodes].map((node) => document.importNode(node, true)));
      if (focused) links().find((a) => a.dataset.room === focused)?.focus();
      adopt();
    } catch {
      // The next change asks again.
    }
  }, 400);
}
client.addEventListener('consultation', refresh);
client.addEventListener('removed', refresh);
client.addEventListener('offer', refresh);

function step(by) {
  const all = links();
  if (!all.length) return;
  const focused = all.indexOf(document.activeElement);
  const now = focused >= 0 ? focused : all.findIndex((a) => a.dataset.room === here);
  const next = all[(now + by + all.length) % all.length];
  if (here) next.click();
  else next.focus();
}
if (box) {
  actions.add({ key: 'j', alt: 'ArrowDown', what: say('下一个问诊', 'the next consultation'), run: () => step(1) });
  actions.add({ key: 'k', alt: 'ArrowUp', what: say('上一个问诊', 'the consultation before'), run: () => step(-1) });
  // Roving focus: arrows go along the list.
  box.addEventListener('keydown', (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = links().indexOf(document.activeElement);
    if (!by || at < 0 || event.altKey) return;
    event.preventDefault();
    links()[(at + by + links().length) % links().length].focus();
  });
  adopt();
}
