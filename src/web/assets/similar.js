/**
 * Articles that are like a question, while it is typed: at most five, and the standards they rest on. Each opens in place. What was shown and opened, and
 * whether it solved the problem, is noted once for this question.
 * @module
 */
import { call, explain, language, newKey, renewSession, say, shown } from './api.js';
import { make } from './make.js';

/** How long nothing must be typed before it is looked for, milliseconds. */
const PAUSE = 400;
/** The least and the most characters that are looked for, and the most articles that are shown. */
const [LEAST, MOST, SHOWN] = [4, 500, 5];

const form = document.getElementById('ask');
const box = document.querySelector('[data-similar]');
const said = make('p', '', { role: 'status', class: 'quiet' });
const list = make('ul');
const standards = make('p', '', { class: 'quiet' });
box.append(said, list, standards);

/** The question that is being typed, for what is noted of it. */
let question = newKey();
const noted = new Set();
let [turn, wait, running, last] = [0, 0, null, ''];

const fields = form.elements;
const about = () => (fields.nonconformity.value
  ? { nonconformity: fields.nonconformity.value }
  : fields.product_kind.value && { product_kind: fields.product_kind.value });

/** Notes what articles did, each once; who types is not held up by it. */
async function note(what, articles) {
  const fresh = articles.filter((id) => !noted.has(`${what} ${id}`));
  if (!fresh.length) return;
  fresh.forEach((id) => noted.add(`${what} ${id}`));
  try {
    await call('/api/v1/knowledge/uses', { method: 'POST', body: { question, what, articles: fresh, ...about() } });
  } catch (error) {
    fresh.forEach((id) => noted.delete(`${what} ${id}`));
    if (what === 'helped') throw error;
  }
}

function clear() {
  box.hidden = true;
  said.textContent = '';
  list.replaceChildren();
  standards.textContent = '';
}

const part = (title, text) => (text ? [make('p', title, { class: 'part' }), make('p', shown(text), { class: 'text' })] : []);

/** What one says of an article that one has read. */
function answers(article, details) {
  const acts = make('p', '', { class: 'acts' });
  const helped = make('button', say('已解决我的问题', 'This solved my problem'), { type: 'button', class: 'second small' });
  const ask = make('button', say('继续提问', 'Ask all the same'), { type: 'button', class: 'link' });
  helped.addEventListener('click', async () => {
    helped.disabled = true;
    try {
      await note('helped', [article.id]);
      acts.replaceChildren(make('b', say('已记录，感谢反馈。问题未提交，如有需要可随时提问。', 'Noted, thank you. Nothing was sent; you can ask at any time.')));
      said.textContent = acts.textContent;
    } catch (error) {
      helped.disabled = false;
      [said.textContent] = explain(error);
    }
  });
  ask.addEventListener('click', () => {
    details.open = false;
    fields.question.focus();
  });
  acts.append(helped, ask);
  return acts;
}

async function open(article, details) {
  const body = make('div');
  details.append(body);
  note('opened', [article.id]);
  try {
    const whole = await call(`/api/v1/knowledge/articles/${article.id}`);
    body.append(
      ...part(say('问题', 'Question'), whole.question),
      ...part(say('原因', 'Cause'), whole.cause),
      ...part(say('整改措施', 'Actions'), whole.actions),
      ...part(say('结果', 'Result'), whole.result),
      answers(article, details),
    );
  } catch (error) {
    body.append(make('p', explain(error)[0]));
  }
}

/** Why it is there, in a few words. */
function why({ reasons }) {
  const words = [
    reasons.same_kind && say('同一产品种类', 'same product kind'),
    !reasons.same_kind && reasons.same_class && say('同类产品', 'same product class'),
    reasons.failed_items.length && say(`同一不合格项目：${reasons.failed_items.join('、')}`, `same failed item: ${reasons.failed_items.join(', ')}`),
    reasons.words && say(`用词相近 ${reasons.words}%`, `${reasons.words}% of the words`),
  ];
  return words.filter(Boolean).join(say('；', '; '));
}

function show(found) {
  const before = new Map([...list.children].map((item) => [item.dataset.id, item]));
  // One that is open stays as it is.
  list.replaceChildren(...found.articles.map((article) => {
    const known = before.get(article.id);
    if (known) return known;
    const item = make('li', '', { 'data-id': article.id });
    const details = make('details');
    const summary = make('summary', shown(article.title));
    details.append(summary);
    details.addEventListener('toggle', () => open(article, details), { once: true });
    item.append(details, make('small', shown(why(article)), { class: 'quiet' }));
    return item;
  }));
  const names = found.standards.map(({ standard, clauses }) => [standard, ...clauses].join(' '));
  standards.textContent = names.length ? shown(say(`相关标准：${names.join('；')}`, `Standards: ${names.join('; ')}`)) : '';
  const count = found.articles.length;
  box.hidden = !count && !names.length;
  said.textContent = count
    ? say(`找到 ${count} 条相似的知识条目，提问前可先查看`, `${count} similar articles; look before you ask`)
    : '';
  note('shown', found.articles.map(({ id }) => id));
}

async function ask(path, signal) {
  const get = () => fetch(path, { headers: { 'Accept-Language': language }, signal });
  let answer = await get();
  if (answer.status === 401 && (await renewSession())) answer = await get();
  if (!answer.ok) throw new TypeError(String(answer.status));
  return answer.json();
}

async function find() {
  const mine = (turn += 1);
  running?.abort();
  // An address takes no line breaks.
  const text = `${fields.subject.value} ${fields.question.value}`.replace(/\s+/g, ' ').trim();
  if ([...text].length < LEAST) return clear();
  const query = new URLSearchParams({ text: [...text].slice(0, MOST).join(''), limit: SHOWN, ...about() });
  if (String(query) === last) return undefined;
  running = new AbortController();
  try {
    const found = await ask(`/api/v1/knowledge/similar?${query}`, running.signal);
    // What was typed meanwhile has its own answer.
    if (mine !== turn) return undefined;
    last = String(query);
    show(found);
  } catch {
    // Nothing similar is shown; the question can be asked all the same.
    if (mine === turn) clear();
  }
  return undefined;
}

const later = () => {
  clearTimeout(wait);
  wait = setTimeout(find, PAUSE);
};
form.addEventListener('input', (event) => {
  if (!event.isComposing) later();
});
form.addEventListener('change', later);
form.addEventListener('compositionend', later);
form.addEventListener('restored', later);
form.addEventListener('sent', () => {
  question = newKey();
  noted.clear();
  last = '';
});
later();
