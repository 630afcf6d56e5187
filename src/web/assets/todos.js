/**
 * What waits for an enterprise beyond its cases: each line with `data-count` asks its list how many there are, and shows where there are some.
 * @module
 */
import { call } from './api.js';

/** How many wait for the enterprise: said by a count, or all rows of a list that names only those. */
export const waiting = ({ waiting: said, items }) => said ?? items.length;

const box = document.querySelector('[data-todos]');
for (const line of box?.querySelectorAll('[data-count]') ?? []) {
  call(line.dataset.count).then((answer) => {
    const count = waiting(answer);
    if (!count) return;
    line.querySelector('b').textContent = count > 99 ? '99+' : String(count);
    [line.hidden, box.hidden] = [false, false];
    const all = box.querySelector('.count');
    all.textContent = String(Number(all.textContent) + 1);
  }, () => {});
}
