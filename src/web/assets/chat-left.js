/**
 * One no longer takes part in the consultation whose page is open: nothing more can be done on it.
 * @module
 */
import { element } from './live.js';
import { say } from './api.js';

/** Says so. What was typed stays in the field, to be copied. */
export function leave(root, place) {
  const text = say(
    '您已不再参与本问诊（已转诊、改派或撤回）。已输入的内容仍在输入框中，可以复制。',
    'You no longer take part in this consultation (handed on, reassigned or withdrawn). What you typed is still in the field, to be copied.',
  );
  const link = element('a', say('返回列表', 'Back to the list'));
  link.href = '/consultations';
  place.replaceChildren(`${text} `, link);
  place.hidden = false;
  for (const form of root.querySelectorAll('[data-write]')) {
    form.querySelector('.send').disabled = true;
    form.querySelector('textarea').readOnly = true;
  }
  for (const button of root.querySelectorAll('aside form button')) button.disabled = true;
}
