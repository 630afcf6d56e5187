/**
 * The form of a label check on the phone: a card for each check, photos by the camera, kept in the browser and sent when there is a connection.
 * @module
 */
import { newKey, say } from './api.js';
import { applies, call, failed, missing, newNumber } from './label-draft.js';
import { make } from './make.js';
import { drafts, sendNow, showDrafts } from './offline-drafts-here.js';

const FORM = 'label';
/** How long nothing is typed before it is kept, milliseconds. */
const PAUSE = 400;
const form = document.getElementById('label-form');
const said = document.getElementById('said');
const cards = [...form.querySelectorAll('[data-check]')];
const fields = ['task', 'product_name', 'product_kind', 'operator_name', 'operator_uscc', 'role', 'producer_name', 'place_region', 'inspectors', 'inspected_on', 'source_named', 'source_name', 'source_uscc', 'corrected_on', 'correction'];
let draft;

/** Tells what became of the check, at the head of the form. */
function tell(text, kind = '') {
  [said.hidden, said.textContent, said.className] = [!text, text, `alert ${kind}`];
  if (text) said.scrollIntoView({ block: 'center' });
}

/** The class of the product that is chosen; empty where it is not known. */
function productClass() {
  const of = form.elements.task?.value ? form.elements.task : form.elements.product_kind;
  return of?.selectedOptions[0]?.closest('[data-class]')?.dataset.class ?? '';
}

/** The regime of the product kind that is chosen; empty where it is not known. */
function regime() {
  const { task } = form.elements;
  const kind = task?.value ? task.selectedOptions[0].dataset.kind : form.elements.product_kind?.value;
  if (!kind) return '';
  return ['strict', 'special'].find((name) => form.dataset[name].split(' ').includes(kind)) ?? 'general';
}

/** What is filled in, by names, with the answers of the cards that apply. */
function typed() {
  const found = { number: draft.number, version: form.dataset.version, level: form.dataset.level, delivered: Boolean(form.elements.delivered?.checked) };
  for (const name of fields) found[name] = form.elements[name]?.value ?? '';
  found.answers = cards.filter((card) => !card.hidden).map((card) => ({
    check: card.dataset.check,
    answer: card.querySelector('input[type=radio]:checked')?.value,
    note: card.querySelector(`[name="note.${card.dataset.check}"]`).value,
  }));
  return found;
}

/** Shows the cards and parts that go with what is chosen. */
function fit() {
  const [of, under] = [productClass(), regime()];
  for (const card of cards) {
    card.hidden = !applies(card.dataset.classes, of) || !applies(card.dataset.regimes, under);
    card.querySelector('.failed').hidden = !failed(card.querySelector('input[type=radio]:checked')?.value);
  }
  const fresh = document.getElementById('new-inspection');
  if (fresh) fresh.hidden = Boolean(form.elements.task?.value);
}

function showPhotos() {
  for (const card of cards) {
    const of = draft.files.filter((file) => file.check === card.dataset.check);
    card.querySelector('.file-list').replaceChildren(...of.map((file) => {
      const row = make('li', '', { class: 'file' });
      const image = make('img', '', { class: 'thumb', alt: '' });
      image.src = URL.createObjectURL(file.blob);
      image.addEventListener('load', () => URL.revokeObjectURL(image.src));
      const name = make('div');
      name.append(make('span', file.name, { class: 'file-name' }));
      const drop = make('button', say('移除', 'Remove'), { type: 'button', class: 'link', 'aria-label': `${say('移除', 'Remove')} ${file.name}` });
      drop.addEventListener('click', () => drafts.removeFile(draft, file.id).then(showPhotos, cannot));
      row.append(image, name, drop);
      return row;
    }));
  }
}

const cannot = () => tell(say('本机无法保存，离开本页会丢失。请检查浏览器的存储设置。', 'This device can’t keep it: leaving the page loses it. Check the browser’s storage.'), 'bad');

function keep() {
  draft.typed = typed();
  draft.title = draft.typed.product_name || form.elements.task?.selectedOptions[0]?.textContent || '';
  return drafts.save(draft).catch(cannot);
}

const words = {
  answer: () => say('请选择', 'choose an answer'),
  photo: () => say('请拍照', 'take a photo'),
  all: () => say('不能全部为“不适用”', 'not all can be not applicable'),
  field: () => say('请填写', 'fill this in'),
};

/** Puts what is missing beside its card or field. */
function showMissing(found) {
  form.querySelectorAll('.fault').forEach((fault) => fault.remove());
  for (const { key, name, why } of found) {
    const beside = key ? cards.find((card) => card.dataset.check === key).querySelector('.answers') : form.elements[name];
    beside.after(make('span', words[why](), { class: 'fault' }));
  }
  form.querySelector('.fault')?.parentElement.scrollIntoView({ block: 'center' });
}

/** What a pointer of the server means here: the card of an answer, or the field of its name. */
function showRefused({ why, errors }) {
  form.querySelectorAll('.fault').forEach((fault) => fault.remove());
  const rest = [];
  for (const { pointer, detail } of errors ?? []) {
    const at = /\/answers\/(\d+)/.exec(pointer)?.[1];
    const key = at === undefined ? undefined : draft.typed.answers[Number(at)]?.check;
    const card = cards.find((one) => one.dataset.check === key);
    const beside = card?.querySelector('.answers') ?? form.elements[pointer.split('/').pop()];
    if (beside?.after) beside.after(make('span', detail, { class: 'fault' }));
    else rest.push(detail);
  }
  tell([why, ...rest].join(' '), 'bad');
}

/** Puts a draft into the form. */
function open(kept) {
  form.reset();
  draft = kept;
  const { typed: before } = kept;
  if (before) {
    for (const name of fields) if (form.elements[name] && before[name] !== undefined) form.elements[name].value = before[name];
    // The organiser delivers what a sampler found: the sampler's form does not ask.
    if (form.elements.delivered) form.elements.delivered.checked = before.delivered;
    for (const { check, answer, note } of before.answers) {
      const card = cards.find((one) => one.dataset.check === check);
      if (!card) continue;
      if (answer) card.querySelector(`input[value="${answer}"]`).checked = true;
      card.querySelector(`[name="note.${check}"]`).value = note;
    }
  }
  tell('');
  fit();
  showPhotos();
  if (kept.state === 'refused') showRefused(kept);
}

function begin() {
  const fresh = drafts.begin({ form: FORM, path: '' });
  fresh.number = newNumber(form.elements.inspected_on.defaultValue, parseInt(newKey().slice(0, 8), 16));
  open(fresh);
}

let timer;
form.addEventListener('input', () => {
  fit();
  clearTimeout(timer);
  timer = setTimeout(keep, PAUSE);
});
form.addEventListener('change', fit);
for (const input of form.querySelectorAll('[data-photo]')) {
  input.addEventListener('change', async () => {
    const [file] = input.files;
    const card = input.closest('[data-check]');
    input.value = '';
    if (!file) return;
    try {
      // Where it goes into the body is known when the check is handed in.
      const added = await drafts.addFile(draft, 'photos', file);
      added.check = card.dataset.check;
      await keep();
    } catch {
      cannot();
    }
    showPhotos();
  });
}
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  clearTimeout(timer);
  await keep();
  const found = missing(draft.typed, (check) => draft.files.filter((file) => file.check === check).length);
  showMissing(found);
  if (found.length) {
    tell(say('还有内容没有填写。', 'Something is missing.'), 'bad');
    return;
  }
  const { path, body, place } = call(draft.typed);
  // Photos of a check that does not apply or did not fail any more are left out.
  const shown = draft.typed.answers.filter(({ answer }) => failed(answer)).map(({ check }) => check);
  draft.files = draft.files.filter((file) => shown.includes(file.check));
  for (const file of draft.files) file.at = place(file.check);
  Object.assign(draft, { path, body });
  try {
    await drafts.ready(draft);
  } catch {
    cannot();
    return;
  }
  begin();
  tell(say('已保存在本机，正在发送；没有网络时会自动重试。', 'Kept on this device and being sent; without a connection it is tried again by itself.'), 'warn');
  await sendNow(FORM);
});
document.getElementById('another').addEventListener('click', begin);
drafts.watch((changed) => {
  if (changed?.form !== FORM) return;
  if (changed.state === 'sent') tell(say(`已登记：${changed.title}`, `Entered: ${changed.title}`), 'good');
  if (changed.state === 'refused') tell(say(`“${changed.title}”未被接受，请在上方打开修改：${changed.why}`, `“${changed.title}” was not accepted; open it above and mend it: ${changed.why}`), 'bad');
});
begin();
showDrafts(document.getElementById('unsent'), FORM, open);
