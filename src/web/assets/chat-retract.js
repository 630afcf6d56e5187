/**
 * Taking messages back: who sent one may do so for a short while; it stays in its place without its text and its files.
 * @module
 */
import { call, explain, notice, say } from './api.js';
import { element } from './live.js';

const gone = () => element('p', say('消息已撤回', 'This message was taken back'), 'text quiet');

/** Takes away the text and the files of a message that was taken back. */
export function remove(root, { stream, seq }) {
  const pane = `.pane[data-stream="${CSS.escape(stream)}"]`;
  // Where it is quoted, its words go as well.
  for (const words of root.querySelectorAll(`${pane} [data-quoted="${Number(seq)}"] .words`)) words.textContent = gone().textContent;
  const li = root.querySelector(`${pane} .message[data-seq="${Number(seq)}"]`);
  if (!li) return;
  for (const part of li.querySelectorAll('.files, .retract, .cite, .quote')) part.remove();
  li.querySelector(':scope > .text')?.replaceWith(gone());
}

/** Offers to take back what the reader has just sent, while that is allowed. */
export function offer(root, { consultation, retract: seconds }) {
  for (const li of root.querySelectorAll('.message.mine[data-seq]:not(.advice)')) {
    // The page says minutes; a message of this minute may be as old as that.
    const left = seconds * 1_000 - (Date.now() - Date.parse(li.querySelector('time').dateTime));
    if (left <= 0 || li.querySelector('.retract') || li.querySelector(':scope > .text.quiet')) continue;
    const button = element('button', say('撤回', 'Take back'), 'link retract');
    button.type = 'button';
    const { stream } = li.closest('.pane').dataset;
    button.addEventListener('click', async () => {
      button.disabled = true;
      try {
        await call(`/api/v1/consultations/${consultation}/messages/${li.dataset.seq}/retract?stream=${stream}`, { method: 'POST' });
        remove(root, { stream, seq: li.dataset.seq });
      } catch (error) {
        notice(...explain(error));
        button.disabled = false;
      }
    });
    li.append(button);
    setTimeout(() => button.remove(), left);
  }
}
