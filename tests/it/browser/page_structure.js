// The structure of the current page: what rules of accessibility judge by, without what people wrote.
// `look` gives the page's language, by how much the words of the rail are too wide for it, and a key that is equal for pages that differ only
// by texts, numbers and how many equal rows they have. `thin` takes out of the page what is like two rows before it under the same parent;
// `restore` puts it back.
const [what] = arguments;
const done = arguments[arguments.length - 1];
const html = 'http://www.w3.org/1999/xhtml';
// Attributes of which only counts whether they say anything.
const free = new Set(['id', 'for', 'name', 'value', 'title', 'alt', 'placeholder', 'content', 'datetime', 'min', 'max', 'maxlength', 'pattern',
  'list', 'form', 'headers', 'style', 'aria-label', 'aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-owns', 'aria-details',
  'aria-errormessage', 'aria-activedescendant', 'aria-valuenow', 'aria-valuetext']);
const addresses = new Set(['href', 'src', 'action', 'formaction']);
const kind = (address) => address.split('?')[0].replace(/^(mailto|tel):.*/, '$1:')
  .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '_').replace(/\d+/g, '_');

function hash(text) {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}

const structures = new Map();
function structure(e) {
  if (structures.has(e)) return structures.get(e);
  const said = ({ name, value }) => {
    if (free.has(name) || name.startsWith('data-')) return `${name}${value.trim() ? '=' : ''}`;
    return `${name}=${addresses.has(name) ? kind(value) : value}`;
  };
  // The shapes of a chart are as long as its figures.
  const counts = ({ name }) => e.namespaceURI === html || /^(class|role|tabindex|aria-)/.test(name);
  const inside = new Set();
  for (const node of e.childNodes) {
    if (node.nodeType === Node.ELEMENT_NODE) inside.add(structure(node));
    else if (node.nodeType === Node.TEXT_NODE && node.data.trim()) inside.add(e.localName === 'style' ? hash(node.data) : '"');
  }
  const made = hash(`${e.localName} ${[...e.attributes].filter(counts).map(said).sort().join(' ')} ${[...inside].join(' ')}`);
  structures.set(e, made);
  return made;
}

// Elements that name others by their ids.
function references() {
  const names = ['for', 'list', 'form', 'headers', 'aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-owns', 'aria-details',
    'aria-errormessage', 'aria-activedescendant'];
  const found = new Map();
  const add = (id, by) => found.set(id, [...(found.get(id) ?? []), by]);
  for (const by of document.querySelectorAll(names.map((name) => `[${name}]`).join())) {
    for (const name of names) (by.getAttribute(name) ?? '').split(/\s+/).filter(Boolean).forEach((id) => add(id, by));
  }
  for (const by of document.querySelectorAll('a[href^="#"]')) add(by.getAttribute('href').slice(1), by);
  return found;
}

function thin() {
  const taken = [];
  const named = references();
  // Without its last messages a talk would ask for earlier ones.
  const growing = [...document.querySelectorAll('button.earlier')].map((button) => button.parentElement);
  const matters = (e) => {
    if (e.contains(document.activeElement) || e.selected || e.querySelector('dialog, video, audio, iframe')) return true;
    if (growing.some((box) => box.contains(e))) return true;
    const ids = [e, ...e.querySelectorAll('[id]')].filter((inner) => inner.id);
    return ids.some((inner) => (named.get(inner.id) ?? []).some((by) => !e.contains(by))) ||
      [...e.querySelectorAll('label')].some((label) => label.control && !e.contains(label.control));
  };
  const walk = (parent) => {
    const times = new Map();
    for (const e of [...parent.children]) {
      const like = structure(e);
      times.set(like, (times.get(like) ?? 0) + 1);
      const row = ['TR', 'LI', 'ARTICLE', 'OPTION'].includes(e.tagName) || (e.namespaceURI !== html && e.localName !== 'svg');
      if (row && times.get(like) > 2 && !matters(e)) taken.push([e, parent, e.nextSibling]);
      else walk(e);
    }
  };
  walk(document.body);
  for (const [e] of taken) e.remove();
  window.takenRows = taken;
}

function restore() {
  for (const [e, parent, next] of (window.takenRows ?? []).reverse()) {
    parent.insertBefore(e, next?.parentNode === parent ? next : null);
  }
  window.takenRows = [];
}

if (what === 'thin') {
  thin();
  done(null);
} else if (what === 'restore') {
  restore();
  done(null);
} else {
  // Modules have run by then.
  requestIdleCallback(() => {
    const rail = document.querySelector('.top');
    done({
      language: document.documentElement.lang,
      rail: rail ? rail.scrollWidth - rail.clientWidth : 0,
      key: `${kind(location.pathname)} ${structure(document.documentElement)}`,
    });
  }, { timeout: 500 });
}
