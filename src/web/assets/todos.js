/**
 * What waits for an enterprise beyond its cases: each line with `data-count` asks its list how many there are, and shows where there are some.
 * @module
 */
import { call } from './api.js';

const OWN = ['operator', 'producer'];
/** How many of an answer wait for the enterprise: said by a count, or by the rows; of rows with a term those whose term is the enterprise's. */
export const waiting = ({ waiting: said, items }) =>
  said ?? items.filter(({ next_term: term }) => term === undefined || OWN.includes(term?.party)).length;

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
