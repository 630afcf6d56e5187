// What the page as it stands weighs and how it is made, measured by the browser itself. Returns an object.
const here = location.origin;
const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
const picture = (e) => e.initiatorType === 'img' || e.initiatorType === 'icon' || /\.(svg|png|jpe?g|webp|ico)(\?|$)/.test(e.name);
const api = (e) => e.initiatorType === 'fetch' || e.initiatorType === 'xmlhttprequest';
const counted = entries.filter((e) => !picture(e) && !api(e));
const sum = (key) => counted.reduce((total, e) => total + e[key], 0);
return {
  elsewhere: entries.map((e) => e.name).filter((name) => !name.startsWith(here)),
  transferred: sum('transferSize'),
  raw: sum('decodedBodySize'),
  blocking: entries.filter((e) => e.renderBlockingStatus === 'blocking').map((e) => new URL(e.name).pathname),
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  inline: document.querySelectorAll('[style], script:not([src]), [onclick], [onload], [onerror]').length,
};
