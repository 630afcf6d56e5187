/**
 * What the form of a label check says, as the API takes it. No page is needed for it.
 * @module
 */

const some = (text) => text?.trim() || undefined;
/** Whether a check failed, so that a photo is needed. */
export const failed = (answer) => answer === 'missing' || answer === 'false';

/**
 * Whether a check is asked of a product class, or of the kinds in a regime.
 * @param {string} words the classes or regimes of the check, with blanks between; none: all of them
 * @param {string} of the class or the regime of the product; empty where it is not known
 */
export const applies = (words, of) => !words.trim() || (of !== '' && words.trim().split(/\s+/).includes(of));

/** A number for a form that has none of its own: the day and six digits. */
export const newNumber = (day, random) => `BZ${day.replaceAll('-', '')}${String(random % 1_000_000).padStart(6, '0')}`;

/**
 * The call that enters a check.
 * @param {object} form what was filled in: `task`, `number`, `version`, `level`, the fields of the form by their names, and `answers` by the key of
 *   the check with `answer` and `note`, in the order of the cards
 * @returns {{path: string, body: object, place: (check: string) => string}} `place`: where the photos of a check go into the body
 */
export function call(form) {
  const answers = form.answers.map(({ check, answer, note }) => ({ check, answer, note: some(note), photos: [] }));
  const check = {
    checklist: form.version,
    inspected_on: form.inspected_on,
    inspectors: form.inspectors.split('\n').map((name) => name.trim()).filter(Boolean),
    answers,
    source_named: form.source_named === '' ? undefined : form.source_named === 'true',
    source_name: some(form.source_name),
    source_uscc: some(form.source_uscc),
    corrected_on: some(form.corrected_on),
    correction: some(form.correction),
    delivered_on: form.delivered ? form.inspected_on : undefined,
  };
  const at = (key) => answers.findIndex((answer) => answer.check === key);
  if (form.task) {
    return { path: `/api/v1/inspections/${form.task}/label`, body: check, place: (key) => `answers.${at(key)}.photos` };
  }
  const inspection = {
    number: form.number,
    method: 'label',
    purpose: 'routine',
    level: form.level,
    role: form.role,
    operator_name: some(form.operator_name),
    operator_uscc: some(form.operator_uscc),
    producer_name: some(form.producer_name),
    place_region: form.place_region,
    product_kind: some(form.product_kind),
    product_name: some(form.product_name),
  };
  return { path: '/api/v1/inspections/labels', body: { inspection, check }, place: (key) => `check.answers.${at(key)}.photos` };
}

/**
 * What is missing before a check can be handed in: the keys of cards, or the names of fields.
 * @param {object} form as above
 * @param {(check: string) => number} photos how many photos a check has
 * @returns {{key?: string, name?: string, why: 'answer'|'photo'|'all'|'field'}[]}
 */
export function missing(form, photos) {
  const found = [];
  const needed = form.task ? ['inspectors', 'inspected_on'] : ['product_name', 'operator_name', 'place_region', 'inspectors', 'inspected_on'];
  for (const name of needed) if (!some(form[name])) found.push({ name, why: 'field' });
  for (const { check, answer } of form.answers) {
    if (!answer) found.push({ key: check, why: 'answer' });
    else if (failed(answer) && !photos(check)) found.push({ key: check, why: 'photo' });
  }
  if (form.answers.length && form.answers.every(({ answer }) => answer === 'not_applicable')) found.push({ key: form.answers[0].check, why: 'all' });
  return found;
}
