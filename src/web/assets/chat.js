/**
 * The page of one consultation: shows what comes, sends what is written, says what is not sent yet.
 * @module
 */
import { call, explain, language, notice, renewSession, say } from './api.js';
import { ChatClient, localOutbox } from './zerodesk-chat.js';

const root = document.getElementById('chat');
const data = JSON.parse(root.dataset.chat);
const draft = document.getElementById('draft');
const connection = document.getElementById('connection');
const typing = document.getElementById('typing');
const panes = new Map([...root.querySelectorAll('.pane')].map((p) => [p.dataset.stream, p]));
const client = new ChatClient({ url: '/api/v1/ws', renew: renewSession, outbox: localOutbox(`zerodesk.outbox.${data.account}`) });
const roles = {
  enterprise: say('企业', 'enterprise'),
  expert: say('专家', 'expert'),
  admin: say('监管人员', 'regulator'),
  operator: say('平台', 'operator'),
};
const when = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Asia/Shanghai' });
let stream = 'talk';

const list = (of) => panes.get(of)?.querySelector('.messages');
const log = (of) => panes.get(of)?.querySelector('.log');
const find = (id) => root.querySelector(`[data-client="${CSS.escape(id)}"]`);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function line(message) {
  const li = element('li', undefined, `message ${message.kind || ''}`);
  li.dataset.client = message.client_id;
  if (message.seq) li.dataset.seq = message.seq;
  if (message.sender?.id === data.account || !message.seq) li.classList.add('mine');
  if (message.seq) {
    const head = element('small', `${message.sender.name} · ${roles[message.sender.role] ?? ''} · `);
    const time = element('time', when.format(new Date(message.sent_at)));
    time.dateTime = message.sent_at;
    head.append(time);
    li.append(head);
    if (message.kind === 'advice') li.append(element('b', say('整改意见', 'Advice')));
  }
  li.append(element('p', message.body, 'text'));
  return li;
}

const atEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 80;
const toEnd = (box) => {
  box.scrollTop = box.scrollHeight;
};

/** A message that has no number yet stands at the end. */
function showUnsent(item) {
  find(item.client_id)?.remove();
  const li = line(item);
  li.classList.add('unsent');
  if (item.refused) {
    li.classList.add('refused');
    const mark = element('p', `${say('未能发送：', 'Not sent: ')}${item.refused.detail || item.refused.title || ''} `, 'fault');
    const again = element('button', say('重试', 'Try again'), 'link');
    const drop = element('button', say('删除', 'Discard'), 'link');
    again.onclick = () => {
      client.retry(item.client_id);
      showUnsent({ ...item, refused: undefined });
    };
    drop.onclick = () => {
      client.discard(item.client_id);
      li.remove();
    };
    mark.append(again, drop);
    li.append(mark);
  } else li.append(element('span', say('未发送', 'not sent yet'), 'mark-unsent'));
  list(item.stream)?.append(li);
  const box = log(item.stream);
  if (box) toEnd(box);
}

function markRead() {
  if (document.hidden) return;
  const last = panes.get(stream)?.querySelector('.messages > [data-seq]:nth-last-child(1 of [data-seq])');
  if (last) client.read(data.consultation, stream, Number(last.dataset.seq));
}

client.addEventListener('message', ({ detail: message }) => {
  if (message.consultation !== data.consultation) return;
  const box = log(message.stream);
  if (!box) return;
  const follows = atEnd(box) || message.sender.id === data.account;
  find(message.client_id)?.remove();
  const li = line(message);
  list(message.stream).insertBefore(li, list(message.stream).querySelector('.unsent'));
  if (follows) toEnd(box);
  if (message.stream === stream) markRead();
  else {
    const count = document.querySelector(`#tab-${message.stream} .count`);
    if (count) {
      count.hidden = false;
      count.textContent = Number(count.textContent || 0) + 1;
    }
  }
  typing.textContent = '';
});

client.addEventListener('ack', ({ detail }) => {
  const li = find(detail.client_id);
  li?.classList.remove('unsent');
  li?.querySelector('.mark-unsent')?.remove();
});
client.addEventListener('refused', ({ detail }) => showUnsent(detail.item));

let quiet;
client.addEventListener('typing', ({ detail }) => {
  if (detail.user.id === data.account) return;
  typing.textContent = say(`${detail.user.name} 正在输入…`, `${detail.user.name} is typing…`);
  clearTimeout(quiet);
  quiet = setTimeout(() => {
    typing.textContent = '';
  }, 5000);
});

client.addEventListener('consultation', ({ detail }) => {
  if (detail.consultation !== data.consultation || detail.status === data.status) return;
  data.status = detail.status;
  const link = { href: location.href, text: say('刷新', 'Reload') };
  notice(say('问诊状态有变化。', 'The consultation has changed.'), { link });
  // Nothing is being written: show the new state at once.
  if (!draft?.value && !client.pending().length && !document.querySelector('details[open] form')) location.reload();
});

client.addEventListener('error', ({ detail }) => {
  if (detail.consultation) notice(detail.problem.detail, { bad: true });
});

client.addEventListener('state', ({ detail }) => {
  const waiting = client.pending(data.consultation).length;
  const unsent = waiting ? say(`有 ${waiting} 条消息未发送。`, `${waiting} not sent yet.`) : '';
  connection.hidden = detail.state === 'online';
  connection.dataset.state = detail.state;
  if (detail.state === 'online') return;
  if (detail.reason === 'credentials') {
    connection.textContent = say('登录已失效，未发送的消息会保留。', 'Your session has ended; what is not sent is kept. ');
    const a = element('a', say('重新登录', 'Log in'));
    a.href = `/login?next=${encodeURIComponent(location.pathname)}`;
    connection.append(' ', a);
  } else connection.textContent = `${say('连接已断开，正在重新连接…', 'Reconnecting…')} ${unsent}`;
});

// What is written outlives a reload.
const kept = `zerodesk.draft.${data.account}.${data.consultation}`;
if (draft) {
  draft.maxLength = data.most;
  draft.value = localStorage.getItem(kept) || '';
  draft.addEventListener('input', () => {
    localStorage.setItem(kept, draft.value);
    if (stream === 'talk' && draft.value) client.typing(data.consultation);
  });
  draft.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    draft.form.requestSubmit();
  });
  draft.form.addEventListener('submit', (event) => {
    event.preventDefault();
    const body = draft.value.trim();
    if (!body) return;
    const item = client.send(data.consultation, body, { stream });
    showUnsent(item);
    draft.value = '';
    localStorage.removeItem(kept);
    draft.focus();
  });
}

const tabs = [...root.querySelectorAll('[role=tab]')];
function choose(tab) {
  stream = tab.id.slice(4);
  for (const other of tabs) {
    other.setAttribute('aria-selected', String(other === tab));
    other.tabIndex = other === tab ? 0 : -1;
  }
  for (const [name, pane] of panes) pane.hidden = name !== stream;
  const count = tab.querySelector('.count');
  [count.hidden, count.textContent] = [true, ''];
  toEnd(log(stream));
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

for (const [name, pane] of panes) {
  const button = pane.querySelector('.earlier');
  button?.addEventListener('click', async () => {
    const before = Number(pane.dataset.before);
    const after = Math.max(0, before - 60);
    try {
      const path = `/api/v1/consultations/${data.consultation}/messages?stream=${name}&after=${after}&limit=${before - after}`;
      const { items } = await call(path);
      list(name).prepend(...items.map(line));
      pane.dataset.before = after;
      if (!after) button.remove();
    } catch (error) {
      notice(...explain(error));
    }
  });
  toEnd(pane.querySelector('.log'));
}

document.addEventListener('visibilitychange', markRead);
client.ready.then(() => client.pending(data.consultation).forEach(showUnsent));
client.addEventListener('subscribed', markRead);
client.subscribe(data.consultation, data.after);
client.connect();
