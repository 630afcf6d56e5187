/**
 * The queue of an officer: what is opened, taken, ended or overdue appears without a reload, with counts in the navigation and the
 * title. The server says that something has changed; the list is asked for once for all that changes within a moment. Without the
 * connection the list is asked for from time to time, and the page says so.
 * @module
 */
import { say } from './api.js';
import { client, fetchPart, title } from './live.js';

const box = document.querySelector('[data-queue]');
const line = document.querySelector('[data-live]');
const GATHER = 1_000;
const WITHOUT_CONNECTION = 15_000;

/** Shows the counts of the list that stands in the page. */
function count() {
  const { waiting, alarms, overdue } = box.querySelector('.queue').dataset;
  document.querySelector('[data-queue-waiting]').textContent = waiting;
  document.querySelector('[data-queue-alarms]').textContent = alarms;
  document.querySelector('[data-queue-overdue]').textContent = overdue;
  for (const badge of document.querySelectorAll('[data-unread]')) {
    badge.hidden = waiting === '0';
    badge.textContent = waiting;
    badge.setAttribute('aria-label', say(`${waiting} 个等待专家`, `${waiting} waiting for an expert`));
  }
  title.set({ unread: Number(waiting) });
}

let later;
async function refresh() {
  if (!box.dataset.queue) return;
  clearTimeout(later);
  later = undefined;
  try {
    const fresh = await fetchPart(box.dataset.queue);
    const active = box.contains(document.activeElement) ? document.activeElement : null;
    const focused = active?.getAttribute('href') ?? active?.dataset.bulkId;
    const chosen = new Set([...box.querySelectorAll('[data-bulk-id]:checked')].map((one) => one.dataset.bulkId));
    box.replaceChildren(document.importNode(fresh.querySelector('.queue'), true));
    for (const one of box.querySelectorAll('[data-bulk-id]')) one.checked = chosen.has(one.dataset.bulkId);
    if (focused) box.querySelector(`a[href="${CSS.escape(focused)}"], [data-bulk-id="${CSS.escape(focused)}"]`)?.focus();
    document.dispatchEvent(new CustomEvent('listed'));
    count();
  } catch {
    // The next change, or the next look, asks again.
  }
}

/** Asks for the list a moment later, once for all changes until then; not all officers at the same moment. */
function changed() {
  later ??= setTimeout(refresh, GATHER * (0.5 + Math.random()));
}

client.addEventListener('queue', changed);

let looks;
let wasOffline = false;
client.addEventListener('state', ({ detail }) => {
  const online = detail.state === 'online';
  line.hidden = online;
  line.textContent = online ? '' : say('实时连接已断开，列表每 15 秒刷新一次。', 'There is no live connection; the list is refreshed every 15 seconds.');
  clearInterval(looks);
  if (!online) looks = setInterval(refresh, WITHOUT_CONNECTION);
  else if (wasOffline) changed();
  wasOffline = !online;
});
document.addEventListener('visibilitychange', () => document.hidden || changed());
count();
