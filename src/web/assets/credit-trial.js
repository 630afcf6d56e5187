/**
 * Tries other numbers of the rules of credit on the past. The form holds the version that is shown; what was changed takes the place of its numbers, the
 * server counts, and the answer is shown below: how many operators would be in which grade, whose would change, by region and size. Nothing is stored.
 * @module
 */
import { call, explain, language, load, newKey, notice, say } from './api.js';
import { make } from './make.js';

const GRADES = ['a', 'b', 'c', 'd'];

/**
 * The rules with the numbers of a form in their place: a field `thresholds.0.b` is that number of the version.
 * @param {Object} rules
 * @param {[string, string][]} fields names and values
 */
export function changed(rules, fields) {
  const made = JSON.parse(JSON.stringify(rules));
  for (const [name, value] of fields) {
    const keys = name.split('.');
    const last = keys.pop();
    const at = keys.reduce((node, key) => node?.[key], made);
    if (at && typeof at[last] === 'number') at[last] = Number(value);
  }
  return made;
}

const letter = (grade) => (grade ? grade.toUpperCase() : '—');
const cell = (text, attributes = {}) => make('td', String(text), attributes);
const head = (...words) => {
  const row = make('tr');
  row.append(...words.map((text, n) => make('th', text, n ? { scope: 'col', class: 'num' } : { scope: 'col' })));
  const made = make('thead');
  made.append(row);
  return made;
};

function table(label, columns, rows) {
  const box = make('div', '', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': label });
  const made = make('table');
  const body = make('tbody');
  for (const [name, ...cells] of rows) {
    const row = make('tr');
    row.append(make('th', name, { scope: 'row' }), ...cells.map((text) => cell(text, { class: 'num' })));
    body.append(row);
  }
  made.append(head(...columns), body);
  box.append(made);
  return [make('h3', label), box];
}

const sizes = () => ({
  one: say('1 项事实', '1 fact'),
  few: say('2—4 项事实', '2 to 4 facts'),
  some: say('5—19 项事实', '5 to 19 facts'),
  many: say('20 项以上事实', '20 facts or more'),
});

const moved = (title, first, rows, name) => table(
  title,
  [first, say('经营者', 'Operators'), say('变好', 'Better'), say('变差', 'Worse')],
  rows.map((row) => [name(row), row.enterprises, row.better, row.worse]),
);

/** Shows what a trial came to. */
export function show(box, trial) {
  const { total } = trial;
  const lead = say(
    `截至 ${trial.day}：${total.enterprises} 家经营者中，${total.better + total.worse} 家的等级会变化，其中变好 ${total.better} 家、变差 ${total.worse} 家。`,
    `As of ${trial.day}: of ${total.enterprises} operators ${total.better + total.worse} would change, ${total.better} for the better and ${total.worse} for the worse.`,
  );
  const counts = GRADES.map((grade) => [letter(grade), total.before[grade], total.after[grade]]);
  const people = trial.examples.map((one) => {
    const item = make('li');
    const link = make('a', one.enterprise_name, { href: `/credit/${one.enterprise_id}` });
    item.append(link, ` ${letter(one.before)} → ${letter(one.after)}`);
    return item;
  });
  const names = make('ul', '', { class: 'plain' });
  names.append(...people);
  box.replaceChildren(
    make('p', lead, { class: 'lead' }),
    ...table(say('各等级经营者', 'Operators by grade'), [say('等级', 'Grade'), say('现行规则', 'Rules in force'), say('试算', 'Trial')], counts),
    ...moved(say('按地区', 'By region'), say('地区', 'Region'), trial.regions, (row) => row.name),
    ...moved(say('按记录多少', 'By facts on file'), say('记录', 'On file'), trial.sizes, (row) => sizes()[row.key] ?? row.name),
    ...(people.length ? [make('h3', say('等级会变化的经营者', 'Operators whose grade would change')), names] : []),
  );
  box.hidden = false;
  box.focus();
}

async function send(form, box) {
  const button = form.querySelector('button');
  button.disabled = true;
  notice();
  try {
    const fields = [...form.elements].filter((field) => field.name.includes('.')).map((field) => [field.name, field.value]);
    const body = { rules: changed(JSON.parse(form.dataset.rules), fields), day: form.elements.as_of.value };
    show(box, await call('/api/v1/credit/trial', { method: 'POST', body, key: newKey() }));
  } catch (error) {
    const errors = error.problem?.errors?.map((one) => ({ ...one, pointer: one.pointer.replace(/^\/rules/, '').replace(/^\/day$/, '/as_of') }));
    const rest = errors ? (await load('faults')).show(form, errors) : [];
    const [sentence, options] = explain(error);
    notice([sentence, ...rest].join(language.startsWith('en') ? ' ' : ''), options);
  } finally {
    button.disabled = false;
  }
}

const form = document.querySelector('form[data-trial]');
form.addEventListener('submit', (event) => {
  event.preventDefault();
  send(form, document.querySelector('[data-trial-result]'));
});
