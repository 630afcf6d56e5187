/**
 * Colleagues are found by name; those who know the class of products are there before.
 * @module
 */
import { call, explain, notice, say } from './api.js';
import { element } from './live.js';

/**
 * Makes a field search, into the list beside it.
 * @param {HTMLInputElement} field
 * @param {(text: string) => void} tell says it to a screen reader
 */
export function watch(field, tell) {
  if ('watched' in field.dataset) return;
  field.dataset.watched = '';
  const choice = field.form.elements.expert;
  const first = [...choice.options].map((o) => o.cloneNode(true));
  let turn = 0;
  let wait;
  async function find() {
    const mine = (turn += 1);
    const q = field.value.trim();
    if (!q) return choice.replaceChildren(...first.map((o) => o.cloneNode(true)));
    try {
      const { items } = await call(`/api/v1/experts?vetting=approved&limit=20&q=${encodeURIComponent(q)}`);
      if (mine !== turn) return;
      const options = items.map((e) => {
        const option = element('option', `${e.name} · ${e.title}${e.available ? '' : say('（暂停接诊）', ' (not accepting consultations)')}`);
        option.value = e.id;
        return option;
      });
      const none = first.filter((o) => !o.value).map((o) => o.cloneNode(true));
      choice.replaceChildren(...none, ...options);
      if (options[0]) options[0].selected = true;
      tell(say(`找到 ${options.length} 位专家`, `${options.length} experts found`));
    } catch (error) {
      notice(...explain(error));
    }
  }
  field.addEventListener('input', () => {
    clearTimeout(wait);
    wait = setTimeout(find, 250);
  });
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.isComposing) event.preventDefault();
  });
  // What was typed while this was loaded.
  if (field.value) find();
}
