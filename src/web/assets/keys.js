/**
 * Shortcuts, and the dialog that tells them. Each has a letter that works with Alt everywhere, and alone outside of fields; the
 * letters alone can be switched off (WCAG 2.2, 2.1.4).
 * @module
 */
import { say } from './api.js';

const KEY = 'zerodesk.letters';
const read = () => {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
};

/** @type {{key: string, what: string, run: () => void, alt?: string}[]} */
const all = [];

/** The page's shortcuts. */
export const actions = {
  /**
   * Adds one.
   * @param {{key: string, what: string, run: () => void, alt?: string}} action `key` is a letter; `alt` another key that does
   *   the same with Alt, such as `ArrowDown`
   */
  add(action) {
    all.push(action);
  },
};

const isField = (node) => node.matches?.('input, textarea, select, [contenteditable]');
let dialog;

function line(keys, what) {
  const [dt, dd] = [document.createElement('dt'), document.createElement('dd')];
  keys.forEach((key, n) => {
    if (n) dt.append(say(' 或 ', ' or '));
    const kbd = document.createElement('kbd');
    kbd.textContent = key;
    dt.append(kbd);
  });
  dd.textContent = what;
  const row = document.createElement('div');
  row.append(dt, dd);
  return row;
}

/** Shows the shortcuts. */
export function help() {
  dialog?.remove();
  dialog = document.createElement('dialog');
  dialog.className = 'help';
  const head = document.createElement('h2');
  head.id = 'help-title';
  head.textContent = say('键盘快捷键', 'Keyboard shortcuts');
  dialog.setAttribute('aria-labelledby', head.id);
  const list = document.createElement('dl');
  const names = { ArrowDown: '↓', ArrowUp: '↑' };
  for (const { key, what, alt } of all) {
    list.append(line([key.toUpperCase(), `Alt + ${alt ? names[alt] ?? alt : key.toUpperCase()}`], what));
  }
  if (document.querySelector('[data-write]')) {
    list.append(line(['Ctrl + Enter', '⌘ + Enter'], say('发送', 'send')));
    list.append(line(['Esc'], say('离开输入框，到消息', 'from the field to the messages')));
  }
  list.append(line(['?'], say('打开本说明', 'this help')));
  const label = document.createElement('label');
  label.className = 'check';
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.checked = read();
  box.addEventListener('change', () => {
    try {
      localStorage.setItem(KEY, box.checked ? 'on' : 'off');
    } catch {
      // Remembered until the reload only.
    }
  });
  label.append(box, say(' 单个字母也可作快捷键（不在输入框中时）', ' single letters work, too, outside of fields'));
  const close = document.createElement('button');
  close.textContent = say('关闭', 'Close');
  close.addEventListener('click', () => dialog.close());
  dialog.append(head, list, label, close);
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || dialog?.open) return;
  if (event.altKey) {
    const found = all.find((a) => event.code === `Key${a.key.toUpperCase()}` || (a.alt && event.key === a.alt));
    if (!found) return;
    event.preventDefault();
    found.run();
    return;
  }
  if (isField(event.target)) return;
  if (event.key === '?') {
    event.preventDefault();
    help();
    return;
  }
  // What lies within a widget with keys of its own is that widget's.
  if (!read() || event.shiftKey || event.target.closest?.('[role=tablist]')) return;
  const found = all.find((a) => event.key === a.key);
  if (!found) return;
  event.preventDefault();
  found.run();
});

for (const button of document.querySelectorAll('[data-help]')) button.addEventListener('click', help);
