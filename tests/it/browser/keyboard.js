// What the keyboard reaches. `prepare` goes to the page's start, listens, and gives how many stops there are;
// `missed` names those that no Tab has reached since, and those that did not show that they have the focus.
const [what] = arguments;
if (what === 'prepare') {
  const all = 'a[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]';
  const groups = new Set();
  const wanted = [...document.querySelectorAll(all)].filter((e) => {
    if (e.tabIndex < 0 || e.disabled || e.type === 'hidden' || !e.checkVisibility({ visibilityProperty: true })) return false;
    if (e.type !== 'radio') return true;
    // Of a group of radio buttons one takes the focus.
    const group = [...document.getElementsByName(e.name)].filter((other) => other.form === e.form);
    return e === (group.find((other) => other.checked) ?? group[0]) && !groups.has(e) && groups.add(e);
  });
  const reached = new Set();
  const unseen = new Set();
  window.keysWalk = { wanted, reached, unseen };
  document.addEventListener('focusin', ({ target }) => {
    reached.add(target);
    const ring = (e) => {
      const style = getComputedStyle(e);
      return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== 'none';
    };
    if (!ring(target) && !ring(target.closest('label') ?? target)) unseen.add(target);
  });
  document.activeElement?.blur();
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
  scrollTo(0, 0);
  // A date or a time has a stop for each of its parts and one for its picker.
  const parts = { date: 3, time: 3, 'datetime-local': 6 };
  return wanted.reduce((stops, e) => stops + 1 + (parts[e.type] ?? 0), 0);
}
const { wanted, reached, unseen } = window.keysWalk;
const radios = (e) => e.type === 'radio' && [...reached].some((other) => other.name === e.name && other.form === e.form);
const missed = wanted.filter((e) => e.isConnected && !reached.has(e) && !radios(e) && e.checkVisibility());
return [...missed.map((e) => `out of reach: ${e.outerHTML.slice(0, 160)}`), ...[...unseen].map((e) => `unseen: ${e.outerHTML.slice(0, 160)}`)];
