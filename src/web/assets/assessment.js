/**
 * Writes an assessment of risk: scenarios and steps are added and removed, files are uploaded, the server judges what is written as it changes, and
 * the cell of the table lights up. Nothing is judged here.
 * @module
 */
import { call, explain, language, load, newKey, notice, Refused, say, told } from './api.js';
import { make } from './make.js';

const value = (node, name) => node.querySelector(`[data-${name}]`).value;

/**
 * What the form says as the server takes it.
 * @param {{elements: Object, scenarios: {title: string, severity: string, steps: {text: string, probability: string, evidence: string}[]}[]}} written
 */
export function body({ fields, scenarios }) {
  const evidence = (fields.evidence ?? '').split('\n').map((line) => line.trim().split(/\s+/)).filter(([kind]) => kind);
  return {
    product_kind: fields.product_kind,
    region: fields.region,
    hazard: fields.hazard,
    scenarios: scenarios.map(({ title, severity, steps }) => ({ title, severity: Number(severity), steps })),
    combination: fields.combination,
    units: fields.units ? Number(fields.units) : null,
    urgency: fields.urgency,
    social_impact: fields.social_impact,
    summary: fields.summary || null,
    evidence: evidence.map(([kind, id = '']) => ({ kind, id })),
  };
}

/**
 * What can be judged while it is written: the names of things may be missing still.
 * @param {Object} written as {@link body} gives it
 * @returns {Object|null} null where a probability is missing
 */
export function judged(written) {
  const complete = written.scenarios.every(({ steps }) => steps.every(({ probability }) => probability.trim()));
  if (!complete || !written.product_kind) return null;
  return {
    ...written,
    hazard: written.hazard.trim() || '-',
    evidence: [],
    summary: null,
    scenarios: written.scenarios.map((one) => ({
      ...one,
      title: one.title.trim() || '-',
      steps: one.steps.map((step) => ({ ...step, text: step.text.trim() || '-' })),
    })),
  };
}

const read = (form) => ({
  fields: Object.fromEntries([...form.elements].filter((field) => field.name).map((field) => [field.name, field.value])),
  scenarios: [...form.querySelectorAll('[data-scenario]')].map((box) => ({
    title: value(box, 'title'),
    severity: value(box, 'severity'),
    steps: [...box.querySelectorAll('[data-step]')].map((step) => ({ text: value(step, 'text'), probability: value(step, 'probability'), evidence: value(step, 'strength') })),
  })),
});

const LEVELS = () => ({ low: say('低', 'low'), medium: say('中', 'medium'), high: say('高', 'high'), serious: say('严重', 'serious') });

function light(form, found) {
  for (const cell of form.querySelectorAll('[data-cell]')) cell.classList.toggle('lit', Boolean(found) && cell.dataset.cell === `${found.row}-${found.severity}`);
  form.querySelector('[data-level]').textContent = found ? `${LEVELS()[found.level]}${found.level === found.table_level ? '' : say(`（查表：${LEVELS()[found.table_level]}）`, ` (by the table: ${LEVELS()[found.table_level]})`)}` : '';
}

let [asked, waits] = [0, null];
async function judge(form) {
  const written = judged(body(read(form)));
  asked += 1;
  const mine = asked;
  if (!written) { light(form, null); return; }
  try {
    const found = await call('/api/v1/assessments/level', { method: 'POST', body: written });
    if (mine === asked) light(form, found);
  } catch {
    if (mine === asked) light(form, null);
  }
}

/* Evidence: each line of the hidden field is a kind and an id; the list shows what they are called. */

const EVIDENCE = {
  signal: { words: () => say('风险信息', 'Signal'), path: '/api/v1/signals/', name: ({ title }) => title },
  inspection: { words: () => say('监督检查', 'Inspection'), path: '/api/v1/inspections/', name: ({ number }) => number },
  file: { words: () => say('附件', 'File') },
};
const names = new Map();
const lines = (form) => form.elements.evidence.value.split('\n').map((line) => line.trim()).filter(Boolean);

function listed(form) {
  const list = form.querySelector('[data-evidence-list]');
  list.replaceChildren(...lines(form).map((line) => {
    const [kind, id] = line.split(/\s+/);
    const { words, path, name } = EVIDENCE[kind] ?? { words: () => kind };
    const text = make('bdi', names.get(id) ?? '');
    if (!names.has(id) && path) {
      call(path + id).then((found) => {
        names.set(id, name(found));
        text.textContent = names.get(id);
      }, () => {});
    }
    const drop = make('button', say('移除', 'Remove'), { type: 'button', class: 'link', 'data-drop-evidence': line });
    const row = make('li', `${words()} `);
    row.append(text, ' ', drop);
    return row;
  }));
}

function setLines(form, all) {
  form.elements.evidence.value = [...new Set(all)].join('\n');
  listed(form);
}

/** Adds the signals and inspections that are chosen. */
function addChosen(form) {
  const chosen = [...form.querySelectorAll('select[data-evidence]')].filter((select) => select.value);
  for (const select of chosen) names.set(select.value, select.selectedOptions[0].textContent);
  const added = chosen.map((select) => `${select.dataset.evidence} ${select.value}`);
  for (const select of chosen) [select.value, select.size] = ['', 0];
  if (added.length) setLines(form, [...lines(form), ...added]);
}

function again(node) {
  const copy = node.cloneNode(true);
  for (const field of copy.querySelectorAll('input')) field.value = '';
  return copy;
}

function change(form, button) {
  const steps = button.closest('[data-scenario]')?.querySelector('[data-steps]');
  const boxes = form.querySelector('[data-scenarios]');
  if ('addStep' in button.dataset && steps.children.length < 10) steps.append(again(steps.lastElementChild));
  if ('dropStep' in button.dataset && steps.children.length > 1) steps.lastElementChild.remove();
  if ('addScenario' in button.dataset && boxes.children.length < 10) {
    const box = again(boxes.lastElementChild);
    box.querySelector('legend').textContent = say(`情景 ${boxes.children.length + 1}`, `Scenario ${boxes.children.length + 1}`);
    boxes.append(box);
  }
  if ('dropScenario' in button.dataset && boxes.children.length > 1) boxes.lastElementChild.remove();
  if ('addEvidence' in button.dataset) addChosen(form);
  if ('dropEvidence' in button.dataset) setLines(form, lines(form).filter((line) => line !== button.dataset.dropEvidence));
}

async function uploaded(form) {
  const added = [];
  for (const file of form.querySelector('[data-upload]').files) {
    const sent = new FormData();
    sent.append('file', file, file.name);
    const answer = await fetch('/api/v1/attachments', { method: 'POST', headers: { 'Accept-Language': language, 'Idempotency-Key': newKey() }, body: sent });
    const found = await answer.json();
    if (!answer.ok) throw new Refused({ ...found, status: answer.status });
    names.set(found.id, file.name);
    added.push(`file ${found.id}`);
  }
  if (added.length) setLines(form, [...lines(form), ...added]);
  form.querySelector('[data-upload]').value = '';
}

async function send(form) {
  const button = form.querySelector('button:not([type])');
  button.disabled = true;
  notice();
  try {
    addChosen(form);
    await uploaded(form);
    const written = body(read(form));
    const { id, version } = form.dataset;
    const found = id
      ? await call(`/api/v1/assessments/${id}`, { method: 'PUT', body: { version: Number(version), assessment: written }, key: newKey() })
      : await call('/api/v1/assessments', { method: 'POST', body: written, key: newKey() });
    location.assign(`/assessments/${found.id}`);
  } catch (error) {
    const errors = error.problem?.errors?.map((one) => ({ ...one, pointer: one.pointer.replace(/^\/assessment\//, '/') }));
    const rest = errors ? (await load('faults')).show(form, errors) : [];
    const [sentence, options] = explain(error);
    notice(told(sentence, rest), options);
    button.disabled = false;
  }
}

const form = document.querySelector('form[data-assessment]');
form?.addEventListener('submit', (event) => {
  event.preventDefault();
  send(form);
});
form?.addEventListener('input', () => {
  clearTimeout(waits);
  waits = setTimeout(() => judge(form), 300);
});
form?.addEventListener('click', (event) => {
  const button = event.target.closest('button[type="button"]');
  if (!button) return;
  change(form, button);
  judge(form);
});
if (form?.dataset.id) judge(form);
if (form) {
  // A page that leads here may name the signal that an assessment begins with.
  const signal = new URLSearchParams(location.search).get('signal');
  if (signal && !form.dataset.id) setLines(form, [...lines(form), `signal ${signal}`]);
  else listed(form);
}
