/**
 * The look of the search: whoever shows what was found imports this.
 * @module
 */
const link = document.createElement('link');
[link.rel, link.href] = ['stylesheet', new URL('./search.css', import.meta.url).href];
document.head.append(link);
