/**
 * A list of consultations that updates itself: what is unread is counted as it comes, and cleared when it is read, in this window or
 * another one. `j` and `k` go to the next and the one before.
 * @module
 */
import { say, shown } from './api.js';
import { client, fetchPart, title } from './live.js';
import { actions } from './keys.js';

const account = document.documentElement.dataset.account;
const box = document.querySelector('[data-conversations]');
/** The consultation that the page shows; the page itself follows it. */
const here = (() => {
  const chat = document.getElementById('chat');
  return chat ? JSON.parse(chat.dataset.chat).consultation : null;
})();
/** @type {Map<string, {last: Record<string, number>, unread: Record<string, number>}>} */
const conversations = new Map();

const links = () => [...(box?.querySelectorAll('[data-conversation]') ?? [])];

function show(id) {
  const conversation = conversations.get(id);
  const count = conversation.unread.talk + conversation.unread.notes;
  for (const link of links().filter((a) => a.dataset.conversation === id)) {
    const badge = link.querySelector('.unread');
    badge.hidden = !count;
    badge.querySelector('.number').textContent = count > 99 ? '99+' : count;
  }
  const others = [...conversations].filter(([other]) => other !== here).reduce((sum, [, r]) => sum + r.unread.talk + r.unread.notes, 0);
  for (const badge of document.querySelectorAll('[data-unread-elsewhere]')) {
    badge.hidden = !others;
    badge.textContent = others > 99 ? '99+' : others;
  }
  // The badge of an officer counts what waits for an expert, and no messages.
  if (document.documentElement.dataset.role === 'admin') return;
  const all = [...conversations.values()].reduce((sum, r) => sum + r.unread.talk + r.unread.notes, 0);
  for (const badge of document.querySelectorAll('[data-unread]')) {
    badge.hidden = !all;
    badge.textContent = all > 99 ? '99+' : all;
    badge.setAttribute('aria-label', say(`${all} 条未读`, `${all} unread`));
  }
  title.set({ unread: all });
}

/** Reads the list as the server rendered it, and follows what is in it. */
function adopt() {
  for (const link of links()) {
    const { conversation: id, status, talk, notes, unreadTalk, unreadNotes } = link.dataset;
    const known = conversations.get(id);
    const conversation = {
      last: { talk: Math.max(Number(talk), known?.last.talk ?? 0), notes: Math.max(Number(notes), known?.last.notes ?? 0) },
      unread: { talk: Number(unreadTalk), notes: Number(unreadNotes) },
    };
    conversations.set(id, conversation);
    if (id !== here && !known && status !== 'concluded') client.subscribe(id, conversation.last);
    show(id);
  }
}

client.addEventListener('message', ({ detail }) => {
  const conversation = conversations.get(detail.consultation);
  if (!conversation || detail.seq <= conversation.last[detail.stream]) return;
  conversation.last[detail.stream] = detail.seq;
  if (detail.sender.id !== account) conversation.unread[detail.stream] += 1;
  for (const link of links().filter((a) => a.dataset.conversation === detail.consultation)) {
    const latest = link.querySelector('.latest');
    if (latest && detail.stream === 'talk') latest.textContent = shown(`${detail.sender.name}：${detail.body.slice(0, 60)}`);
  }
  show(detail.consultation);
});

client.addEventListener('read', ({ detail }) => {
  const conversation = conversations.get(detail.consultation);
  if (!conversation || detail.user !== account) return;
  if (detail.seq >= conversation.last[detail.stream]) conversation.unread[detail.stream] = 0;
  show(detail.consultation);
});

const path = box?.dataset.conversations;
let later;
/** Asks for the list again: a consultation came, went, or changed. */
function refresh() {
  if (!path) return;
  clearTimeout(later);
  later = setTimeout(async () => {
    try {
      const fresh = await fetchPart(path);
      const target = box.querySelector('[data-part]') ?? box;
      const focused = document.activeElement?.dataset?.conversation;
      const folded = new Map([...target.querySelectorAll('[data-group]')].map((group) => [group.dataset.group, group.open]));
      target.replaceChildren(...[...fresh.body.childNodes].map((node) => document.importNode(node, true)));
      for (const group of target.querySelectorAll('[data-group]')) group.open = folded.get(group.dataset.group) ?? group.open;
      if (focused) links().find((a) => a.dataset.conversation === focused)?.focus();
      adopt();
    } catch {
      // The next change asks again.
    }
  }, 400);
}
client.addEventListener('consultation', refresh);
client.addEventListener('removed', refresh);
client.addEventListener('offer', refresh);
client.addEventListener('offer_ended', refresh);
client.addEventListener('retracted', refresh);

/** Those that are not folded away. */
const reachable = () => links().filter((link) => !link.closest('details:not([open])'));

function step(by) {
  const all = reachable();
  if (!all.length) return;
  const focused = all.indexOf(document.activeElement);
  const now = focused >= 0 ? focused : all.findIndex((a) => a.dataset.conversation === here);
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
    const all = reachable();
    const at = all.indexOf(document.activeElement);
    if (!by || at < 0 || event.altKey) return;
    event.preventDefault();
    all[(at + by + all.length) % all.length].focus();
  });
  adopt();
}
