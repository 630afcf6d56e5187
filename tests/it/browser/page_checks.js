// Size and structure of the current page, measured by the browser itself.
const done = arguments[arguments.length - 1];
const here = location.origin;
const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
const picture = (e) => /\.(svg|png|jpe?g|webp|ico)(\?|$)/.test(e.name);
const data = (e) => e.initiatorType === 'fetch' || e.initiatorType === 'xmlhttprequest';
const counted = entries.filter((e) => !picture(e) && !data(e));
const sum = (key) => counted.reduce((total, e) => total + e[key], 0);
// The content of the first answer, before any script has run.
fetch(location.href).then((answer) => answer.text()).then((html) => {
  const first = new DOMParser().parseFromString(html, 'text/html');
  const path = (e) => new URL(e.name).pathname.replace(/^\/assets\/[0-9a-f]+\//, '');
  done({
    elsewhere: entries.map((e) => e.name).filter((name) => !name.startsWith(here)),
    transferred: sum('transferSize'),
    unpacked: sum('decodedBodySize'),
    parts: counted.map((e) => [path(e), e.decodedBodySize]),
    blocking: entries.filter((e) => e.renderBlockingStatus === 'blocking').map((e) => new URL(e.name).pathname),
    inline: first.querySelectorAll('[style], script:not([src]):not([type="application/json"]), [onclick], [onload], [onerror]').length,
    carried: Boolean(first.querySelector('main h1')?.textContent.trim()),
  });
}, (error) => done({ carried: String(error) }));
