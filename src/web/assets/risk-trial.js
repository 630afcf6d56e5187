/**
 * Tries other numbers of the rules of risk on past weeks. The form holds the version in force; what was changed takes the place of its numbers, the
 * server counts, and the answer is shown below. Nothing is stored.
 * @module
 */
import { call, explain, load, newKey, notice, say, told } from './api.js';
import { make } from './make.js';

/**
 * The rules with the numbers of a form in their place.
 * @param {Object} rules
 * @param {[string, string][]} fields names and values
 */
export const changed = (rules, fields) => ({
  ...rules,
  ...Object.fromEntries(fields.filter(([name]) => typeof rules[name] === 'number').map(([name, text]) => [name, Number(text)])),
});

const percent = (share) => (share === null || share === undefined ? '—' : `${(share * 100).toFixed(1)}%`);

/**
 * The lines of the comparison: what, in force, tried.
 * @param {Object} trial
 * @returns {[string, string, string][]}
 */
export function lines({ before, after }) {
  const line = (words, of) => [words, of(before), of(after)].map(String);
  return [
    line(say('将产生的预警', 'Alerts raised'), (side) => side.alerts),
    line(say('准确率（n）', 'Precision (n)'), (side) => `${percent(side.precision)} (${side.led}/${side.decided})`),
    line(say('提前天数中位数（n）', 'Median lead days (n)'), (side) => `${side.lead_days_median ?? '—'} (${side.followed})`),
    line(say('每周前 20 位中其后 90 天内不合格', 'First 20 of each week that failed within 90 days'), (side) => `${side.top_failed} / ${side.top}`),
  ];
}

function table(label, head, rows) {
  const box = make('div', '', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': label });
  const [made, top, body] = [make('table'), make('thead'), make('tbody')];
  const first = make('tr');
  first.append(...head.map((text) => make('th', text, { scope: 'col' })));
  top.append(first);
  for (const [name, ...cells] of rows) {
    const row = make('tr');
    row.append(make('th', name, { scope: 'row' }), ...cells.map((text) => make('td', text)));
    body.append(row);
  }
  made.append(top, body);
  box.append(made);
  return box;
}

const named = (title, alerts) => {
  if (!alerts.length) return [];
  const list = make('ul', '', { class: 'plain' });
  list.append(...alerts.map((one) => {
    const item = make('li');
    item.append(`${one.day} `, make('a', `${one.product_kind} · ${one.region}`, { href: `/risk/${one.product_kind}?region=${one.region}` }));
    return item;
  }));
  return [make('h3', `${title}（${alerts.length}）`), list];
};

function show(box, trial) {
  box.replaceChildren(
    make('p', say(`${trial.from} 至 ${trial.to}，${trial.days} 周。`, `${trial.from} to ${trial.to}, ${trial.days} weeks.`), { class: 'lead' }),
    table(say('比较', 'Comparison'), [say('指标', 'Figure'), say('现行规则', 'Rules in force'), say('试算', 'Trial')], lines(trial)),
    ...named(say('仅现行规则产生的预警', 'Alerts by the rules in force alone'), trial.only_before),
    ...named(say('仅试算规则产生的预警', 'Alerts by the trial alone'), trial.only_after),
  );
  box.hidden = false;
  box.focus();
}

async function send(form, box) {
  const button = form.querySelector('button');
  button.disabled = true;
  notice();
  try {
    const fields = [...form.elements].filter((field) => field.name && field.name !== 'from').map((field) => [field.name, field.value]);
    const body = { rules: { ...changed(JSON.parse(form.dataset.rules), fields), version: say('试算', 'trial') }, from: form.elements.from.value || null };
    show(box, await call('/api/v1/risk/rules/try', { method: 'POST', body, key: newKey() }));
  } catch (error) {
    const rest = error.problem?.errors ? (await load('faults')).show(form, error.problem.errors) : [];
    const [sentence, options] = explain(error);
    notice(told(sentence, rest), options);
  } finally {
    button.disabled = false;
  }
}

const form = document.querySelector('form[data-risk-trial]');
form?.addEventListener('submit', (event) => {
  event.preventDefault();
  send(form, document.querySelector('[data-trial-result]'));
});
