/**
 * How many things wait for the reader behind a link of the navigation: when the page is opened, and when it is looked at again.
 * Where the page has a list that counts them as they come, the count is the list's.
 * @module
 */
import { call, say } from './api.js';
import { make } from './make.js';

const officer = document.documentElement.dataset.role === 'admin';
const counted = document.querySelector(officer ? '[data-queue]' : '[data-conversations]');

/** Shows the number behind a link, where the list of the page does not. */
function show(link, waiting) {
  const own = link.querySelector('[data-unread]');
  const badge = own ?? link.querySelector('.badge') ?? (waiting ? make('b', '', { class: 'badge', role: 'img' }) : null);
  if (!badge) return;
  badge.textContent = waiting > 99 ? '99+' : String(waiting);
  badge.hidden = !waiting;
  badge.setAttribute('aria-label', !own ? say(`${waiting} 条待办`, `${waiting} waiting`)
    : officer ? say(`${waiting} 个等待专家`, `${waiting} waiting for an expert`) : say(`${waiting} 条未读`, `${waiting} unread`));
  if (!badge.isConnected) link.append(badge);
}

function count() {
  for (const link of document.querySelectorAll('nav [data-waiting]')) {
    if (counted && link.querySelector('[data-unread]')) continue;
    call(link.dataset.waiting).then(({ waiting }) => show(link, waiting), () => {});
  }
}

count();
document.addEventListener('visibilitychange', () => document.hidden || count());
