/**
 * A form in which what was typed last time stands again.
 * @module
 */
import { say } from './api.js';

/** Says so at the form, with a way to begin anew. */
export function tell(form, forget) {
  const p = document.createElement('p');
  p.className = 'restored';
  p.textContent = form.tried
    ? say('上次未能提交，已恢复填写的内容。', 'It could not be sent last time; what you typed is here again.')
    : say('已恢复上次填写的内容。', 'What you typed last time is here again.');
  const clear = document.createElement('button');
  [clear.type, clear.className, clear.textContent] = ['button', 'link', say('清空', 'Clear')];
  clear.addEventListener('click', () => {
    form.reset();
    forget();
    p.remove();
    form.dispatchEvent(new CustomEvent('restored'));
  });
  p.append(' ', clear);
  const summary = form.querySelector('details > summary');
  if (summary) summary.after(p);
  else form.firstElementChild?.before(p);
}
