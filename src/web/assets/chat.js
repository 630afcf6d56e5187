/**
 * The page of one consultation: shows what comes, sends what is written, says what is not sent yet, who is there and who has
 * read; keeps what belongs to it up to date without losing what is being typed.
 * @module
 */
import { explain, language, load, notice, say, submitForm, shown } from './api.js';
import { account, client, element } from './live.js';
import { writer } from './chat-write.js';
import { actions } from './keys.js';
import './conversations.js';

const root = document.getElementById('chat');
const data = JSON.parse(root.dataset.chat);
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

/** What draws messages is loaded with the first one that comes; what happens meanwhile waits for it, in order. */
let view;
const undrawn = [];
function drawn(run) {
  if (view) run();
  else if (undrawn.push(run) === 1) bringView();
}
function bringView() {
  load('chat-view').then((module) => {
    view = module;
    for (const run of undrawn.splice(0)) run();
  }, () => setTimeout(bringView, 2_000));
}
/** After what is to be drawn; at once where that is nothing. */
const afterDrawn = (run) => (undrawn.length ? drawn(run) : run());

/** Whether the end of a stream stays in view. */
const following = {};
function toEnd(of) {
  const box = log(of);
  if (box) box.scrollTop = box.scrollHeight;
  following[of] = true;
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
  const sizes = () => box.scrollHeight * 1e5 + box.clientHeight;
  let known = sizes();
  following[of] = atEnd(box);
  // What moved since the sizes changed moved by itself.
  box.addEventListener('scroll', () => { if (known === sizes()) following[of] = atEnd(box); }, { passive: true });
  let first = list(of).firstElementChild;
  const observer = new ResizeObserver(() => {
    // Earlier messages on top move nothing.
    const grewOnTop = first !== list(of).firstElementChild;
    first = list(of).firstElementChild;
    known = sizes();
    if (following[of] && !grewOnTop) box.scrollTop = box.scrollHeight;
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
const showUnsent = (item) => drawn(() => drawUnsent(item));
function drawUnsent(item) {
  if (item.consultation !== data.consultation || !list(item.stream)) return;
  find(item.client_id)?.remove();
  const { li, mark } = view.unsentLine(item, account, client.state === 'online');
  if (item.refused) {
    tell(mark.textContent);
    load('chat-refused').then(({ offer }) => offer({ item, li, mark, writer: writers.get(item.stream), showUnsent }), (error) => notice(...explain(error)));
  }
  view.append(list(item.stream), li);
  panes.get(item.stream).querySelector('.nothing')?.remove();
  toEnd(item.stream);
}

client.addEventListener('message', ({ detail }) => {
  if (detail.consultation === data.consultation && list(detail.stream)) drawn(() => draw(detail));
});
function draw(message) {
  const of = message.stream;
  const box = log(of);
  const mine = message.sender.id === account;
  const follows = atEnd(box) || (mine && Boolean(find(message.client_id)));
  find(message.client_id)?.remove();
  if (!readers.has(message.sender.id) && message.sender.role !== 'admin') readers.set(message.sender.id, { ...message.sender, seq: 0 });
  if (of === 'talk' && readers.has(message.sender.id)) readers.get(message.sender.id).seq = message.seq;
  const seen = isShown() && of === stream && follows;
  if (!mine && !seen && !list(of).querySelector('.new')) list(of).insertBefore(view.newLine(), list(of).querySelector('.unsent'));
  const li = view.line(message, account);
  view.append(list(of), li);
  offerQuotes([li]);
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
}

client.addEventListener('ack', ({ detail }) => afterDrawn(() => {
  const li = find(detail.client_id);
  li?.classList.remove('unsent');
  li?.querySelector('.state')?.remove();
  banner();
}));
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
const showCards = () => load('chat-renew').then(({ cards }) => cards(list('talk'), data.consultation)).catch(() => {});

/** What the reader has just sent can be taken back for a while; what anyone took back goes. */
const takeBack = (gone) => load('chat-retract').then((m) => (gone ? m.remove(root, gone) : m.offer(root, data))).catch(() => {});
client.addEventListener('retracted', ({ detail }) => {
  if (detail.consultation === data.consultation) afterDrawn(() => takeBack(detail));
});

/** The consultation has changed: what is here is updated. */
let again;
let resumed = false;
async function renew() {
  clearTimeout(again);
  try {
    const { renew: bring } = await load('chat-renew');
    if (!(await bring({ root, data, readers, talk: list('talk'), isAtEnd: () => atEnd(log('talk')), toEnd, tell }))) return;
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
  // What became of the advice while there was no connection is not told; not all ask at once.
  else if (resumed && list('talk').querySelector('.advice')) setTimeout(showCards, 2_000 * Math.random());
  resumed = true;
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
      changed: (field, quoted) => load('chat-drafts').then(({ save }) => save(data.consultation, name, field.value, quoted), () => {}),
      typing: name === 'talk' ? () => client.typing(data.consultation) : undefined,
      send(body, files, quoted) {
        const item = client.send(data.consultation, body, { stream: name, attachments: files.map((f) => f.id), reply_to: quoted });
        showUnsent(item);
        banner();
      },
      leave: () => box.focus(),
    }));
  }
  const mine = writers.get(name);
  if (mine && data.drafts.includes(name) && !mine.has()) load('chat-drafts').then(({ bring }) => bring(data.consultation, name, mine)).catch(() => {});
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
    .then(() => {
      receipts();
      offerQuotes();
    }, (error) => notice(...explain(error)));
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
if (writers.size) actions.add({ key: 'q', what: say('引用最新一条消息', 'quote the newest message'), run: () => quote([...list(stream).querySelectorAll('.message[data-seq]:not(.mine)')].at(-1)) });
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

/** The forms beside the talk, and the quoting of messages: what they need is loaded when they are used. */
const ask = (module, run) => load(module).then(run, (error) => notice(...explain(error)));
const beside = root.querySelector('aside');
root.addEventListener('click', ({ target }) => {
  const more = target.closest('[data-more]');
  if (more) ask('chat-places', ({ open }) => open(more));
  const cited = target.closest('.cite')?.closest('.message');
  if (cited) quote(cited);
});
// Whoever lost it while filling in a form is told that, and not that there is no such thing.
beside.addEventListener('refused', ({ detail }) => {
  if (detail?.status !== 404) return;
  notice();
  leave();
}, true);
// What was written into further places before a reload is shown.
for (const more of beside.querySelectorAll('[data-more]')) {
  if ([...more.form.querySelectorAll(`${more.dataset.more}[hidden] textarea`)].some((f) => f.value)) ask('chat-places', ({ show }) => show(more));
}
const look = ({ target }) => {
  if (target.matches('[data-load]:not([data-watched])') && target.open !== false) ask(target.dataset.load, ({ watch }) => watch(target, tell));
};
for (const kind of ['focusin', 'toggle']) beside.addEventListener(kind, look, true);

/** Quotes a message in what is being written. */
function quote(li) {
  const mine = writers.get(li?.closest('.pane').dataset.stream);
  if (!mine) return;
  if (root.dataset.step !== 'talk') go('talk');
  mine.quote(Number(li.dataset.seq));
  mine.field.focus();
}
/** Each message can be quoted where one may write. */
function offerQuotes(lines = root.querySelectorAll('.message[data-seq]')) {
  for (const li of lines) {
    if (li.querySelector('.cite, :scope > .text.quiet') || !writers.has(li.closest('.pane').dataset.stream)) continue;
    const button = element('button', say('引用', 'Quote'), 'link cite');
    button.type = 'button';
    li.querySelector('small').append(button);
  }
}

document.addEventListener('visibilitychange', markRead);
if ([...root.querySelectorAll('.mine time')].some((t) => Date.now() - Date.parse(t.dateTime) < data.retract * 1_000)) takeBack();
client.ready.then(() => {
  client.pending(data.consultation).forEach(showUnsent);
  banner();
});
client.subscribe(data.consultation, data.after);
receipts();
offerQuotes();
for (const name of panes.keys()) {
  const divider = list(name).querySelector('.new');
  // The first unread message is scrolled into view, not the last one.
  if (divider && name === stream) log(name).scrollTop = divider.offsetTop - log(name).offsetTop - 40;
  else toEnd(name);
  missed(name, unseen[name]);
  keepEnd(name);
}
root.dataset.ready = language;

// The message that a search found, or that is quoted.
const at = () => load('chat-at').catch(() => {});
if (location.hash) at();
else window.addEventListener('hashchange', at, { once: true });
