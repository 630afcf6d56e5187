/**
 * A consultation has changed: its page is asked for again. Where the fields to write in stay the same, only what lies beside the talk is
 * replaced; else the page is loaded, with the drafts kept.
 * @module
 */
import { notice, say } from './api.js';
import { eventLine, knowSides } from './chat-view.js';
import { prepare } from './desk.js';
import { fetchPart } from './live.js';

/** Whether something is being filled in that a new rendering would lose. */
const isTyped = (f) => f.matches('textarea, input:not([type=hidden]):not([type=checkbox]):not([type=radio])') && f.value !== f.defaultValue;
const isBusy = (root) => [...root.querySelectorAll('aside form')].some((form) => form.contains(document.activeElement) || [...form.elements].some(isTyped));

/** Puts the cards of advice in the place of its text, or of an older card in which nothing is being filled in. */
function place(talk, next) {
  for (const card of next.querySelectorAll('.message.advice > .advice-card')) {
    const li = talk.querySelector(`.message[data-seq="${card.parentNode.dataset.seq}"]`);
    const old = li?.querySelector(':scope > .text, :scope > .advice-card');
    if (!old || old.contains(document.activeElement) || [...old.querySelectorAll('input')].some(isTyped)) continue;
    old.replaceWith(document.importNode(card, true));
    prepare(li);
  }
}

/**
 * Shows the advice of the talk as its cards.
 * @throws where the server can't be reached
 */
export async function cards(talk, consultation) {
  place(talk, await fetchPart(`/parts/advice/${consultation}`));
}

/** The fields that one may write in. */
const fields = (page) => [...page.querySelectorAll('[data-write]')].map((f) => f.dataset.write).join();

/**
 * Brings the page up to date.
 * @returns {Promise<boolean>} whether there are new forms, to be activated
 * @throws where the server can't be reached
 */
export async function renew({ root, data, readers, talk, isAtEnd, toEnd, tell }) {
  const fresh = await fetchPart(location.pathname + location.search);
  const next = fresh.getElementById('chat');
  if (!next) return false;
  for (const event of next.querySelectorAll('.event[data-event]')) {
    if (talk.querySelector(`[data-event="${event.dataset.event}"]`)) continue;
    const follows = isAtEnd();
    const shown = eventLine(event.textContent);
    shown.dataset.event = event.dataset.event;
    talk.insertBefore(shown, talk.querySelector('.unsent'));
    tell(event.textContent);
    if (follows) toEnd('talk');
  }
  const status = fresh.getElementById('status');
  Object.assign(document.getElementById('status'), { textContent: status.textContent, className: status.className });
  if (fields(fresh) !== fields(root)) {
    // The drafts are kept.
    location.reload();
    return false;
  }
  Object.assign(data, JSON.parse(next.dataset.chat), { after: data.after });
  place(talk, next);
  for (const reader of data.readers) readers.set(reader.id, reader);
  knowSides(data.affiliations, data.enterprise);
  if (isBusy(root)) {
    notice(say('问诊有变化，旁边的资料可能不是最新。', 'The consultation has changed; what is beside the talk may be out of date.'), { link: { href: location.href, text: say('刷新', 'Reload') } });
    return false;
  }
  for (const part of ['aside', '.with']) {
    const [old, fit] = [root.querySelector(part), next.querySelector(part)];
    old.replaceChildren(...[...fit.childNodes].map((node) => document.importNode(node, true)));
  }
  prepare(root.querySelector('aside'));
  return true;
}
