/**
 * What the regulator's console does in addition to what every page can: dialogs that ask before something is done, uploads of lists,
 * progress as it goes on, duty rotas, printing.
 *
 * `data-open` names the dialog that a button opens, `data-close` closes the one it is in. `data-watch` is asked until the job that it
 * names has ended. A `textarea` with `data-lines` is sent as a list, a line for each item.
 * @module
 */
import { call, explain, language, notice, renewSession, say, told } from './api.js';
import './dialog.js';

/* Dialogs */

for (const button of document.querySelectorAll('[data-open]')) {
  button.addEventListener('click', () => document.getElementById(button.dataset.open).showModal());
}
// An address that ends with the name of a dialog opens it.
const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
if (named && named.localName === 'dialog') named.showModal();
for (const button of document.querySelectorAll('dialog [data-close]')) {
  button.addEventListener('click', () => button.closest('dialog').close());
}

/** An error is shown where the user looks: in the dialog, which covers the page's own notice. */
function tell(form, text) {
  let line = form.querySelector('[role=alert]');
  if (!line) {
    line = document.createElement('p');
    line.className = 'alert bad';
    line.setAttribute('role', 'alert');
    form.querySelector('.acts:last-of-type').before(line);
  }
  line.textContent = text;
  line.hidden = !text;
}
for (const form of document.querySelectorAll('dialog form[data-api]')) {
  form.addEventListener('refused', () => tell(form, document.getElementById('notice').textContent));
}

/* Forms that ask for more or less by the role */

for (const role of document.querySelectorAll('form [name=role]')) {
  if (role.type === 'hidden') continue;
  const fit = () => {
    const { region, title, laboratory } = role.form.elements;
    const ofBody = role.value === 'sampler' || role.value === 'laboratory';
    if (laboratory) {
      [laboratory.required, laboratory.disabled] = [ofBody, !ofBody];
      if (!ofBody) laboratory.value = '';
    }
    if (region) {
      region.disabled = role.value === 'operator' || ofBody;
      if (region.disabled) region.value = '';
    }
    if (title) [title.required, title.disabled] = [role.value === 'expert', role.value !== 'expert'];
  };
  role.addEventListener('change', fit);
  fit();
}

/* Lists that are written a line for each item */

document.addEventListener(
  'submit',
  ({ target: form }) => {
    form.querySelectorAll('[data-line]').forEach((field) => field.remove());
    for (const area of form.querySelectorAll('textarea[data-lines]')) {
      const items = area.value.split('\n').map((line) => line.trim());
      items.filter(Boolean).forEach((item, n) => {
        const field = document.createElement('input');
        Object.assign(field, { type: 'hidden', name: `${area.dataset.lines}.${n}`, value: item });
        field.dataset.line = '';
        form.append(field);
      });
    }
  },
  true,
);

/* Printing */

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}

/* Jobs */

const phases = {
  reading: say('读取名单和专家', 'reading the list and the experts'),
  scoring: say('评分', 'scoring'),
  solving: say('求最优', 'finding the optimum'),
  storing: say('保存', 'storing'),
  locking: say('等待其他导入完成并锁定记录', 'waiting for other imports and locking the records'),
  checking: say('逐行检查之后的办理内容', 'looking what stands on the rows'),
  ending_cases: say('结束案件', 'ending cases'),
  taking_off: say('记录退出名单', 'taking records off the list'),
  enterprises: say('企业退出名单', 'taking enterprises off the list'),
  telling: say('通知相关人员', 'telling those concerned'),
};
const open = (state) => ['queued', 'running', 'computing', 'received', 'preparing'].includes(state);
/** What is under way of a job that has ended: the withdrawal of an import. */
const work = (job) => job.withdrawing || job;

/** How far a job is: an import's rows, the parts of a copy of personal data, or the phase of a plan or of a withdrawal. */
function progress(job) {
  if (job.done !== undefined) return { done: job.done, total: job.total, text: `${job.done} / ${job.total}` };
  if (!job.progress) {
    const text = say(`已处理 ${job.processed ?? 0} 行`, `${job.processed ?? 0} rows done`);
    return { done: job.processed, total: job.total, text };
  }
  const { phase, done, total } = job.progress;
  return { done, total, text: `${phases[phase] ?? ''} ${done} / ${total}` };
}

/**
 * Asks for a job until it has ended.
 * @returns {Promise<any>} the job at its end
 */
async function follow(path, bar, line) {
  for (let wait = 300; ; wait = Math.min(wait * 1.5, 2000)) {
    let job;
    try {
      job = await call(path);
    } catch (error) {
      if (error.problem) throw error;
      line.textContent = say('连接已断开，正在重试…', 'The connection is lost; trying again…');
    }
    if (job && !open(work(job).state)) return job;
    if (job) {
      const { done, total, text } = progress(work(job));
      if (total) [bar.max, bar.value] = [total, done];
      else bar.removeAttribute('value');
      line.textContent = text;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

for (const box of document.querySelectorAll('[data-watch]')) {
  follow(box.dataset.watch, box.querySelector('progress'), box.querySelector('[role=status]'))
    .then(() => location.reload())
    .catch((error) => notice(...explain(error)));
}

/* Imports */

/** Sends a file with the fields beside it, with progress. Resolves to the import that was begun. */
function send(path, data, bar, line, again = true) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('Accept-Language', language);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) [bar.max, bar.value] = [event.total, event.loaded];
      line.textContent = say('正在上传…', 'Uploading…');
    };
    request.onerror = () => reject(new TypeError('network'));
    request.onload = async () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // Said by the status.
      }
      if (request.status === 202 || request.status === 200) return resolve(answer);
      if (request.status === 401 && again && (await renewSession().catch(() => false))) {
        return send(path, data, bar, line, false).then(resolve, reject);
      }
      const faults = (answer.errors || []).map((fault) => fault.detail);
      const text = told(answer.detail || say('上传失败', 'The upload failed'), faults);
      return reject(Object.assign(new Error(text), { problem: { ...answer, status: request.status, detail: text } }));
    };
    request.send(data);
  });
}

/** Sends a file to be checked. What comes of it stands on the page of its record, which Back and a reload show again. */
function importer(form) {
  const running = form.querySelector('[data-progress]');
  const [bar, line] = [running.querySelector('progress'), running.querySelector('[role=status]')];
  const check = form.querySelector('button');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    [running.hidden, check.disabled] = [false, true];
    bar.value = 0;
    line.textContent = say('正在检查…', 'Checking…');
    notice();
    try {
      const data = new FormData();
      data.append('dry_run', 'true');
      for (const [name, value] of new FormData(form)) if (name !== 'file' && value) data.append(name, value);
      // The fields come before the file: a server may read them while the file is on its way.
      data.append('file', form.elements.file.files[0]);
      const { id } = await send(form.dataset.import, data, bar, line);
      location.assign(`${form.dataset.then || '/imports/'}${id}`);
    } catch (error) {
      notice(...explain(error));
    } finally {
      [running.hidden, check.disabled] = [true, false];
    }
  });
}
const imports = document.querySelector('form[data-import]');
if (imports) importer(imports);

/* Files that are taken whole or not at all: what is wrong is told row by row in the dialog. */

for (const form of document.querySelectorAll('dialog form[data-list]')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('.acts button');
    button.disabled = true;
    tell(form, '');
    try {
      const data = new FormData();
      data.append('file', form.elements.file.files[0]);
      const check = form.elements.dry_run?.checked;
      if (check) data.append('dry_run', 'true');
      const done = await send(form.dataset.list, data, form.querySelector('progress'), form.querySelector('[role=status]'));
      const said = (done.warnings || []).map((warning) => say(warning.detail_zh, warning.detail_en));
      if (!check && !said.length) return location.reload();
      const counts = say(
        `共 ${done.rows} 行：新登记 ${done.entered}，已登记 ${done.unchanged}，非记录 ${done.not_records}`,
        `${done.rows} rows: ${done.entered} new, ${done.unchanged} known, ${done.not_records} no records`,
      );
      const text = check ? say(`检查通过，尚未登记。${counts}`, `Checked; nothing was entered. ${counts}`) : counts;
      form.querySelector('[role=status]').textContent = told(text, said);
      if (!check) form.closest('dialog').addEventListener('close', () => location.reload(), { once: true });
    } catch (error) {
      tell(form, error.problem ? error.message : explain(error)[0]);
    } finally {
      button.disabled = false;
    }
  });
}

/* Duty rotas */

for (const form of document.querySelectorAll('form[data-rota]')) {
  const shifts = form.querySelector('[data-shifts]');
  const wire = (shift) => {
    shift.querySelector('[data-drop]').addEventListener('click', () => {
      shift.remove();
      form.querySelector('[data-add]').focus();
    });
  };
  shifts.querySelectorAll('fieldset').forEach(wire);
  form.querySelector('[data-add]').addEventListener('click', () => {
    const shift = form.querySelector('template').content.firstElementChild.cloneNode(true);
    shifts.append(shift);
    wire(shift);
    shift.querySelector('input').focus();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const body = {
      shifts: [...shifts.querySelectorAll('fieldset')].map((shift) => ({
        weekdays: [...shift.querySelectorAll('.days input:checked')].map((day) => Number(day.value)),
        from: shift.querySelector('[data-from]').value,
        to: shift.querySelector('[data-to]').value,
        holidays: shift.querySelector('[data-holidays]').checked,
      })),
    };
    try {
      await call(form.dataset.rota, { method: 'PUT', body });
      location.reload();
    } catch (error) {
      const [text] = explain(error);
      tell(form, told(text, (error.problem?.errors || []).map((fault) => fault.detail)));
    }
  });
}
