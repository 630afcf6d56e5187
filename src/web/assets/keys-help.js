/**
 * The dialog that lists a page's shortcuts.
 * @module
 */
import { say } from './api.js';

const make = (name, text) => Object.assign(document.createElement(name), { textContent: text });

function line(keys, what) {
  const row = make('div', '');
  const dt = make('dt', '');
  keys.forEach((key, n) => dt.append(n ? say(' 或 ', ' or ') : '', make('kbd', key)));
  row.append(dt, make('dd', what));
  return row;
}

/**
 * Shows them.
 * @param {{key: string, what: string, alt?: string}[]} actions
 * @param {{on: boolean}} letters whether letters alone are shortcuts
 */
export function show(actions, letters) {
  document.querySelector('dialog.help')?.remove();
  const dialog = document.createElement('dialog');
  dialog.className = 'help';
  const head = make('h2', say('键盘快捷键', 'Keyboard shortcuts'));
  head.id = 'help-title';
  dialog.setAttribute('aria-labelledby', head.id);
  const list = document.createElement('dl');
  const names = { ArrowDown: '↓', ArrowUp: '↑' };
  for (const { key, what, alt } of actions) {
    list.append(line([key.toUpperCase(), `Alt + ${alt ? names[alt] ?? alt : key.toUpperCase()}`], what));
  }
  if (document.querySelector('[data-write]')) {
    list.append(line(['Ctrl + Enter', '⌘ + Enter'], say('发送', 'send')));
    list.append(line(['Esc'], say('离开输入框，到消息', 'from the field to the messages')));
  }
  list.append(line(['Ctrl + K', '⌘ + K'], say('查找', 'search')));
  list.append(line(['?'], say('打开本说明', 'this help')));
  const label = document.createElement('label');
  label.className = 'check';
  const box = document.createElement('input');
  [box.type, box.checked] = ['checkbox', letters.on];
  box.addEventListener('change', () => {
    letters.on = box.checked;
  });
  label.append(box, say(' 单个字母也可作快捷键（不在输入框中时）', ' single letters work, too, outside of fields'));
  const close = make('button', say('关闭', 'Close'));
  close.addEventListener('click', () => dialog.close());
  dialog.append(head, list, label, close);
  document.body.append(dialog);
  dialog.showModal();
}
