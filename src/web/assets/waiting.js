/**
 * How many things wait for the reader behind a link of the navigation.
 * @module
 */
import { call, say } from './api.js';
import { make } from './make.js';

for (const link of document.querySelectorAll('nav [data-waiting]')) {
  call(link.dataset.waiting).then(({ waiting }) => {
    if (!waiting) return;
    const badge = make('b', waiting > 99 ? '99+' : String(waiting), { class: 'badge', role: 'img', 'aria-label': say(`${waiting} 条待办`, `${waiting} waiting`) });
    link.append(badge);
  }, () => {});
}
