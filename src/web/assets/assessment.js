/**
 * Writes an assessment of risk: scenarios and steps are added and removed, files are uploaded, the server judges what is written as it changes, and
 * the cell of the table lights up. Nothing is judged here.
 * @module
 */
import { call, explain, language, load, newKey, notice, Refused, say } from './api.js';

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
}

async function uploaded(form) {
  const lines = [];
  for (const file of form.querySelector('[data-upload]').files) {
    const sent = new FormData();
    sent.append('file', file, file.name);
    const answer = await fetch('/api/v1/attachments', { method: 'POST', headers: { 'Accept-Language': language, 'Idempotency-Key': newKey() }, body: sent });
    const found = await answer.json();
    if (!answer.ok) throw new Refused({ ...found, status: answer.status });
    lines.push(`file ${found.id}`);
  }
  if (lines.length) form.elements.evidence.value = [form.elements.evidence.value.trim(), ...lines].filter(Boolean).join('\n');
  form.querySelector('[data-upload]').value = '';
}

async function send(form) {
  const button = form.querySelector('button:not([type])');
  button.disabled = true;
  notice();
  try {
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
    notice([sentence, ...rest].join(' '), options);
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
