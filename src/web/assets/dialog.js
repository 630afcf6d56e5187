/**
 * The look of dialogs: whoever opens one imports this.
 * @module
 */
const link = document.createElement('link');
[link.rel, link.href] = ['stylesheet', new URL('./dialog.css', import.meta.url).href];
document.head.append(link);
