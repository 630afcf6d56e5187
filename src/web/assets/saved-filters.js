/**
 * Filters of a list that the reader has saved under a name: each leads to the list, can be deleted, and the present one can be saved.
 * @module
 */
import { call, explain, say, shown } from './api.js';
import { make } from './make.js';

const PATH = '/api/v1/me/saved-filters';
/** What the address asks for, without the part of the list. */
function present() {
  const query = new URLSearchParams(location.search);
  for (const name of ['cursor', 'back', 'lang']) query.delete(name);
  for (const [name, value] of [...query]) if (!value.trim()) query.delete(name, value);
  return query.toString();
}

const box = document.querySelector('[data-saved-filters]');
const list = make('ul', '', { class: 'saved' });
const said = make('p', '', { role: 'status', class: 'quiet' });
const form = make('form', '', { class: 'acts' });
const label = make('label', say('筛选名称', 'Name of the filter'));
const field = make('input', '', { name: 'name', maxlength: '40', required: '' });
label.append(field);
form.append(label, make('button', say('保存', 'Save'), { class: 'second' }));
const save = make('details');
save.append(make('summary', say('保存当前筛选', 'Save this filter')), form);

const refused = (error) => {
  const fault = error.problem?.errors?.[0];
  said.textContent = shown(fault ? fault.detail : explain(error)[0]);
};

/** @param {Array<{id: string, name: string, query: string}>} saved */
function draw(saved) {
  list.replaceChildren(
    ...saved.map(({ id, name, query }) => {
      const item = make('li', '', { class: 'chip' });
      const link = make('a', shown(name), { href: `${location.pathname}?${query}` });
      if (query === present()) link.setAttribute('aria-current', 'page');
      const away = make('button', '×', { type: 'button', class: 'second small', 'aria-label': `${say('删除已保存的筛选', 'Delete the saved filter')} ${shown(name)}` });
      away.addEventListener('click', async () => {
        try {
          await call(`${PATH}/${id}`, { method: 'DELETE' });
          await load();
          said.textContent = say('已删除。', 'Deleted.');
        } catch (error) {
          refused(error);
        }
      });
      item.append(link, ' ', away);
      return item;
    }),
  );
  save.hidden = !present() || saved.some(({ query }) => query === present());
  box.hidden = save.hidden && !saved.length;
}

async function load() {
  draw(await call(`${PATH}?page=${encodeURIComponent(location.pathname)}`));
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  try {
    await call(PATH, { method: 'POST', body: { page: location.pathname, name: field.value, query: present() } });
    field.value = '';
    save.open = false;
    await load();
    said.textContent = say('已保存。', 'Saved.');
  } catch (error) {
    refused(error);
  }
});

if (box) {
  box.append(list, save, said);
  // A list without its saved filters is whole, so a failure says nothing.
  load().catch(() => {});
}
