/**
 * Beside the chat, for its expert: articles and standards that are like the consultation, each with a button that puts a reference into the message; and,
 * once it is concluded, the way to an article of its own. Loaded when its fold is opened.
 * @module
 */
import { call, explain, say, shown } from './api.js';
import { make } from './make.js';

/** Articles, and standards, that are shown. */
const SHOWN = 5;

/** Puts a reference where one writes to the enterprise. */
function refer(text, tell) {
  const field = document.getElementById('draft');
  if (!field) return;
  const at = field.selectionStart ?? field.value.length;
  field.setRangeText(`${at > 0 && field.value[at - 1] !== '\n' ? '\n' : ''}${text}`, at, field.selectionEnd ?? at, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
  document.querySelector('[data-go=talk]')?.click();
  field.focus();
  tell(say('已引用到输入框', 'Put into the message'));
}

function line(content, name, text, tell) {
  const item = make('li');
  item.append(content);
  if (document.getElementById('draft')) {
    const button = make('button', say('引用', 'Refer to it'), { type: 'button', class: 'link' });
    button.append(make('span', ` ${shown(name)}`, { class: 'unseen' }));
    button.addEventListener('click', () => refer(text, tell));
    item.append(' ', button);
  }
  return item;
}

async function draft(consultation, button, said) {
  button.disabled = true;
  try {
    const made = await call('/api/v1/knowledge/drafts', { method: 'POST', body: { consultation } });
    location.assign(`/knowledge-drafts/${made.id}`);
  } catch (error) {
    button.disabled = false;
    [said.textContent] = explain(error);
  }
}

/**
 * Fills the fold.
 * @param {HTMLDetailsElement} fold
 * @param {(text: string) => void} tell says it to a screen reader
 */
export async function watch(fold, tell) {
  if ('watched' in fold.dataset) return;
  fold.dataset.watched = '';
  const { consultation, status } = JSON.parse(document.getElementById('chat').dataset.chat);
  const said = make('p', say('正在查找…', 'Looking…'), { role: 'status', class: 'quiet' });
  fold.append(said);
  try {
    const { articles, standards } = await call(`/api/v1/knowledge/similar?consultation=${consultation}&limit=${SHOWN}`);
    said.textContent = articles.length + standards.length ? '' : say('没有相似的知识条目。', 'No similar articles.');
    const list = make('ul', '', { class: 'plain' });
    list.append(...articles.map(({ id, title }) => {
      const link = make('a', shown(title), { href: `/knowledge/${id}`, target: '_blank', rel: 'noopener' });
      return line(link, title, say(`参考知识条目《${title}》：${location.origin}/knowledge/${id}`, `See the article “${title}”: ${location.origin}/knowledge/${id}`), tell);
    }));
    list.append(...standards.map(({ standard, clauses }) => {
      const name = [standard, ...clauses].join(' ');
      return line(make('span', shown(name)), name, say(`参考标准：${name}`, `See the standard ${name}`), tell);
    }));
    fold.append(list);
  } catch (error) {
    [said.textContent] = explain(error);
  }
  if (status === 'concluded') {
    const button = make('button', say('整理为知识条目', 'Make an article of it'), { type: 'button', class: 'second small' });
    button.addEventListener('click', () => draft(consultation, button, said));
    fold.append(button);
  }
}
