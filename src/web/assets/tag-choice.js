/**
 * Tags of a consultation are chosen while typing: a box before the list leaves those that the server finds, by name or pinyin, and Enter takes
 * the first. What is chosen stands above it and can be taken away again.
 * @module
 */
import { call, explain, say, shown } from './api.js';
import { make } from './make.js';

/** How long nothing must be typed before it is looked for, milliseconds. */
const PAUSE = 150;

for (const form of document.querySelectorAll('form[data-tags]')) {
  const select = form.elements.tags;
  const [, consultation] = /consultations\/([^/]+)/.exec(form.dataset.api);
  const chosen = make('p', '', { 'aria-live': 'polite' });
  const field = make('input', '', { type: 'search', maxlength: '60', autocomplete: 'off' });
  const box = make('label', say('输入以查找标签，按回车选第一个', 'Type to find a tag; Enter takes the first'));
  const said = make('small', '', { role: 'status' });
  box.append(field, said);
  form.prepend(chosen, box);

  /** Shows what is chosen, each with a way to take it away. */
  const show = () => {
    const all = [...select.selectedOptions];
    chosen.replaceChildren(...all.flatMap((option) => {
      const chip = make('span', shown(option.text), { class: 'chip' });
      const away = make('button', '×', { type: 'button', class: 'link', 'aria-label': `${say('移除标签', 'Take away')} ${shown(option.text)}` });
      away.addEventListener('click', () => {
        option.selected = false;
        show();
        field.focus();
      });
      chip.append(' ', away);
      return [chip, ' '];
    }));
    if (!all.length) chosen.textContent = say('未选标签', 'No tags chosen');
  };

  let [turn, wait] = [0, 0];
  const leave = (fits) => {
    for (const option of select.options) option.hidden = !fits(option);
  };
  async function find() {
    const mine = (turn += 1);
    const q = field.value.trim();
    said.textContent = '';
    if (!q) return leave(() => true);
    try {
      const { items } = await call(`/api/v1/tags?limit=200&consultation=${consultation}&q=${encodeURIComponent(q)}`);
      // What was typed meanwhile has its own answer.
      if (mine !== turn) return undefined;
      const found = new Set(items.map(({ id }) => id));
      leave((option) => found.has(option.value));
      said.textContent = found.size ? say(`找到 ${found.size} 个标签`, `${found.size} found`) : say('没有找到', 'Nothing was found');
    } catch (error) {
      if (mine === turn) [said.textContent] = explain(error);
    }
    return undefined;
  }

  field.addEventListener('input', () => {
    clearTimeout(wait);
    // An answer on its way is to what no longer stands there.
    turn += 1;
    wait = setTimeout(find, PAUSE);
  });
  field.addEventListener('keydown', async (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    clearTimeout(wait);
    await find();
    const first = [...select.options].find((option) => !option.hidden && !option.selected);
    if (!field.value.trim() || !first) return;
    first.selected = true;
    field.value = '';
    leave(() => true);
    show();
  });
  select.addEventListener('change', show);
  show();
}
