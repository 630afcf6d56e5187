/**
 * Does the same to several rows of a list. `data-bulk` of an element says what can be done: for each step its words, the path with
 * `{id}`, and perhaps a choice and a text that go with it. Rows that can be chosen have a checkbox with `data-bulk-id`. Each row is a call of its
 * own, so what is refused for one is done for the others; what was refused is listed with its reason. A list that is put in place of another
 * says so by the event `listed`.
 * @module
 */
import { call, explain, newKey, say, shown } from './api.js';
import './dialog.js';
import { make } from './make.js';

const place = document.querySelector('[data-bulk]');
const boxes = () => [...document.querySelectorAll('[data-bulk-id]')];
const chosen = () => boxes().filter((box) => box.checked);

const bar = make('div', '', { class: 'acts', role: 'group', 'aria-label': say('批量办理', 'Do it to several') });
const all = make('input', '', { type: 'checkbox' });
const every = make('label', '', { class: 'check' });
every.append(all, say(' 全选本页', ' all on this page'));
const count = make('span', '', { role: 'status', class: 'quiet' });

/** Asks once more, with the text that goes with the step. */
function ask(step, rows) {
  const dialog = make('dialog', '', { 'aria-labelledby': 'bulk-title' });
  const form = make('form', '', { class: 'stack' });
  form.append(make('h2', `${step.words}${say('：', ': ')}${say(`${rows.length} 项`, `${rows.length} rows`)}`, { id: 'bulk-title' }));
  if (step.about) form.append(make('p', step.about));
  if (step.choice) {
    const [label, select] = [make('label', step.choice.words), make('select', '', { name: step.choice.name, required: '' })];
    select.append(make('option', say('请选择', 'choose'), { value: '' }), ...step.choice.options.map(([value, text]) => make('option', text, { value })));
    label.append(select);
    form.append(label);
  }
  if (step.field) {
    const label = make('label', step.field.words);
    label.append(make('textarea', '', { name: step.field.name, required: '', rows: '3', maxlength: step.field.most }));
    form.append(label);
  }
  const [yes, no, acts] = [make('button', say('确认', 'Confirm')), make('button', say('取消', 'Cancel'), { type: 'button', class: 'second' }), make('div', '', { class: 'acts' })];
  acts.append(yes, no);
  form.append(acts);
  dialog.append(form);
  document.body.append(dialog);
  no.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    run(step, rows, Object.fromEntries(new FormData(form)), dialog);
  });
  dialog.showModal();
}

/** Does the step to each row, one after the other, and shows how far it is. */
async function run(step, rows, given, dialog) {
  const [progress, said, list] = [make('progress', '', { max: rows.length, value: 0, 'aria-label': say('进度', 'Progress') }), make('p', '', { role: 'status' }), make('ul')];
  const heading = dialog.querySelector('h2');
  dialog.replaceChildren(heading, progress, said, list);
  let done = 0;
  for (const [n, row] of rows.entries()) {
    try {
      const body = { ...step.body, ...given };
      await call(step.path.replace('{id}', encodeURIComponent(row.dataset.bulkId)), { method: 'POST', body, key: newKey() });
      done += 1;
    } catch (error) {
      list.append(make('li', shown(`${row.dataset.bulkName}${say('：', ': ')}${explain(error)[0]}`)));
    }
    progress.value = n + 1;
    said.textContent = say(`已办理 ${n + 1} / ${rows.length}`, `${n + 1} of ${rows.length}`);
  }
  said.textContent = say(`完成：成功 ${done} 项，未办理 ${rows.length - done} 项。`, `Done: ${done} rows, refused for ${rows.length - done}.`);
  const close = make('button', say('关闭', 'Close'), { type: 'button' });
  close.addEventListener('click', () => location.reload());
  dialog.addEventListener('close', () => location.reload());
  dialog.append(close);
  close.focus();
}

/** Shows how many are chosen. */
function fit() {
  const n = chosen().length;
  count.textContent = n ? say(`已选 ${n} 项`, `${n} chosen`) : '';
  all.checked = n > 0 && n === boxes().length;
  for (const button of bar.querySelectorAll('button')) button.disabled = !n;
  bar.hidden = !boxes().length;
}

if (place) {
  bar.append(every, count);
  for (const step of JSON.parse(place.dataset.bulk)) {
    const button = make('button', step.words, { type: 'button', class: 'second' });
    button.addEventListener('click', () => ask(step, chosen()));
    bar.append(button);
  }
  place.append(bar);
  all.addEventListener('change', () => {
    for (const box of boxes()) box.checked = all.checked;
    fit();
  });
  document.addEventListener('change', ({ target }) => target.matches('[data-bulk-id]') && fit());
  document.addEventListener('listed', fit);
  fit();
}
