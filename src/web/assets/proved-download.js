/**
 * Downloads that ask for a proof of who is there (`data-step-up`): it is asked for here, before the browser leaves for the file.
 * @module
 */
import { explain, load, notice } from './api.js';

for (const link of document.querySelectorAll('a[data-step-up]')) {
  link.addEventListener('click', async (event) => {
    event.preventDefault();
    try {
      if (await (await load('step-up')).prove()) location.assign(link.href);
    } catch (error) {
      notice(...explain(error));
    }
  });
}
