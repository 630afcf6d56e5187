/**
 * Canned replies: `/` at the start of a line opens a list that narrows while one types. Arrows choose, Enter or Tab puts the text in, Esc
 * closes. What was put in is edited as if it had been typed. Loaded with the first such line.
 *
 * A field of several lines stays a text field to a screen reader: it names its list, and the option that is chosen.
 * @module
 */
import { call, explain, say, shown } from './api.js';
import { make } from './make.js';

const look = document.createElement('link');
[look.rel, look.href] = ['stylesheet', new URL('./canned.css', import.meta.url).href];
document.head.append(look);

/** How long nothing must be typed before it is looked for, milliseconds. */
const PAUSE = 150;
/** Replies that the list shows, and the most characters that are looked for. */
const [SHOWN, LONGEST] = [8, 40];
const scopes = { own: say('个人', 'own'), hospital: say('产品医院', 'product hospital'), platform: say('平台', 'platform') };

/**
 * What is typed behind a `/`, be it a wide one, at the start of the line of the caret, and where that line begins; nothing elsewhere.
 * @param {string} text
 * @param {number} caret
 * @returns {?{from: number, typed: string}}
 */
export function asked(text, caret) {
  const from = text.lastIndexOf('\n', caret - 1) + 1;
  const line = text.slice(from, caret);
  return /^[/／]/.test(line) && line.length <= LONGEST ? { from, typed: line.slice(1).trim() } : null;
}

/**
 * Makes a field offer canned replies.
 * @param {HTMLTextAreaElement} field
 * @param {string} consultation for which the placeholders are filled
 */
export function offer(field, consultation) {
  const id = `${field.id}-canned`;
  const box = make('div', '', { class: 'canned' });
  const list = make('ul', '', { id, role: 'listbox', 'aria-label': say('常用语', 'Canned replies') });
  const said = make('p', '', { role: 'status', class: 'quiet' });
  box.append(list, said);
  box.hidden = true;
  field.before(box);
  field.setAttribute('aria-autocomplete', 'list');
  field.setAttribute('aria-controls', id);
  field.setAttribute('aria-haspopup', 'listbox');

  let [items, at, turn, wait] = [[], -1, 0, 0];
  /** Where Esc closed the list: it stays closed until that line is left. */
  let closedAt = null;

  const choose = (n) => {
    at = items.length ? (n + items.length) % items.length : -1;
    [...list.children].forEach((option, k) => option.setAttribute('aria-selected', String(k === at)));
    if (at < 0) return field.removeAttribute('aria-activedescendant');
    field.setAttribute('aria-activedescendant', list.children[at].id);
    list.children[at].scrollIntoView({ block: 'nearest' });
  };
  const close = () => {
    turn += 1;
    clearTimeout(wait);
    box.hidden = true;
    items = [];
    list.replaceChildren();
    choose(-1);
  };

  function put(reply) {
    const place = asked(field.value, field.selectionStart);
    if (!place) return close();
    const text = reply.filled ?? reply.body;
    field.setRangeText(text, place.from, field.selectionStart, 'end');
    close();
    // What has no value here is selected, to be written over.
    const open = (reply.missing ?? []).map((name) => `{${name}}`).find((name) => text.includes(name));
    if (open) {
      const from = place.from + text.indexOf(open);
      field.setSelectionRange(from, from + open.length);
    }
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
  }

  function show(found) {
    items = found;
    list.replaceChildren(...found.map((reply, n) => {
      const option = make('li', shown(reply.title), { role: 'option', id: `${id}-${n}`, 'aria-selected': 'false' });
      option.append(make('small', shown(`${scopes[reply.scope]} · ${(reply.filled ?? reply.body).replaceAll('\n', ' ')}`)));
      // The field keeps the focus.
      option.addEventListener('mousedown', (event) => event.preventDefault());
      option.addEventListener('click', () => put(reply));
      return option;
    }));
    list.hidden = !found.length;
    said.textContent = found.length
      ? say(`${found.length} 条常用语；↑↓ 选择，回车选用，Esc 关闭`, `${found.length} canned replies; ↑ ↓ to choose, Enter to use, Esc to close`)
      : say('没有符合的常用语，可在“常用语”页面新增', 'No matching canned reply; the page “Canned replies” is where they are kept');
    choose(found.length ? 0 : -1);
  }

  async function find(typed) {
    const mine = (turn += 1);
    try {
      const { items: found } = await call(`/api/v1/canned-replies?consultation=${consultation}&limit=${SHOWN}&q=${encodeURIComponent(typed)}`);
      if (mine !== turn) return;
      box.hidden = false;
      show(found);
    } catch (error) {
      if (mine !== turn) return;
      box.hidden = false;
      show([]);
      [said.textContent] = explain(error);
    }
  }

  function watch() {
    const place = asked(field.value, field.selectionStart);
    if (!place) {
      closedAt = null;
      return close();
    }
    if (closedAt === place.from) return;
    clearTimeout(wait);
    // An answer on its way is to what no longer stands there.
    turn += 1;
    wait = setTimeout(() => find(place.typed), PAUSE);
  }

  field.addEventListener('input', (event) => {
    if (!event.isComposing) watch();
  });
  field.addEventListener('compositionend', watch);
  field.addEventListener('blur', close);
  // Before the field's own keys, by which Enter sends and Esc leaves.
  field.form.addEventListener('keydown', (event) => {
    if (event.target !== field || box.hidden || event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chooses = event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey);
    if (step && items.length) choose(at + step);
    else if (event.key === 'Escape') {
      closedAt = asked(field.value, field.selectionStart)?.from ?? null;
      close();
    } else if (chooses && items[at]) put(items[at]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  watch();
}
