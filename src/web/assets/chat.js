/**
 * The page of one consultation: shows what comes, sends what is written, says what is not sent yet, who is there and who has
 * read; keeps what belongs to it up to date without losing what is being typed.
 * @module
 */
import { explain, language, load, notice, say, submitForm, shown } from './api.js';
import { account, client, element } from './live.js';
import { append, knowSides, line, newLine } from './chat-view.js';
import { writer } from './chat-write.js';
import { actions } from './keys.js';
import './conversations.js';

const root = document.getElementById('chat');
const data = JSON.parse(root.dataset.chat);
knowSides(data.affiliations, data.enterprise);
const panes = new Map([...root.querySelectorAll('.pane')].map((p) => [p.dataset.stream, p]));
const [connection, gone, typing, said] = ['connection', 'gone', 'typing', 'said'].map((id) => document.getElementById(id));
const tabs = [...root.querySelectorAll('[role=tab]')];
const writers = new Map();
let stream = 'talk';

const list = (of) => panes.get(of)?.querySelector('.messages');
const log = (of) => panes.get(of)?.querySelector('.log');
const find = (id) => root.querySelector(`[data-client="${CSS.escape(id)}"]`);
const atEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 80;
const lastSeq = (of) => Number([...(list(of)?.querySelectorAll(':scope > [data-seq]') ?? [])].at(-1)?.dataset.seq ?? 0);
const isShown = () => !document.hidden && (root.dataset.step === 'talk' || !root.querySelector('.steps').offsetParent);

function toEnd(of) {
  const box = log(of);
  if (box) box.scrollTop = box.scrollHeight;
  missed(of, 0);
}

/** The way to the newest message, with how many came meanwhile. */
const unseen = { talk: 0, notes: 0 };
function missed(of, count) {
  unseen[of] = count;
  const button = panes.get(of)?.querySelector('.newest');
  if (!button) return;
  button.hidden = atEnd(log(of));
  button.querySelector('span').textContent = count ? say(`${count} 条新消息`, `${count} new`) : say('最新消息', 'Newest');
}

/** The end stays in view when pictures load or the room for the talk changes; who reads further up stays there. */
function keepEnd(of) {
  const box = log(of);
  let follows = atEnd(box);
  box.addEventListener('scroll', () => { follows = atEnd(box); }, { passive: true });
  let first = list(of).firstElementChild;
  const observer = new ResizeObserver(() => {
    // Earlier messages on top move nothing.
    const grewOnTop = first !== list(of).firstElementChild;
    first = list(of).firstElementChild;
    if (follows && !grewOnTop) box.scrollTop = box.scrollHeight;
  });
  for (const part of [box, list(of)]) observer.observe(part);
}

/** Says up to where was read, once it was seen. */
const marked = { talk: 0, notes: 0 };
function markRead() {
  if (!isShown()) return;
  const seq = lastSeq(stream);
  if (seq > marked[stream] && client.state === 'online') {
    marked[stream] = seq;
    client.read(data.consultation, stream, seq);
  }
  const count = document.querySelector(`#tab-${stream} .count`);
  if (count) [count.hidden, count.textContent] = [true, ''];
}

// Who has read what. An enterprise is informed of its experts, experts of the enterprise.
const readers = new Map(data.readers.map((r) => [r.id, r]));
function receipts() {
  const others = [...readers.values()].filter((r) => r.id !== account && (data.role === 'enterprise' ? r.role === 'expert' : r.role === 'enterprise'));
  if (!others.length) return;
  const upTo = Math.max(...others.map((r) => r.seq));
  const names = others.filter((r) => r.seq === upTo).map((r) => r.name);
  for (const li of list('talk').querySelectorAll('.mine[data-seq]')) {
    const isRead = Number(li.dataset.seq) <= upTo;
    let mark = li.querySelector('.receipt');
    if (!mark) {
      mark = element('span', undefined, 'receipt');
      li.append(mark);
    }
    const text = isRead ? say('已读', 'read') : say('已送达', 'delivered');
    if (mark.textContent !== text) mark.textContent = text;
    mark.title = isRead ? shown(names.join(say('、', ', '))) : '';
    mark.classList.toggle('is-read', isRead);
  }
}

/** Announces to a screen reader what came, politely: what comes together is announced together. */
let waiting = [];
let telling;
function tell(text) {
  waiting.push(text);
  clearTimeout(telling);
  telling = setTimeout(() => {
    said.textContent = waiting.length > 2 ? say(`${waiting.length} 条新消息`, `${waiting.length} new messages`) : shown(waiting.join(' '));
    waiting = [];
  }, 700);
}

/** A message that has no number yet is at the end. */
function showUnsent(item) {
  if (item.consultation !== data.consultation || !list(item.stream)) return;
  find(item.client_id)?.remove();
  const li = line(item, account);
  li.classList.add('unsent');
  const mark = element('p', undefined, 'state');
  if (item.refused) {
    const why = [item.refused.detail || item.refused.title || '', ...(item.refused.errors || []).map((e) => e.detail)].join(' ');
    mark.textContent = `${say('未能发送：', 'Not sent: ')}${why} `;
    li.classList.add('refused');
    mark.classList.add('fault');
    tell(mark.textContent);
    load('chat-refused').then(({ offer }) => offer({ item, li, mark, writer: writers.get(item.stream), showUnsent }), (error) => notice(...explain(error)));
  } else mark.textContent = client.state === 'online' ? say('发送中…', 'sending…') : say('未发送，连接恢复后自动发送', 'not sent yet; it goes out once the connection is back');
  li.append(mark);
  append(list(item.stream), li);
  panes.get(item.stream).querySelector('.nothing')?.remove();
  toEnd(item.stream);
}

client.addEventListener('message', ({ detail: message }) => {
  if (message.consultation !== data.consultation || !list(message.stream)) return;
  const of = message.stream;
  const box = log(of);
  const mine = message.sender.id === account;
  const follows = atEnd(box) || (mine && Boolean(find(message.client_id)));
  find(message.client_id)?.remove();
  if (!readers.has(message.sender.id) && message.sender.role !== 'admin') readers.set(message.sender.id, { ...message.sender, seq: 0 });
  if (of === 'talk' && readers.has(message.sender.id)) readers.get(message.sender.id).seq = message.seq;
  const seen = isShown() && of === stream && follows;
  if (!mine && !seen && !list(of).querySelector('.new')) list(of).insertBefore(newLine(), list(of).querySelector('.unsent'));
  append(list(of), line(message, account));
  panes.get(of).querySelector('.nothing')?.remove();
  if (message.kind === 'advice') showCards();
  else if (mine) takeBack();
  // The promise of a first answer is kept.
  if (of === 'talk' && message.sender.role === 'expert') root.querySelector('[data-first-answer]')?.remove();
  if (follows) toEnd(of);
  else missed(of, unseen[of] + (mine ? 0 : 1));
  if (of === stream) {
    if (follows) markRead();
  } else if (!mine) {
    const count = document.querySelector(`#tab-${of} .count`);
    if (count) [count.hidden, count.textContent] = [false, Number(count.textContent || 0) + 1];
  }
  if (!mine) tell(`${of === 'notes' ? say('内部备注，', 'Internal note, ') : ''}${message.sender.name}：${message.body.slice(0, 200)}`);
  if (!mine) typing.textContent = '';
  receipts();
});

client.addEventListener('ack', ({ detail }) => {
  const li = find(detail.client_id);
  li?.classList.remove('unsent');
  li?.querySelector('.state')?.remove();
  banner();
});
client.addEventListener('refused', ({ detail }) => showUnsent(detail.item));

client.addEventListener('read', ({ detail }) => {
  if (detail.consultation !== data.consultation) return;
  if (detail.user === account) {
    // Read in another window.
    marked[detail.stream] = Math.max(marked[detail.stream], detail.seq);
    const count = document.querySelector(`#tab-${detail.stream} .count`);
    if (count && detail.seq >= lastSeq(detail.stream)) [count.hidden, count.textContent] = [true, ''];
    return;
  }
  const reader = readers.get(detail.user);
  if (detail.stream === 'talk' && reader) reader.seq = Math.max(reader.seq, detail.seq);
  receipts();
});

// The first offer that comes while an expert talks loads the module that shows offers.
if (data.role === 'expert') {
  client.addEventListener('offer', ({ detail }) => load('offers').then(({ take }) => take(detail), () => {
    notice(say('有新的派单：', 'A new offer: '), { link: { href: `/consultations/${detail.consultation}`, text: detail.subject } });
  }), { once: true });
  client.addEventListener('invitation', ({ detail }) => load('offers').then(({ takeInvitation }) => takeInvitation(detail), () => {}), { once: true });
}

let quiet;
client.addEventListener('typing', ({ detail }) => {
  if (detail.consultation !== data.consultation || detail.user.id === account) return;
  typing.textContent = shown(say(`${detail.user.name} 正在输入…`, `${detail.user.name} is typing…`));
  clearTimeout(quiet);
  quiet = setTimeout(() => {
    typing.textContent = '';
  }, 5000);
});

const states = { online: say('在线', 'online'), away: say('离开', 'away'), offline: say('离线', 'offline') };
const present = new Map();
function showPresence() {
  const [dot, text] = [root.querySelector('[data-who-dot]'), root.querySelector('[data-who-state]')];
  const now = present.get(data.expert);
  if (!dot || !now) return;
  dot.dataset.state = now;
  text.textContent = `· ${states[now] ?? ''}`;
}
client.addEventListener('presence', ({ detail }) => {
  if (detail.consultation !== data.consultation) return;
  present.set(detail.user.name, detail.state);
  showPresence();
});

/** Advice that comes is shown as the card that the server makes of it; until then as its text. */
const showCards = () => load('chat-renew').then(({ cards }) => cards(list('talk'))).catch(() => {});

/** What the reader has just sent can be taken back for a while; what anyone took back goes. */
const takeBack = (gone) => load('chat-retract').then((m) => (gone ? m.remove(root, gone) : m.offer(root, data))).catch(() => {});
client.addEventListener('retracted', ({ detail }) => {
  if (detail.consultation === data.consultation) takeBack(detail);
});

/** The consultation has changed: what is here is updated. */
let again;
async function renew() {
  clearTimeout(again);
  try {
    const { renew: bring } = await load('chat-renew');
    if (!(await bring({ root, data, readers, talk: list('talk'), isAtEnd: () => atEnd(log('talk')), toEnd, tell }))) return;
    bind(root.querySelector('aside'));
    showPresence();
  } catch {
    again = setTimeout(renew, 3_000);
  }
}

client.addEventListener('consultation', ({ detail }) => {
  if (detail.consultation === data.consultation) renew();
});
client.addEventListener('subscribed', ({ detail }) => {
  if (detail.consultation !== data.consultation) return;
  if (detail.status !== data.status) renew();
  markRead();
});

/** One no longer takes part. */
const leave = () => load('chat-left').then(({ leave: show }) => show(root, gone), (error) => notice(...explain(error)));
client.addEventListener('removed', ({ detail }) => {
  if (detail.consultation === data.consultation) leave();
});
client.addEventListener('error', ({ detail }) => {
  if (detail.consultation === data.consultation && detail.problem.status === 404) leave();
  else if (detail.consultation) notice(detail.problem.detail, { bad: true });
});

/** What is wrong with the connection, and what waits for it. A short interruption is not shown. */
let bannerAt;
let state = { state: 'connecting' };
let lost = performance.now();
function banner() {
  clearTimeout(bannerAt);
  const unsent = client.pending(data.consultation).filter((i) => !i.refused).length;
  if (state.state === 'online') {
    if (!connection.hidden) tell(say('已重新连接', 'Connected again'));
    connection.hidden = true;
    lost = 0;
    return;
  }
  const show = () => {
    const count = unsent ? say(`有 ${unsent} 条消息未发送，连接恢复后自动发送。`, `${unsent} not sent yet; they go out once it is back.`) : say('输入的内容会保留。', 'What you type is kept.');
    let text = `${say('连接已断开，正在重新连接…', 'The connection is lost; reconnecting…')} ${count} `;
    let way = element('button', say('立即重试', 'Try now'), 'link');
    way.type = 'button';
    way.addEventListener('click', () => client.retryNow());
    if (state.reason === 'credentials') {
      text = `${say('登录已失效。未发送的消息和输入的内容都会保留，登录后自动发送。', 'Your session has ended. What is not sent and what you typed is kept, and sent once you log in.')} `;
      way = element('a', say('重新登录', 'Log in'));
      way.href = `/login?next=${encodeURIComponent(location.pathname)}`;
    } else if (state.reason === 'forbidden') text = `${say('服务器不接受此连接，请刷新页面。', 'The server does not take this connection; reload the page.')} `;
    connection.dataset.state = state.state;
    if (connection.hidden || connection.firstChild?.textContent !== text) connection.replaceChildren(text, way);
    connection.hidden = false;
  };
  lost ||= performance.now();
  const wait = lost + 1_200 - performance.now();
  if (connection.hidden && state.reason !== 'credentials' && wait > 0) bannerAt = setTimeout(show, wait);
  else show();
}
client.addEventListener('state', ({ detail }) => {
  // A running attempt changes nothing that is shown.
  if (detail.state === 'connecting' && state.state === 'offline') return;
  state = detail;
  root.dataset.connection = detail.state;
  for (const item of client.pending(data.consultation)) if (!item.refused && find(item.client_id)) showUnsent(item);
  banner();
});

for (const [name, pane] of panes) {
  const form = pane.querySelector('[data-write]');
  const box = log(name);
  if (form) {
    writers.set(name, writer(form, {
      key: `zerodesk.draft.${account}.${data.consultation}.${name}`,
      most: data.most,
      mostFiles: data.mostFiles,
      mostBytes: data.mostBytes,
      canned: data.role === 'enterprise' ? undefined : data.consultation,
      changed: (field) => load('chat-drafts').then(({ save }) => save(data.consultation, name, field.value), () => {}),
      typing: name === 'talk' ? () => client.typing(data.consultation) : undefined,
      send(body, files) {
        const item = client.send(data.consultation, body, { stream: name, attachments: files.map((f) => f.id) });
        showUnsent(item);
        banner();
      },
      leave: () => box.focus(),
    }));
  }
  const mine = writers.get(name);
  if (mine && data.drafts.includes(name) && !mine.has()) load('chat-drafts').then(({ bring }) => bring(data.consultation, name, mine.field)).catch(() => {});
  pane.querySelector('.newest').addEventListener('click', () => {
    toEnd(name);
    markRead();
    writers.get(name)?.field.focus({ preventScroll: true });
  });
  box.addEventListener('scroll', () => {
    if (atEnd(box)) {
      missed(name, 0);
      if (name === stream) markRead();
    } else missed(name, unseen[name]);
  }, { passive: true });

  const button = pane.querySelector('.earlier');
  const earlier = () => load('chat-earlier')
    .then((module) => module.earlier({ pane, box, list: list(name), button, consultation: data.consultation, stream: name }))
    .then(receipts, (error) => notice(...explain(error)));
  button?.addEventListener('click', earlier);
  // Who reads upwards gets them without asking.
  if (button) for (const kind of ['wheel', 'touchmove']) box.addEventListener(kind, () => load('chat-earlier').then(({ follow }) => follow(box, button, earlier)).catch(() => {}), { passive: true, once: true });
}

function choose(tab) {
  stream = tab.id.slice(4);
  for (const other of tabs) {
    other.setAttribute('aria-selected', String(other === tab));
    other.tabIndex = other === tab ? 0 : -1;
  }
  for (const [name, pane] of panes) pane.hidden = name !== stream;
  root.dataset.stream = stream;
  toEnd(stream);
  markRead();
}
tabs.forEach((tab, n) => {
  tab.addEventListener('click', () => choose(tab));
  tab.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    const next = tabs[(n + 1) % tabs.length];
    next.focus();
    choose(next);
  });
});

// On a phone the three panes are steps.
const steps = [...root.querySelectorAll('[data-go]')];
function go(step) {
  root.dataset.step = step;
  for (const button of steps) button.setAttribute('aria-pressed', String(button.dataset.go === step));
  if (step === 'talk') {
    toEnd(stream);
    markRead();
  }
}
for (const button of steps) button.addEventListener('click', () => go(button.dataset.go));

actions.add({
  key: 'c', what: say('写消息', 'write a message'),
  run() {
    go('talk');
    writers.get(stream)?.field.focus();
  },
});
if (tabs.length > 1) {
  actions.add({
    key: 'n', what: say('切换对话与内部备注', 'switch between the talk and the internal notes'),
    run() {
      choose(tabs.find((tab) => tab.id !== `tab-${stream}`));
      writers.get(stream)?.field.focus();
    },
  });
}
actions.add({ key: 'l', alt: 'End', what: say('到最新消息', 'to the newest message'), run: () => { toEnd(stream); markRead(); } });
if (root.querySelector('[data-accept]')) actions.add({ key: 'a', what: say('接诊', 'accept the offer'), run: () => submitForm(root.querySelector('[data-accept]')) });
const box = document.getElementById('advice');
if (box) {
  const advise = () => {
    go('about');
    box.open = true;
    box.querySelector('textarea').focus();
  };
  actions.add({ key: 'i', what: say('给出整改意见', 'give advice'), run: advise });
  root.querySelector('[data-advise]')?.addEventListener('click', advise);
}

/** Activates the forms beside the talk. */
function bind(part) {
  // Forms that begin with one of several places.
  for (const button of part.querySelectorAll('[data-more]')) {
    const places = () => [...button.form.querySelectorAll(button.dataset.more)];
    for (const place of places()) if ([...place.querySelectorAll('textarea')].some((f) => f.value)) place.hidden = false;
    button.addEventListener('click', () => {
      const next = places().find((p) => p.hidden);
      if (!next) return;
      next.hidden = false;
      next.querySelector('select, textarea').focus();
      button.hidden = !places().some((p) => p.hidden);
    });
    button.form.addEventListener('reset', () => places().forEach((p, n) => { p.hidden = n > 0; }));
  }

  // Whoever lost it while filling in a form is told that, and not that there is no such thing.
  for (const form of part.querySelectorAll('form[data-api]')) {
    form.addEventListener('refused', ({ detail }) => {
      if (detail?.status !== 404) return;
      notice();
      leave();
    });
  }

  // What few need is loaded when it is looked at.
  for (const field of part.querySelectorAll('[data-load]')) {
    const kind = field.open === undefined ? 'focus' : 'toggle';
    const begin = () => load(field.dataset.load).then(({ watch }) => watch(field, tell), (error) => {
      notice(...explain(error));
      field.addEventListener(kind, begin, { once: true });
    });
    field.addEventListener(kind, begin, { once: true });
  }
}
bind(root.querySelector('aside'));

document.addEventListener('visibilitychange', markRead);
if ([...root.querySelectorAll('.mine time')].some((t) => Date.now() - Date.parse(t.dateTime) < data.retract * 1_000)) takeBack();
client.ready.then(() => {
  client.pending(data.consultation).forEach(showUnsent);
  banner();
});
client.subscribe(data.consultation, data.after);
receipts();
for (const name of panes.keys()) {
  const divider = list(name).querySelector('.new');
  // The first unread message is scrolled into view, not the last one.
  if (divider && name === stream) log(name).scrollTop = divider.offsetTop - log(name).offsetTop - 40;
  else toEnd(name);
  missed(name, unseen[name]);
  keepEnd(name);
}
root.dataset.ready = language;

// The message that a search found.
if (location.hash) load('chat-at').catch(() => {});
