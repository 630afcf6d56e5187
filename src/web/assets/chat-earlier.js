/**
 * Earlier messages than those that came with the page of a consultation.
 * @module
 */
import { call, load, say } from './api.js';
import { line, prepend } from './chat-view.js';
import { account } from './live.js';

/** Messages that are read at a time. */
const SOME = 50;

/**
 * Puts some on top of those that are shown. What is looked at stays where it is.
 * @throws where they can't be read
 */
export async function earlier({ pane, box, list, button, consultation, stream, some = SOME }) {
  if (button.disabled) return;
  button.disabled = true;
  button.textContent = say('正在读取…', 'Loading…');
  const before = Number(pane.dataset.before);
  const after = Math.max(0, before - some);
  try {
    const { items } = await call(`/api/v1/consultations/${consultation}/messages?stream=${stream}&after=${after}&limit=${before - after}`);
    const from = box.scrollHeight - box.scrollTop;
    prepend(list, items.map((m) => line(m, account)));
    // Advice is a card of the server's.
    if (items.some((m) => m.kind === 'advice')) load('chat-renew').then(({ cards }) => cards(list, consultation)).catch(() => {});
    pane.dataset.before = after;
    if (!after) button.remove();
    box.scrollTop = box.scrollHeight - from;
  } finally {
    button.disabled = false;
    button.textContent = say('更早的消息', 'Earlier messages');
  }
}

/**
 * Gets them by itself once the button for them comes into sight of who reads upwards.
 * @param {HTMLElement} box what scrolls
 * @param {HTMLButtonElement} button
 * @param {() => void} get
 */
export function follow(box, button, get) {
  if (button.followed || !('IntersectionObserver' in window)) return;
  button.followed = true;
  new IntersectionObserver(([entry]) => { if (entry.isIntersecting) get(); }, { root: box }).observe(button);
}
