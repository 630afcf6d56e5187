/**
 * Shortcuts. Each has a letter that works with Alt everywhere, and alone outside of fields; the letters alone can be switched off
 * (WCAG 2.2, 2.1.4). The dialog that lists them is loaded when it is asked for.
 * @module
 */
import { explain, load, notice } from './api.js';

const KEY = 'zerodesk.letters';
/** Whether letters alone are shortcuts. */
const letters = {
  get on() {
    try {
      return localStorage.getItem(KEY) !== 'off';
    } catch {
      return true;
    }
  },
  set on(on) {
    try {
      localStorage.setItem(KEY, on ? 'on' : 'off');
    } catch {
      // Remembered until the reload only.
    }
  },
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

/** Shows the shortcuts. */
async function help() {
  try {
    const { show } = await load('keys-help');
    show(all, letters);
  } catch (error) {
    notice(...explain(error));
  }
}

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || document.querySelector('dialog[open]')) return;
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
  if (!letters.on || event.shiftKey || event.target.closest?.('[role=tablist]')) return;
  const found = all.find((a) => event.key === a.key);
  if (!found) return;
  event.preventDefault();
  found.run();
});

for (const button of document.querySelectorAll('[data-help]')) button.addEventListener('click', help);
