// Size and structure of the current page, measured by the browser itself. `sizes` says how many bytes what came out of the cache was when it
// was fetched; `whole` whether the content of the first answer is looked at as well, for which the page is asked for once more.
const [sizes, whole] = arguments;
const done = arguments[arguments.length - 1];
const here = location.origin;
const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
const picture = (e) => /\.(svg|png|jpe?g|webp|ico)(\?|$)/.test(e.name);
const data = (e) => e.initiatorType === 'fetch' || e.initiatorType === 'xmlhttprequest';
const counted = entries.filter((e) => !picture(e) && !data(e));
const path = (e) => new URL(e.name).pathname.replace(/^\/assets\/[0-9a-f]+\//, '');
const transferred = (e) => Math.max(e.transferSize, sizes[path(e)] ?? 0, ...performance.getEntriesByName(e.name).map((same) => same.transferSize));

// What came out of the cache before anybody measured it is fetched once.
async function measureCached() {
  const unknown = counted.filter((e) => transferred(e) === 0);
  await Promise.all(unknown.map((e) => fetch(e.name, { cache: 'reload' }).then((answer) => answer.arrayBuffer())));
}

// The content of the first answer, before any script has run.
async function first() {
  const html = await (await fetch(location.href)).text();
  const page = new DOMParser().parseFromString(html, 'text/html');
  return {
    inline: page.querySelectorAll('[style], script:not([src]):not([type="application/json"]), [onclick], [onload], [onerror]').length,
    carried: Boolean(page.querySelector('main h1')?.textContent.trim()),
  };
}

async function measure() {
  await measureCached();
  const parts = counted.map((e) => [path(e), transferred(e), e.decodedBodySize]);
  return {
    elsewhere: entries.map((e) => e.name).filter((name) => !name.startsWith(here)),
    transferred: parts.reduce((total, part) => total + part[1], 0),
    unpacked: parts.reduce((total, part) => total + part[2], 0),
    parts,
    blocking: entries.filter((e) => e.renderBlockingStatus === 'blocking').map((e) => new URL(e.name).pathname),
    ...(whole ? await first() : {}),
  };
}

measure().then(done, (error) => done({ carried: String(error) }));
