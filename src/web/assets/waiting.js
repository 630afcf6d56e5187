/**
 * How many things wait for the reader behind a link of the navigation. Where the page has a list that counts them as they come, the count is
 * the list's.
 * @module
 */
import { call, say } from './api.js';
import { make } from './make.js';

const officer = document.documentElement.dataset.role === 'admin';
const counted = document.querySelector(officer ? '[data-queue]' : '[data-conversations]');

for (const link of document.querySelectorAll('nav [data-waiting]')) {
  const own = link.querySelector('[data-unread]');
  if (own && counted) continue;
  call(link.dataset.waiting).then(({ waiting }) => {
    if (!waiting) return;
    const text = waiting > 99 ? '99+' : String(waiting);
    const badge = own ?? make('b', '', { class: 'badge', role: 'img' });
    badge.textContent = text;
    badge.hidden = false;
    badge.setAttribute('aria-label', !own ? say(`${waiting} 条待办`, `${waiting} waiting`)
      : officer ? say(`${waiting} 个等待专家`, `${waiting} waiting for an expert`) : say(`${waiting} 条未读`, `${waiting} unread`));
    if (!own) link.append(badge);
  }, () => {});
}
