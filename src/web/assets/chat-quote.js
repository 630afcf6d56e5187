/**
 * Messages that quote others: the sender and the first words of the quoted one, above the message and above the field to write in. They
 * lead to it. What was taken back is shown as that, never by its text.
 * @module
 */
import { call, say, shown } from './api.js';
import { gone } from './chat-view.js';
import { client, element } from './live.js';

/** Characters that are shown. */
const MOST = 60;
const { consultation } = JSON.parse(document.getElementById('chat').dataset.chat);
/** @type {Map<string, Promise<{name: string, words: string}>>} */
const asked = new Map();
/** What was taken back while this page is open: an answer on its way may still have its words. */
const takenBack = new Set();
client.addEventListener('retracted', ({ detail }) => {
  if (detail.consultation === consultation) takenBack.add(`${detail.stream}-${detail.seq}`);
});

/** The beginning of a text in one line. */
function beginning(text) {
  const line = [...text.trim().replace(/\s+/g, ' ')];
  return line.length > MOST ? `${line.slice(0, MOST).join('')}…` : line.join('');
}

/** Who sent a message, and its first words: from the page, or from the server where it is not on it. */
async function quotedOf(stream, seq) {
  const li = document.querySelector(`#pane-${stream} .message[data-seq="${seq}"]`);
  if (li) return { name: li.querySelector('small b').textContent, words: beginning(li.querySelector('.text')?.textContent ?? '') };
  const key = `${stream}-${seq}`;
  if (!asked.has(key)) {
    asked.set(key, call(`/api/v1/consultations/${consultation}/messages?stream=${stream}&after=${seq - 1}&limit=1`).then(
      ({ items: [message] }) => ({ name: message.sender.name, words: gone(message) || beginning(message.body) }),
    ));
    asked.get(key).catch(() => asked.delete(key));
  }
  return asked.get(key);
}

/** Fills a quote in. Until it is known, and where it can't be, its number stands there. */
async function fill(part, stream, seq) {
  part.dataset.quoted = seq;
  const [name, words] = [element('b', say(`第 ${seq} 条`, `No. ${seq}`)), element('span', '', 'words')];
  part.append(name, ' ', words);
  const quoted = await quotedOf(stream, seq);
  const isGone = takenBack.has(`${stream}-${seq}`);
  [name.textContent, words.textContent] = [shown(quoted.name), isGone ? gone({ retracted_at: true }) : shown(quoted.words)];
}

/** Shows above a message which one it quotes. */
export function show(li, { stream, reply_to: seq }) {
  if (li.querySelector(':scope > .quote')) return;
  const link = element('a', undefined, 'quote');
  link.href = `#${stream}-${seq}`;
  li.querySelector('small').after(link);
  return fill(link, stream, seq);
}

/** Shows above the field which message is quoted in what is being written, with a way not to. */
export function above(form, seq, drop) {
  form.querySelector('.quoting')?.remove();
  const part = element('div', undefined, 'quoting');
  part.setAttribute('role', 'group');
  part.setAttribute('aria-label', say('引用的消息', 'Quoted message'));
  const stream = form.dataset.write;
  const link = element('a', undefined, 'quote');
  link.href = `#${stream}-${seq}`;
  const remove = element('button', '×', 'remove');
  remove.type = 'button';
  remove.setAttribute('aria-label', say('取消引用', 'Do not quote it'));
  remove.addEventListener('click', drop);
  part.append(link, remove);
  form.prepend(part);
  return fill(link, stream, seq);
}
