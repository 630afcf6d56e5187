/**
 * A choice among many that is found by typing: a box before `select[data-find]` leaves the options that the server finds at the address in
 * `data-find`, by name, other names, code or pinyin. Their groups stay, the one with the best option first.
 * @module
 */
import { call, explain, say } from './api.js';
import { make } from './make.js';

/** How long nothing must be typed before it is looked for, milliseconds. */
const PAUSE = 150;
/** The most rows of the list while it is open. */
const ROWS = 10;

for (const select of document.querySelectorAll('select[data-find]')) {
  const row = select.closest('label');
  const all = [...select.children].map((node) => node.cloneNode(true));
  const field = make('input', '', { type: 'search', maxlength: '254', autocomplete: 'off', placeholder: select.dataset.findWords });
  const said = make('small', '', { role: 'status' });
  const box = make('label', say('查找产品种类', 'Find the product kind'), { class: 'find' });
  box.append(field, said);
  row.before(box);
  const hide = () => {
    box.hidden = row.hidden;
  };
  new MutationObserver(hide).observe(row, { attributes: true, attributeFilter: ['hidden'] });
  hide();

  let [turn, wait, chosen] = [0, 0, select.value];
  /** Closes the list; the options that there are stay. */
  const close = () => {
    select.size = 0;
  };
  const put = (nodes, open) => {
    select.replaceChildren(...nodes);
    select.value = chosen;
    const rows = select.options.length + select.querySelectorAll('optgroup').length;
    select.size = open ? Math.min(Math.max(rows, 2), ROWS) : 0;
  };
  const everything = () => {
    put(all.map((node) => node.cloneNode(true)), false);
    said.textContent = '';
  };
  /** The options found, in their groups; what else they are called stands behind their names. */
  const only = (found) => {
    const rank = new Map(found.map((kind, n) => [kind.code, n]));
    const groups = all.filter((node) => node.localName === 'optgroup').map((node) => {
      const group = node.cloneNode(false);
      const options = [...node.children].filter((option) => rank.has(option.value)).map((option) => option.cloneNode(true));
      options.sort((a, b) => rank.get(a.value) - rank.get(b.value));
      for (const option of options) {
        const { aliases } = found[rank.get(option.value)];
        if (aliases.length) option.textContent += say(`（又称：${aliases.join('、')}）`, ` (${aliases.join(', ')})`);
      }
      group.append(...options);
      return group;
    });
    const best = (group) => rank.get(group.firstElementChild.value);
    return groups.filter((group) => group.children.length).sort((a, b) => best(a) - best(b));
  };

  async function find() {
    const mine = (turn += 1);
    const q = field.value.trim();
    if (!q) return everything();
    try {
      const { items } = await call(`${select.dataset.find}?limit=200&q=${encodeURIComponent(q)}`);
      // What was typed meanwhile has its own answer.
      if (mine !== turn) return undefined;
      put(only(items), true);
      said.textContent = items.length
        ? say(`找到 ${items.length} 种，可在下方选择，按回车选第一种`, `${items.length} found: choose below, or press Enter for the first`)
        : say('没有找到，请换一个名称', 'Nothing was found: try another name');
    } catch (error) {
      if (mine !== turn) return undefined;
      everything();
      [said.textContent] = explain(error);
    }
    return undefined;
  }

  field.addEventListener('input', () => {
    clearTimeout(wait);
    // An answer on its way is to what no longer stands there.
    turn += 1;
    wait = setTimeout(find, PAUSE);
  });
  const first = () => [...select.options].find((option) => option.value);
  field.addEventListener('keydown', async (event) => {
    if (event.isComposing) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      clearTimeout(wait);
      await find();
      if (!field.value.trim() || !first()) return;
      select.value = first().value;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      select.focus();
      if (!select.value && first()) select.value = first().value;
    } else if (event.key === 'Escape' && field.value) {
      event.preventDefault();
      field.value = '';
      find();
    }
  });
  select.addEventListener('change', () => {
    if (!select.value) return;
    chosen = select.value;
    // With the keyboard one goes through an open list; it closes when it is left.
    if (document.activeElement !== select) close();
  });
  select.addEventListener('click', () => select.value && close());
  select.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && select.size > 1) {
      event.preventDefault();
      close();
    }
  });
  select.addEventListener('blur', close);
  select.form.addEventListener('restored', () => {
    chosen = select.value;
  });
}
