/**
 * A choice from another list, found by typing: before `select[data-rows]`, which names the address of the list, stands a search box, and the
 * options are the rows that the list finds. `data-rows-show` names the parts of a row that are shown, `data-rows-label` is the label of the box, and
 * `data-rows-chosen` the id of a row that is chosen at first.
 * @module
 */
import { call, explain, say } from './api.js';
import { make } from './make.js';

/** How long nothing must be typed before it is looked for, milliseconds. */
const PAUSE = 200;
/** The most rows that are offered at a time. */
const ROWS = 8;

/**
 * What an option says: the named parts of a row that hold something.
 * @param {Object} row of the list
 * @param {string} parts names of parts, with commas
 * @returns {string}
 */
export const words = (row, parts) => parts.split(',').map((name) => row[name]).filter(Boolean).join(' · ');

/** Makes a choice of this kind work. */
export function watch(select) {
  const { rows, rowsShow, rowsLabel, rowsHint, rowsChosen } = select.dataset;
  const field = make('input', '', { type: 'search', maxlength: '254', autocomplete: 'off', ...(rowsHint && { placeholder: rowsHint }) });
  const said = make('small', '', { role: 'status' });
  const box = make('label', rowsLabel, { class: 'find' });
  box.append(field, said);
  select.closest('label').before(box);
  let [turn, wait] = [0, 0];

  /** The options: nothing chosen, what is chosen already, and the rows found. */
  const put = (found) => {
    const kept = [...select.options].filter((option) => !option.value || (option.selected && !found.some((row) => row.id === option.value)));
    select.replaceChildren(...kept, ...found.map((row) => make('option', words(row, rowsShow), { value: row.id })));
    select.size = found.length ? Math.min(select.options.length, ROWS) : 0;
  };

  async function find() {
    const mine = (turn += 1);
    const q = field.value.trim();
    if (!q) {
      put([]);
      said.textContent = '';
      return;
    }
    try {
      const { items } = await call(`${rows}${rows.includes('?') ? '&' : '?'}limit=20&q=${encodeURIComponent(q)}`);
      // What was typed meanwhile has its own answer.
      if (mine !== turn) return;
      put(items);
      said.textContent = items.length
        ? say(`找到 ${items.length} 条，请在下方选择；按回车选第一条`, `${items.length} found: choose below, or press Enter for the first`)
        : say('没有找到，请换一个词', 'Nothing was found: try other words');
    } catch (error) {
      if (mine !== turn) return;
      put([]);
      [said.textContent] = explain(error);
    }
  }

  const choose = (option) => {
    select.value = option.value;
    select.dispatchEvent(new Event('change', { bubbles: true }));
  };
  field.addEventListener('input', () => {
    clearTimeout(wait);
    // An answer on its way is to what no longer stands there.
    turn += 1;
    wait = setTimeout(find, PAUSE);
  });
  field.addEventListener('keydown', async (event) => {
    if (event.isComposing) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      clearTimeout(wait);
      await find();
      const first = [...select.options].find((option) => option.value && !option.selected) ?? [...select.options].find((option) => option.value);
      if (field.value.trim() && first) choose(first);
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      select.focus();
    }
  });
  select.addEventListener('change', () => {
    if (select.value && document.activeElement !== select) select.size = 0;
  });
  select.addEventListener('click', () => {
    if (select.value) select.size = 0;
  });
  select.addEventListener('blur', () => {
    select.size = 0;
  });
  if (rowsChosen) {
    call(`${rows}/${encodeURIComponent(rowsChosen)}`).then((row) => {
      select.append(make('option', words(row, rowsShow), { value: row.id }));
      select.value = row.id;
    }, () => {});
  }
}

if (typeof document !== 'undefined') for (const select of document.querySelectorAll('select[data-rows]')) watch(select);
