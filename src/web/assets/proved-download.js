/**
 * Downloads that ask for a proof of who is there (`data-step-up`): it is asked for here, before the browser leaves for the file.
 * @module
 */
import { explain, notice } from './api.js';
import { prove } from './step-up.js';

for (const link of document.querySelectorAll('a[data-step-up]')) {
  link.addEventListener('click', async (event) => {
    event.preventDefault();
    try {
      if (await prove()) location.assign(link.href);
    } catch (error) {
      notice(...explain(error));
    }
  });
}
