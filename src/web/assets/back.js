/**
 * The way back leads to where one came from: a list as it was narrowed, at its page.
 * @module
 */
import { say } from './api.js';

for (const link of document.querySelectorAll('a[data-back]')) {
  if (!document.referrer) continue;
  const from = new URL(document.referrer);
  if (from.origin !== location.origin || from.pathname === location.pathname || /^\/(login|session)/.test(from.pathname)) continue;
  [link.href, link.textContent] = [from.href, `← ${say('返回', 'Back')}`];
}
