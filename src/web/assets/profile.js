/**
 * The forms of an expert's profile that are more than fields: the duty rota, drawn while it is edited, the specialties, the
 * leave.
 * @module
 */
import { call, explain, notice, say, told } from './api.js';
import { clear, show } from './faults.js';

const SVG = 'http://www.w3.org/2000/svg';

/** Shows the next hidden place of a form. */
function more(form, selector, button) {
  const next = [...form.querySelectorAll(selector)].find((p) => p.hidden);
  if (next) {
    next.hidden = false;
    next.querySelector('input, select').focus();
  }
  button.hidden = ![...form.querySelectorAll(selector)].some((p) => p.hidden);
}

/** The field of a pointer, by the name that this form gives it. */
const by = (nameOf) => (form, pointer) => form.querySelector(`[name="${CSS.escape(nameOf(pointer))}"]`);

async function send(form, path, body, nameOf, saved) {
  const button = form.querySelector('button:not([type=button])');
  const said = form.querySelector('.said');
  clear(form);
  button.disabled = true;
  said.textContent = '';
  try {
    const answer = await call(path, { method: 'PUT', body });
    saved?.(answer);
    said.textContent = say('已保存。', 'Saved.');
    notice();
  } catch (error) {
    const rest = show(form, error?.problem?.errors, by(nameOf));
    const [sentence, options] = explain(error);
    notice(told(sentence, rest), options);
  } finally {
    button.disabled = false;
  }
}

const duty = document.getElementById('duty-form');
if (duty) {
  const places = [...duty.querySelectorAll('[data-shift]')];
  const of = (place) => ({
    weekdays: [...place.querySelectorAll('.days input:checked')].map((box) => Number(box.value)),
    from: place.querySelector('[name$=".from"]').value,
    to: place.querySelector('[name$=".to"]').value,
    holidays: place.querySelector('[name$=".holidays"]').checked,
  });
  const isUsed = (s) => s.weekdays.length || s.from || s.to;
  const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  const drawing = document.querySelector('[data-blocks]');
  const draw = () => {
    drawing.replaceChildren();
    const block = (day, from, to, holidays) => {
      if (from >= to) return;
      const rect = document.createElementNS(SVG, 'rect');
      const box = { x: 42 + (day - 1) * 100, y: 22 + from / 6, width: 96, height: (to - from) / 6, rx: 2, class: holidays ? 'fill holidays' : 'fill' };
      for (const [name, value] of Object.entries(box)) rect.setAttribute(name, value);
      drawing.append(rect);
    };
    for (const place of places) {
      const s = of(place);
      if (place.hidden || !s.from || !s.to) continue;
      const [from, to] = [minutes(s.from), minutes(s.to)];
      for (const day of s.weekdays) {
        if (from < to) block(day, from, to, s.holidays);
        else {
          block(day, from, 1440, s.holidays);
          block((day % 7) + 1, 0, to, s.holidays);
        }
      }
    }
  };
  /** The rota that was saved, in the server's words. */
  const described = ({ private: own }) => {
    const lines = own[say('duty_zh', 'duty_en')].map((text) => Object.assign(document.createElement('li'), { textContent: text }));
    document.querySelector('[data-duty-words]').replaceChildren(...lines);
  };
  duty.addEventListener('input', draw);
  const add = duty.querySelector('[data-add]');
  add.addEventListener('click', () => more(duty, '[data-shift]', add));
  for (const place of places) {
    place.querySelector('[data-remove]').addEventListener('click', () => {
      for (const field of place.querySelectorAll('input')) {
        if (field.type === 'checkbox') field.checked = false;
        else field.value = '';
      }
      place.hidden = true;
      add.hidden = false;
      draw();
      add.focus();
    });
  }
  duty.addEventListener('submit', (event) => {
    event.preventDefault();
    const used = places.filter((p) => !p.hidden && isUsed(of(p)));
    const nameOf = (pointer) => {
      const [, , at, field] = pointer.split('/');
      return `shifts.${places.indexOf(used[Number(at)])}.${field ?? 'from'}`;
    };
    send(duty, duty.dataset.duty, { shifts: used.map(of) }, nameOf, described);
  });
}

const special = document.getElementById('special-form');
if (special) {
  const classes = new Set([...special.querySelectorAll('option[data-class]')].map((o) => o.value));
  const places = [...special.querySelectorAll('[data-special]')];
  const button = special.querySelector('[data-more]');
  button.addEventListener('click', () => more(special, '[data-special]', button));
  special.addEventListener('submit', (event) => {
    event.preventDefault();
    const used = places.filter((p) => p.querySelector('[data-product]').value.trim());
    const specialties = used.map((place) => {
      const name = place.querySelector('[data-product]').value.trim();
      const items = place.querySelector('[data-items]').value.split(/[、,，;；]/).map((x) => x.trim()).filter(Boolean);
      return { [classes.has(name) ? 'product_class' : 'product_kind']: name, level: Number(place.querySelector('select').value), items };
    });
    const nameOf = (pointer) => {
      const [, first, at, field] = pointer.split('/');
      if (first === 'reason') return 'reason';
      const place = used[Number(at)] ?? places[0];
      if (field === 'level') return place.querySelector('select').name;
      return place.querySelector(field === 'items' ? '[data-items]' : '[data-product]').name;
    };
    const reason = special.querySelector('[name=reason]').value.trim();
    // What is proposed is shown as the server has it.
    send(special, special.dataset.specialties, reason ? { specialties, reason } : { specialties }, nameOf, () => location.reload());
  });
}

for (const button of document.querySelectorAll('[data-end-leave]')) {
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await call('/api/v1/experts/me/availability', { method: 'PUT', body: { available: button.dataset.endLeave === 'true', leave: null } });
      location.reload();
    } catch (error) {
      notice(...explain(error));
      button.disabled = false;
    }
  });
}
