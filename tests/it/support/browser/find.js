// Elements by role and name, as assistive technology gets them, or by the text in them. `arguments`: the steps of the way
// to one, each {role, name}, the role `field` for whatever takes input.
// A name may be one of several, parted by `|`. Of several elements that fit, those named exactly so come first, then the innermost.
const [steps] = arguments;
const fields = 'input:not([type=hidden]), select, textarea, [contenteditable=true]';
const tags = {
  button: 'button, [role=button], input[type=submit]',
  link: 'a[href]',
  field: fields,
  summary: 'summary',
  heading: 'h1, h2, h3, h4, h5, h6',
};
// Where a role can be at all: asking each element of a page for its role takes seconds.
const places = {
  main: 'main, [role=main]',
  region: 'section, [role=region]',
  status: 'output, [role=status]',
  article: 'article, [role=article]',
  dialog: 'dialog, [role=dialog]',
  row: 'tr, [role=row]',
  ...tags,
};
const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
const tidy = (text) => (text || '').replace(/\s+/g, ' ').trim();
const nameOf = (e) => tidy(e.computedName);
const roleOf = (e, role) => role in tags || e.computedRole === role;
let found = [document.body];
for (const { role, name } of steps) {
  const names = name.split('|');
  const next = [];
  for (const root of found) {
    for (const e of root.querySelectorAll(places[role] || '*')) {
      if (!shown(e) || !roleOf(e, role)) continue;
      const fits = names.some((n) => nameOf(e).includes(n) || (role !== 'field' && tidy(e.innerText).includes(n)));
      if (fits) next.push(e);
    }
  }
  const exact = next.filter((e) => names.some((n) => nameOf(e) === n || tidy(e.innerText) === n));
  const pool = exact.length ? exact : next;
  found = pool.filter((e) => !pool.some((other) => other !== e && e.contains(other)));
  if (!found.length) return null;
}
return found[0];
