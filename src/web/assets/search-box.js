/**
 * The box that searches everything the reader may see: results as one types, arrows and Enter, Esc. On the page of a conversation it
 * can look in this conversation alone. Loaded when it is asked for.
 * @module
 */
import { call, explain, load, say } from './api.js';
import './dialog.js';
import './search-style.js';
import { make } from './make.js';

/** How long nothing must be typed before it is looked for, milliseconds. */
const PAUSE = 150;

/** A text with marks. What was written is never markup. */
const marked = (parent, pieces) => {
  for (const { text, found } of pieces) parent.append(found ? make('mark', text) : text);
  return parent;
};

const when = (at) => new Date(at).toLocaleString(document.documentElement.lang, { timeZone: 'Asia/Shanghai', dateStyle: 'medium', timeStyle: 'short' });

function hit(item, n) {
  const link = make('a', '', { role: 'option', id: `hit-${n}`, href: item.link, tabindex: '-1', 'aria-selected': 'false' });
  link.append(marked(make('b'), item.title), marked(make('small'), item.excerpt));
  if (item.at) link.append(make('small', when(item.at)));
  return link;
}

/** Opens the box. */
export function open() {
  document.querySelector('dialog.search')?.remove();
  const chat = document.getElementById('chat');
  const { consultation } = chat ? JSON.parse(chat.dataset.chat) : {};
  // A hit in the conversation that is open changes only the place after `#`.
  if (chat) load('chat-at').catch(() => {});
  const dialog = make('dialog', '', { class: 'search', 'aria-label': say('查找', 'Search') });
  const form = make('form', '', { action: '/search', role: 'search' });
  const label = make('label', say('全站查找', 'Search everything'));
  const field = make('input', '', {
    type: 'search', name: 'q', maxlength: '254', autocomplete: 'off', role: 'combobox', 'aria-expanded': 'false', 'aria-controls': 'hits', 'aria-autocomplete': 'list',
  });
  label.append(field);
  const close = make('button', say('关闭', 'Close'), { type: 'button', class: 'second' });
  close.addEventListener('click', () => dialog.close());
  form.append(label, close);
  dialog.append(form);
  const here = make('input', '', { type: 'checkbox' });
  if (consultation) {
    const only = make('label', '', { class: 'check' });
    only.append(here, say(' 仅在本次对话中查找', ' in this conversation alone'));
    dialog.append(only);
    here.addEventListener('change', () => find());
  }
  const said = make('p', '', { role: 'status', class: 'quiet' });
  const results = make('div', '', { class: 'results', id: 'hits', role: 'listbox', 'aria-label': say('查找结果', 'Results') });
  dialog.append(said, results);

  let [turn, wait, at] = [0, 0, -1];
  const options = () => [...results.querySelectorAll('[role=option]')];
  const choose = (n) => {
    const all = options();
    at = all.length ? (n + all.length) % all.length : -1;
    all.forEach((option, k) => option.setAttribute('aria-selected', String(k === at)));
    if (at < 0) return field.removeAttribute('aria-activedescendant');
    field.setAttribute('aria-activedescendant', all[at].id);
    all[at].scrollIntoView({ block: 'nearest' });
  };
  const show = (groups) => {
    let n = 0;
    const parts = groups.filter((group) => group.items.length).map((group) => {
      const part = make('div', '', { role: 'group', 'aria-label': group.name });
      part.append(make('h3', group.name, { 'aria-hidden': 'true' }), ...group.items.map((item) => hit(item, (n += 1))));
      return part;
    });
    results.replaceChildren(...parts);
    field.setAttribute('aria-expanded', String(n > 0));
    choose(-1 + (n ? 1 : 0));
    const partial = groups.some((group) => group.partial) ? say('（仅查找了较新的部分）', ' (only the newer part was looked through)') : '';
    said.textContent = (n ? say(`找到 ${n} 条；↑↓ 选择，回车打开`, `${n} found; ↑ ↓ to choose, Enter to open`) : say('没有找到相关内容', 'Nothing was found')) + partial;
  };

  async function find() {
    const mine = (turn += 1);
    const q = field.value.trim();
    if (!q) {
      show([]);
      said.textContent = '';
      return;
    }
    const typed = encodeURIComponent(q);
    try {
      let groups;
      if (here.checked) {
        const stream = document.querySelector('.pane:not([hidden])')?.dataset.stream || 'talk';
        const found = await call(`/api/v1/consultations/${consultation}/messages/search?q=${typed}&stream=${stream}`);
        groups = [{ ...found, name: say('本次对话', 'This conversation') }];
      } else ({ groups } = await call(`/api/v1/search?q=${typed}`));
      // What was typed meanwhile has its own answer.
      if (mine === turn) show(groups);
    } catch (error) {
      if (mine !== turn) return;
      show([]);
      [said.textContent] = explain(error);
    }
  }

  field.addEventListener('input', () => {
    clearTimeout(wait);
    // An answer on its way is to what no longer stands there.
    turn += 1;
    wait = setTimeout(find, PAUSE);
  });
  field.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      choose(at + step);
    }
  });
  form.addEventListener('submit', (event) => {
    if (!field.value.trim()) return event.preventDefault();
    const chosen = options()[at];
    // Without a choice the page of all results opens.
    if (!chosen) return;
    event.preventDefault();
    chosen.click();
  });
  results.addEventListener('click', (event) => {
    if (event.target.closest('a')) dialog.close();
  });
  dialog.addEventListener('close', () => {
    turn += 1;
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  field.focus();
}
