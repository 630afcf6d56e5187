/**
 * Times that count down to a moment.
 * @module
 */
import { say } from './api.js';

const clocks = [...document.querySelectorAll('[data-countdown]')];
function tick() {
  for (const clock of clocks) {
    const left = Math.max(0, Math.floor((Date.parse(clock.dateTime) - Date.now()) / 1000));
    const [h, m, s] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
    const text = [h, m, s].map((n) => String(n).padStart(2, '0')).join(':');
    clock.textContent = left ? say(`剩余 ${text}`, `${text} left`) : say('已超时', 'lapsed');
  }
}
tick();
setInterval(tick, 1000);
