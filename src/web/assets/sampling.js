/**
 * The tasks of a sampler: one form for each task, filled in at the operator, with photos, also without a connection. What is handed in is kept
 * in the browser and sent as soon as there is a connection, the taking of the sample before its sealing; what was not sent yet stands at the
 * top of the page. The forms are copies of one template, so that the page is small and all of it is there without a connection.
 * @module
 */
import { say } from './api.js';
import { read } from './desk.js';
import { show as showFaults, clear } from './faults.js';
import { fill, fit, watch } from './inspection-forms.js';
import { make } from './make.js';
import { drafts, sendNow, showDrafts } from './offline-drafts-here.js';
import { happened, restore, steps, typed } from './sampling-steps.js';

const FORM = 'sampling';
const template = document.getElementById('sampling-form');
/** How long nothing is typed before it is kept, milliseconds. */
const PAUSE = 400;

const tasks = [...document.querySelectorAll('[data-task]')];
const pathOf = (task) => `/api/v1/inspections/${task.dataset.task}/events`;
const taskOf = (draft) => tasks.find((task) => draft.path === pathOf(task));
/** What is kept of a task. */
const keptOf = async (task) => (await drafts.list(FORM).catch(() => [])).filter((draft) => draft.path === pathOf(task));

/** Tells what became of a task, at its head. */
function tell(task, text, kind = '') {
  const line = task.querySelector('[data-said]');
  [line.hidden, line.textContent, line.className] = [!text, text, `alert ${kind}`];
}

/** Takes the form away: there is nothing to be filled in. */
function close(task, text, kind) {
  task.querySelector('[data-form]').replaceChildren();
  tell(task, text, kind);
}
const wait = (task) => close(task, say('已保存在本机，有网络时自动发送。', 'Kept on this device; it is sent when there is a connection.'), 'warn');

/** Shows the photos of a draft, each with a way to take it out. */
function showPhotos(form, draft) {
  form.querySelector('.file-list').replaceChildren(...draft.files.map((file) => {
    const row = make('li', '', { class: 'file' });
    const image = make('img', '', { class: 'thumb', alt: '' });
    image.src = URL.createObjectURL(file.blob);
    image.addEventListener('load', () => URL.revokeObjectURL(image.src));
    const name = make('div');
    name.append(make('span', file.name, { class: 'file-name' }), make('small', say(' · 已保存在本机', ' · kept on this device')));
    const drop = make('button', say('移除', 'Remove'), { type: 'button', class: 'link', 'aria-label': `${say('移除', 'Remove')} ${file.name}` });
    drop.addEventListener('click', async () => {
      await drafts.removeFile(draft, file.id);
      showPhotos(form, draft);
    });
    row.append(image, name, drop);
    return row;
  }));
}

/** Leaves the choices of what happened that the state of the task allows. */
function offer(form, allowed) {
  for (const choice of form.querySelectorAll('[name=step]')) choice.closest('label').hidden = !allowed.includes(choice.value);
  const there = [...form.querySelectorAll('[name=step]')].filter((choice) => allowed.includes(choice.value));
  if (there.length === 1) there[0].checked = true;
  fit(form);
}

async function open(task) {
  if (task.querySelector('form')) return;
  const kept = await keptOf(task);
  const first = kept.find((draft) => !draft.after) ?? kept[0];
  if (first?.state === 'ready') {
    wait(task);
    return;
  }
  fillIn(task, first ?? drafts.begin({ form: FORM, title: task.dataset.name, path: pathOf(task) }));
}

/** Shows the form of a task with what its draft holds. */
function fillIn(task, draft) {
  const form = template.content.firstElementChild.cloneNode(true);
  task.querySelector('[data-form]').replaceChildren(form);
  watch(form);
  const now = new Date();
  form.elements.occurred_at.value = new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  offer(form, draft.after ? ['seal'] : task.dataset.steps.split(' '));
  if (draft.typed) restore(form, draft.typed);
  showPhotos(form, draft);
  if (draft.state === 'refused') tell(task, [draft.why, ...showFaults(form, draft.errors ?? [])].join(' '), 'bad');

  const cannot = () => tell(task, say('本机无法保存，离开本页会丢失。请检查浏览器的存储设置。', 'This device can’t keep it: leaving the page loses it. Check the browser’s storage.'), 'bad');
  const keep = () => {
    draft.typed = typed(form);
    return drafts.save(draft).catch(cannot);
  };
  let timer;
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  for (const input of form.querySelectorAll('input[type=file]')) {
    input.addEventListener('change', async () => {
      const files = [...input.files];
      input.value = '';
      for (const file of files) await drafts.addFile(draft, 'attachments', file).catch(cannot);
      showPhotos(form, draft);
      await keep();
    });
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    clear(form);
    fill(form);
    const [body, seal] = steps(read(form), happened(form.elements.occurred_at.value));
    Object.assign(draft, { typed: typed(form), body });
    try {
      // The sealing of what was handed in before, and refused, goes with it.
      for (const other of await keptOf(task)) if (other.after === draft.id) await drafts.remove(other.id);
      if (seal) {
        const second = drafts.begin({ form: FORM, title: `${task.dataset.name} · ${say('封样', 'sealing')}`, path: draft.path, body: seal, after: draft.id });
        second.typed = draft.typed;
        await drafts.save(draft);
        await drafts.ready(second);
      }
      await drafts.ready(draft);
    } catch {
      cannot();
      return;
    }
    wait(task);
    await sendNow(FORM);
  });
}

for (const task of tasks) {
  const details = task.querySelector('details');
  details.addEventListener('toggle', () => details.open && open(task));
  keptOf(task).then((kept) => kept.some((draft) => draft.state === 'ready') && wait(task));
}

drafts.watch(async (draft) => {
  const task = draft && taskOf(draft);
  if (!task) return;
  if (draft.state === 'refused') fillIn(task, draft);
  if (draft.state === 'sent' && !(await keptOf(task)).length) {
    close(task, say('已发送，服务器已登记。', 'Sent; the server has it.'), 'good');
  }
});
showDrafts(document.getElementById('unsent'), FORM, (draft) => {
  const task = taskOf(draft);
  if (!task) return;
  task.querySelector('details').open = true;
  task.scrollIntoView();
});
