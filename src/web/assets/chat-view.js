/**
 * How messages are shown. What it makes of a message looks as the server's page does (`templates/web/consultation.html`). What
 * people wrote becomes text and never markup.
 * @module
 */
import { language, load, say, shown } from './api.js';
import { dayName, element, inChina } from './live.js';

const roles = {
  enterprise: say('企业', 'enterprise'),
  expert: say('专家', 'expert'),
  admin: say('监管人员', 'regulator'),
  operator: say('平台运营', 'operator'),
};

/** For whom people speak, by account, and the enterprise, for its people who came later. */
const sides = { of: {}, enterprise: '' };

/** Remembers for whom people speak. */
export function knowSides(of, enterprise) {
  [sides.of, sides.enterprise] = [of ?? {}, enterprise ?? ''];
}
const page = JSON.parse(document.getElementById('chat')?.dataset.chat ?? '{}');
knowSides(page.affiliations, page.enterprise);

/** What stands in the place of a text that is gone; nothing where it is there. */
export function gone(message) {
  if (message.retracted_at) return say('消息已撤回', 'This message was taken back');
  return message.kind === 'erased' ? say('已按保存期限清除', 'erased when its retention period had passed') : '';
}

/** For whom a sender speaks, where that says more than the name. */
function sideOf(sender) {
  const side = sides.of[sender?.id] ?? (sender?.role === 'enterprise' ? sides.enterprise : '');
  return side && side !== sender?.name ? say(`（${side}）`, ` (${side})`) : '';
}

/** @type {Map<string, Promise<{name?: string, type?: string, size?: number, held?: string} | null>>} */
const known = new Map();

/** The name, type and size of a file, from the headers of its response. */
export function fileOf(id) {
  if (!known.has(id)) {
    const ask = async () => {
      const answer = await fetch(`/api/v1/attachments/${id}`, { method: 'HEAD', headers: { 'Accept-Language': language } });
      if (answer.status === 409) {
        // Not yet found clean, or quarantined. The reason has a body, which HEAD does not bring.
        const why = await (await fetch(`/api/v1/attachments/${id}`, { headers: { 'Accept-Language': language } })).json();
        known.delete(id);
        return { held: why.title };
      }
      if (!answer.ok) return null;
      const name = /filename\*=UTF-8''([^;]*)/.exec(answer.headers.get('content-disposition') || '')?.[1] ?? id;
      return { name: decodeURIComponent(name), type: answer.headers.get('content-type') || '', size: Number(answer.headers.get('content-length')) };
    };
    known.set(id, ask().catch(() => {
      known.delete(id);
      return null;
    }));
  }
  return known.get(id);
}

/** Remembers what is known of a file already. */
export const knowFile = (id, file) => known.set(id, Promise.resolve(file));

/** A size for people. */
export const sizeOf = (bytes) => (bytes >= 1_048_576 ? `${(bytes / 1_048_576).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} KB`);

/** Whether a page may show it: pictures that every browser draws and none runs. */
export const isPicture = (type) => /^image\/(jpeg|png|webp)$/.test(type);

function fileLine(id) {
  const li = element('li');
  const link = element('a');
  link.href = `/api/v1/attachments/${id}`;
  [link.target, link.rel] = ['_blank', 'noopener'];
  link.append(element('span', say('附件', 'file'), 'file'));
  li.append(link);
  fileOf(id).then((file) => {
    if (!file) return;
    if (file.held) {
      li.replaceChildren(element('span', say('附件', 'file'), 'file quiet'), ' ', element('small', file.held, 'bad'));
      return;
    }
    if (isPicture(file.type)) {
      const img = element('img');
      [img.src, img.alt, img.width, img.height, img.loading] = [link.href, shown(file.name), 160, 120, 'lazy'];
      link.replaceChildren(img);
    } else {
      link.firstChild.textContent = shown(file.name);
      link.download = '';
    }
    if (file.size) li.append(' ', element('small', sizeOf(file.size)));
  });
  return li;
}

/** A message, or one that waits to be sent, as a line. */
export function line(message, account) {
  const at = message.sent_at ?? new Date(message.at).toISOString();
  const li = element('li', undefined, `message ${message.kind || ''} by-${message.sender?.role ?? 'me'}`);
  li.dataset.client = message.client_id;
  if (message.seq) li.dataset.seq = message.seq;
  if (message.sender?.id === account || !message.seq) li.classList.add('mine');
  const head = element('small');
  head.append(element('b', message.sender?.name ?? say('我', 'me')), `${li.matches('.mine') ? '' : sideOf(message.sender)} ${roles[message.sender?.role] ?? ''} · `);
  const time = element('time', inChina(new Date(at)).clock);
  time.dateTime = at;
  head.append(time);
  li.append(head);
  if (message.kind === 'advice') li.append(element('b', say('整改意见', 'Advice'), 'kind'));
  const without = gone(message);
  li.append(without ? element('p', without, 'text quiet') : element('p', message.body, 'text'));
  if (message.reply_to) load('chat-quote').then(({ show }) => show(li, message)).catch(() => {});
  if (message.attachments?.length) {
    const files = element('ul', undefined, 'files');
    files.append(...message.attachments.map(fileLine));
    li.append(files);
  }
  return li;
}

/** One that waits to be sent, or was refused, with the line that says so. */
export function unsentLine(item, account, online) {
  const li = line(item, account);
  li.classList.add('unsent');
  const mark = element('p', undefined, 'state');
  if (item.refused) {
    const why = [item.refused.detail || item.refused.title || '', ...(item.refused.errors || []).map((e) => e.detail)].join(' ');
    mark.textContent = `${say('未能发送：', 'Not sent: ')}${why} `;
    li.classList.add('refused');
    mark.classList.add('fault');
  } else mark.textContent = online ? say('发送中…', 'sending…') : say('未发送，连接恢复后自动发送', 'not sent yet; it goes out once the connection is back');
  li.append(mark);
  return { li, mark };
}

const atOf = (li) => li?.querySelector('time')?.dateTime;
const dayOf = (li) => (li?.matches('.message') ? inChina(new Date(atOf(li))).day : null);

/** A separator for a day. */
function dayLine(at) {
  const li = element('li', undefined, 'day');
  li.append(element('span', dayName(new Date(at))));
  return li;
}

/** The last message before a place, if one is there. */
function messageBefore(place, list) {
  let at = place ? place.previousElementSibling : list.lastElementChild;
  while (at && !at.matches('.message')) at = at.previousElementSibling;
  return at;
}

/** Puts a message in its place: before those that wait to be sent, with a separator where a day begins. */
export function append(list, li) {
  const place = li.classList.contains('unsent') ? null : list.querySelector(':scope > .unsent');
  const before = messageBefore(place, list);
  if (dayOf(before) !== dayOf(li) && !(before === null && list.querySelector('.day'))) list.insertBefore(dayLine(atOf(li)), place);
  list.insertBefore(li, place);
}

/** Puts earlier messages on top. The first separator is made again. */
export function prepend(list, lines) {
  const first = list.querySelector(':scope > .message');
  if (list.firstElementChild?.classList.contains('day') && dayOf(lines.at(-1)) === dayOf(first)) list.firstElementChild.remove();
  const all = [];
  let day = null;
  for (const li of lines) {
    if (dayOf(li) !== day) all.push(dayLine(atOf(li)));
    day = dayOf(li);
    all.push(li);
  }
  list.prepend(...all);
}

/** The separator above what is new. */
export function newLine() {
  const li = element('li', undefined, 'new');
  li.append(element('span', say('以下为新消息', 'New messages')));
  return li;
}

/** Something that happened, in the talk. */
export function eventLine(text) {
  const li = element('li', undefined, 'event');
  li.append(element('span', text));
  return li;
}
