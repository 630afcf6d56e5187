/**
 * Shows the message of a conversation that the address names, such as `#talk-12`. Earlier messages are loaded until it is there.
 * @module
 */
import { notice, say } from './api.js';
import { earlier } from './chat-earlier.js';
import './search-style.js';

/** Messages that are loaded at a time, and how often. */
const [SOME, TURNS] = [200, 50];

/** Goes to the message. Rejects where earlier ones can't be loaded. Does nothing where the address names none. */
async function show() {
  const [, stream, seq] = /^#(talk|notes)-(\d+)$/.exec(location.hash) || [];
  const pane = stream && document.getElementById(`pane-${stream}`);
  if (!pane) return;
  if (pane.hidden) document.getElementById(`tab-${stream}`)?.click();
  const [box, list, button] = ['.log', '.messages', '.earlier'].map((name) => pane.querySelector(name));
  const { consultation } = JSON.parse(document.getElementById('chat').dataset.chat);
  const find = () => list.querySelector(`[data-seq="${seq}"]`);
  for (let turn = 0; !find() && Number(pane.dataset.before) >= Number(seq) && turn < TURNS; turn += 1) {
    await earlier({ pane, box, list, button, consultation, stream, some: SOME });
  }
  const message = find();
  if (!message) return notice(say('该消息较早，请用“更早的消息”查看。', 'The message is far back: use “Earlier messages”.'));
  for (const other of document.querySelectorAll('.message.here')) other.classList.remove('here');
  message.classList.add('here');
  message.tabIndex = -1;
  message.focus({ preventScroll: true });
  message.scrollIntoView({ block: 'center' });
}

const go = () => show().catch(() => {});
window.addEventListener('hashchange', go);
// A quote that is followed once more changes nothing in the address.
document.addEventListener('click', ({ target }) => {
  const link = target.closest('a.quote');
  if (link && link.hash === location.hash) go();
});
go();
