// What the forms of risk say to the server: an assessment with its scenarios, other numbers of the rules.
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.document = { querySelector: () => null, querySelectorAll: () => [], addEventListener: () => {}, documentElement: { dataset: {}, lang: 'en' } };
const { body, judged } = await import('../../src/web/assets/assessment.js');
const { changed, lines } = await import('../../src/web/assets/risk-trial.js');

const step = { text: 'it breaks', probability: '1/250', evidence: 'limited' };
const written = (fields = {}, steps = [step]) => body({
  fields: { product_kind: 'K0101', region: '440000', hazard: 'shock', combination: 'combined', urgency: 'normal', social_impact: 'limited', units: '', summary: '', evidence: '', ...fields },
  scenarios: [{ title: 'a user', severity: '3', steps }],
});

test('an assessment is sent as it is written, probabilities as texts', () => {
  const sent = written({ units: '120000', evidence: 'signal 0190\n\n inspection  0191 ' });
  assert.equal(sent.units, 120000);
  assert.equal(sent.summary, null);
  assert.deepEqual(sent.scenarios, [{ title: 'a user', severity: 3, steps: [step] }]);
  assert.deepEqual(sent.evidence, [{ kind: 'signal', id: '0190' }, { kind: 'inspection', id: '0191' }]);
});

test('what is half written is judged as soon as the probabilities stand', () => {
  assert.equal(judged(written({}, [{ ...step, probability: ' ' }])), null);
  assert.equal(judged(written({ product_kind: '' })), null);
  const sent = judged(written({ hazard: '', evidence: 'signal 0190' }, [{ ...step, text: '' }]));
  assert.equal(sent.hazard, '-');
  assert.deepEqual(sent.evidence, []);
  assert.equal(sent.scenarios[0].steps[0].text, '-');
});

test('numbers that are numbers are changed, and nothing else', () => {
  const rules = { version: 'x', shrink: 20, windows: [365], weight_rate: 400 };
  assert.deepEqual(changed(rules, [['shrink', '30'], ['version', '7'], ['windows', '9'], ['nothing', '1']]), { ...rules, shrink: 30 });
});

test('the comparison has both sides with their n', () => {
  const side = { alerts: 3, precision: 0.5, led: 1, decided: 2, lead_days_median: 40, followed: 2, top: 100, top_failed: 30 };
  const [alerts, precision, lead, top] = lines({ before: side, after: { ...side, precision: null, led: 0, decided: 0, lead_days_median: null, followed: 0 } });
  assert.deepEqual(alerts.slice(1), ['3', '3']);
  assert.deepEqual(precision.slice(1), ['50.0% (1/2)', '— (0/0)']);
  assert.deepEqual(lead.slice(1), ['40 (2)', '— (0)']);
  assert.deepEqual(top.slice(1), ['30 / 100', '30 / 100']);
});
