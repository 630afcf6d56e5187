/**
 * Asks before something with consequences is done. `data-sure` of a form says what follows, `data-sure-title` what it is.
 * @module
 */
import './dialog.js';
import { say, shown } from './api.js';

const make = (name, text) => Object.assign(document.createElement(name), { textContent: text });

/**
 * Asks whether to send a form.
 * @param {HTMLFormElement} form
 * @returns {Promise<boolean>} whether it is to be sent
 */
export function ask(form) {
  const dialog = document.createElement('dialog');
  const head = make('h2', shown(form.dataset.sureTitle || say('请确认', 'Please confirm')));
  head.id = 'sure-title';
  dialog.setAttribute('aria-labelledby', head.id);
  const [yes, no, acts] = [make('button', say('确认', 'Confirm')), make('button', say('取消', 'Cancel')), make('div', '')];
  [yes.type, no.type, no.className, acts.className] = ['button', 'button', 'second', 'acts'];
  acts.append(yes, no);
  dialog.append(head, make('p', shown(form.dataset.sure)), acts);
  document.body.append(dialog);
  return new Promise((resolve) => {
    let sure = false;
    yes.addEventListener('click', () => {
      sure = true;
      dialog.close();
    });
    no.addEventListener('click', () => dialog.close());
    // Esc closes it, too, and means no.
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(sure);
    });
    dialog.showModal();
  });
}
