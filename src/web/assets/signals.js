/**
 * The inbox of signals, worked by keys: j and k choose a row, m, t and d match, triage and dismiss it, u undoes the last step. All of it can be done
 * by the pages of the signals as well.
 * @module
 */
import { call as send, explain, newKey, say } from './api.js';
import './dialog.js';
import { actions } from './keys.js';
import { call, enough, next, undo } from './signals-inbox.js';

const list = document.querySelector('[data-signals]');
const line = document.getElementById('said');
const rows = () => (list ? [...list.querySelectorAll('[data-signal]')] : []);
let at = -1;
/** The steps that were taken, the last one last. */
const done = [];

function tell(text, bad = false) {
  if (!line) return;
  line.textContent = text;
  line.className = bad ? 'alert bad' : 'alert';
  line.hidden = !text;
}

/** What the row of a signal says of it. */
const facts = (row) => ({ id: row.dataset.signal, version: Number(row.dataset.version) });
const before = (row) => ({ kind: row.dataset.kind, region: row.dataset.region });

function choose(by) {
  const all = rows();
  at = next(all.length, at, by);
  all[at]?.focus();
}

const chosen = () => {
  const row = rows()[at];
  if (!row) tell(say('请先用 J、K 选择一条信息。', 'Choose a signal with J and K first.'));
  return row;
};

/** Takes a step with a row, and shows what came of it. */
async function step(name, row, given) {
  const { path, body } = call(name, facts(row), given);
  const answer = await send(path, { method: 'POST', body, key: newKey() });
  done.push({ step: name, id: row.dataset.signal, before: before(row) });
  row.dataset.version = answer.version;
  row.dataset.kind = answer.product_kind ?? '';
  row.dataset.region = answer.region ?? '';
  row.classList.toggle('done', !['new', 'matched'].includes(answer.state));
  const words = {
    triage: say('已研判。', 'Triaged.'),
    dismiss: say('已标为不予采用。', 'Dismissed.'),
    match: say('已匹配。', 'Matched.'),
  };
  tell(`${words[name]} ${say('按 U 撤销。', 'Press U to undo.')}`);
}

async function triage() {
  const row = chosen();
  if (!row) return;
  try {
    await step('triage', row);
    choose(1);
  } catch (error) {
    tell(explain(error)[0], true);
  }
}

// The choices of the dialog are those of the filter: once in the page is enough.
for (const select of document.querySelectorAll('select[data-like]')) {
  const like = document.querySelector(`form.filters select[name="${select.dataset.like}"]`);
  for (const child of like?.children ?? []) if (child.value !== '') select.append(child.cloneNode(true));
}

/** Asks for what a step needs. */
function ask(name) {
  const row = chosen();
  const dialog = document.getElementById(name);
  if (!row || !dialog) return;
  const form = dialog.querySelector('form');
  form.reset();
  form.querySelector('[role=alert]').hidden = true;
  if (form.elements.product_kind) form.elements.product_kind.value = row.dataset.kind;
  if (form.elements.region) form.elements.region.value = row.dataset.region;
  dialog.querySelector('[data-about]').textContent = row.querySelector('strong').textContent;
  dialog.showModal();
}

for (const form of document.querySelectorAll('[data-act]')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const [name, row] = [form.dataset.act, rows()[at]];
    const given = Object.fromEntries(new FormData(form));
    const alert = form.querySelector('[role=alert]');
    if (!row || !enough(name, given)) {
      alert.textContent = name === 'match' ? say('请选择产品种类。', 'Choose a product kind.') : say('请填写原因。', 'Give a reason.');
      alert.hidden = false;
      return;
    }
    try {
      await step(name, row, given);
      form.closest('dialog').close();
      if (name === 'dismiss') choose(1);
      else row.focus();
    } catch (error) {
      [alert.textContent] = explain(error);
      alert.hidden = false;
    }
  });
}

async function back() {
  const last = done.pop();
  if (!last) {
    tell(say('没有可撤销的操作。', 'There is nothing to undo.'));
    return;
  }
  const asked = undo(last);
  if (!asked) {
    tell(say('之前没有匹配，请重新匹配。', 'It was not matched before; match it anew.'));
    return;
  }
  try {
    const answer = await send(asked.path, { method: 'POST', body: asked.body, key: newKey() });
    const found = rows().findIndex((row) => row.dataset.signal === last.id);
    if (found >= 0) {
      at = found;
      const row = rows()[found];
      row.dataset.version = answer.version;
      row.dataset.kind = answer.product_kind ?? '';
      row.dataset.region = answer.region ?? '';
      row.classList.toggle('done', !['new', 'matched'].includes(answer.state));
      row.focus();
    }
    tell(say('已撤销。', 'Undone.'));
  } catch (error) {
    tell(explain(error)[0], true);
  }
}

list?.addEventListener('focusin', ({ target }) => {
  const found = rows().indexOf(target.closest('[data-signal]'));
  if (found >= 0) at = found;
});

actions.add({ key: 'j', what: say('下一条', 'next signal'), run: () => choose(1) });
actions.add({ key: 'k', what: say('上一条', 'previous signal'), run: () => choose(-1) });
actions.add({ key: 'm', what: say('匹配', 'match'), run: () => ask('match') });
actions.add({ key: 't', what: say('研判通过', 'triage'), run: triage });
actions.add({ key: 'd', what: say('不予采用', 'dismiss'), run: () => ask('dismiss') });
actions.add({ key: 'u', what: say('撤销上一步', 'undo the last step'), run: back });
