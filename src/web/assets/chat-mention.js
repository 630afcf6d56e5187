/**
 * Mentions of colleagues in notes: who types `@` is offered those who see the notes. Loaded with the first `@`.
 * @module
 */
import { call, say } from './api.js';
import { make } from './make.js';

const offered = new WeakSet();

/**
 * Offers colleagues below a field.
 * @param {HTMLTextAreaElement} field
 */
export function mention(field) {
  if (offered.has(field)) return;
  offered.add(field);
  const { consultation } = JSON.parse(document.getElementById('chat').dataset.chat);
  const box = make('div', '', { role: 'group', 'aria-label': say('提及同事', 'Mention a colleague') });
  box.className = 'acts';
  box.hidden = true;
  field.after(box);
  let people = [];

  /** What stands behind the last `@` before the cursor; none where that was long ago. */
  const begun = () => /@([^\s@]{0,40})$/.exec(field.value.slice(0, field.selectionStart));

  function put(name) {
    const at = begun();
    if (!at) return;
    const from = field.selectionStart - at[1].length;
    field.setRangeText(`${name} `, from, field.selectionStart, 'end');
    box.hidden = true;
    field.focus();
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }

  function show() {
    const at = begun();
    const fits = at ? people.filter(({ name }) => name.includes(at[1]) && name !== at[1]).slice(0, 8) : [];
    box.replaceChildren(...fits.map(({ name, role }) => {
      const button = make('button', `@${name} · ${role === 'admin' ? say('监管人员', 'officer') : say('专家', 'expert')}`, { type: 'button' });
      button.className = 'link';
      button.addEventListener('click', () => put(name));
      return button;
    }));
    box.hidden = !fits.length;
  }

  for (const kind of ['input', 'click', 'keyup']) field.addEventListener(kind, show);
  field.form.addEventListener('submit', () => { box.hidden = true; });
  call(`/api/v1/consultations/${consultation}/note-readers`).then((found) => {
    people = found;
    show();
  }, () => offered.delete(field));
}
