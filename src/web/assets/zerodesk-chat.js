/**
 * A client of ZeroDesk's chat protocol, `zerodesk.v1`, for browsers. A plain ES module without dependencies.
 *
 * It extends the server's guarantee to the user: a message that was acknowledged is shown once, in order; one that was not yet is
 * sent again under its `client_id` after a lost connection or a reload, which the server recognises.
 *
 * ```js
 * import { ChatClient, localOutbox } from '/assets/zerodesk-chat.js';
 * const chat = new ChatClient({ url: 'wss://desk.example/api/v1/ws', token, outbox: localOutbox('my-app.outbox'),
 *   renew: async () => ({ token: await newToken() }) });
 * chat.addEventListener('message', ({ detail }) => show(detail));
 * chat.connect();
 * chat.subscribe(consultation, { talk: lastSeqThatIHave });
 * chat.send(consultation, 'hello');
 * ```
 *
 * Events (`CustomEvent`s; `detail` is the server's frame where nothing else is said):
 *
 * - `state`: `{state: 'connecting' | 'online' | 'offline', retryIn?, reason?}`; `retryIn` in milliseconds; `reason` is
 *   `credentials`, `forbidden` or `closed` when it will not try again by itself, `network` when it will
 * - `message`: a message of a subscribed stream, once, in the order of `seq`
 * - `ack`: one of our messages is stored
 * - `removed`: `{consultation}`: its user no longer takes part; nothing more is received of it
 * - `retracted`: a message was taken back: now, or while its reader was away
 * - `subscribed`, `consultation`, `offer`, `offer_ended`, `invitation`, `mention`, `read`, `typing`, `presence`
 * - `refused`: `{item, problem}`: a message that the server does not take; `retry` or `discard` it
 * - `error`: `{ref, problem, consultation?}`
 * @module
 */

/**
 * A message on its way.
 * @typedef {{client_id: string, consultation: string, stream: 'talk' | 'notes', body: string, attachments?: string[],
 *   reply_to?: number, at: number, refused?: object}} Item
 */

/**
 * Where messages wait until they are acknowledged. Every method may be asynchronous.
 * @typedef {{load: () => Item[] | Promise<Item[]>, put: (item: Item) => any, remove: (client_id: string) => any}} Outbox
 */

/** The subprotocol's name. */
export const SUBPROTOCOL = 'zerodesk.v1';

const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * The wait before an attempt, in milliseconds: exponential, with full jitter, so that clients that were cut off together do
 * not come back together; never so long that a server that is back is not reached within five seconds.
 * @param {number} attempt from 0
 * @param {() => number} [random] from 0 to 1
 */
export function backoff(attempt, random = Math.random) {
  const most = Math.min(4_000, 500 * 2 ** Math.min(attempt, 3));
  return Math.round(250 + random() * most);
}

/** What a client has of one consultation: the last `seq` of each stream. Pure. */
export class Cursor {
  /** @param {{talk?: number, notes?: number}} [after] */
  constructor(after = {}) {
    this.after = { talk: after.talk ?? 0, notes: after.notes ?? 0 };
  }

  /**
   * Whether a message is the next one, has been had, or leaves a gap.
   * @param {'talk' | 'notes'} stream
   * @param {number} seq
   * @returns {'next' | 'duplicate' | 'gap'}
   */
  take(stream, seq) {
    const last = this.after[stream] ?? 0;
    if (seq <= last) return 'duplicate';
    if (seq > last + 1) return 'gap';
    this.after[stream] = seq;
    return 'next';
  }
}

/**
 * What to do after a socket was closed. Pure.
 * @param {number} code of the close frame
 * @param {boolean} opened whether it had been open; a refused handshake shows no more than that to a browser
 * @returns {'renew' | 'stop' | 'now' | 'later'}
 */
export function afterClose(code, opened) {
  if (code === 4001 || !opened) return 'renew';
  if (code === 4003) return 'stop';
  return code === 4008 ? 'now' : 'later';
}

/**
 * An outbox in `localStorage`, one key for each message, so that tabs do not overwrite each other.
 * @param {string} prefix different for each account
 * @param {Storage} [storage]
 * @returns {Outbox}
 */
export function localOutbox(prefix, storage = globalThis.localStorage) {
  const key = (id) => `${prefix}:${id}`;
  return {
    load() {
      const items = [];
      for (let n = 0; n < storage.length; n += 1) {
        const name = storage.key(n);
        if (!name?.startsWith(`${prefix}:`)) continue;
        try {
          items.push(JSON.parse(storage.getItem(name)));
        } catch {
          // Not ours.
        }
      }
      return items;
    },
    put: (item) => storage.setItem(key(item.client_id), JSON.stringify(item)),
    remove: (id) => storage.removeItem(key(id)),
  };
}

/** An outbox that a reload empties. */
export function memoryOutbox() {
  const items = new Map();
  return { load: () => [...items.values()], put: (i) => items.set(i.client_id, i), remove: (id) => items.delete(id) };
}

/**
 * A random UUID, version 4. `crypto.randomUUID` is not used: browsers offer it only over https and on localhost, whereas
 * `getRandomValues` is there over plain http as well; Node 18 has neither. An id must be unique among its sender's messages
 * and need not be secret, so `Math.random` is enough where there is nothing better.
 * @returns {string}
 */
export const uuid = () => 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => {
  const random = globalThis.crypto?.getRandomValues(new Uint8Array(1))[0] ?? 256 * Math.random();
  return (random & 15).toString(16);
});

/** A client of the chat. One socket, any number of consultations. */
export class ChatClient extends EventTarget {
  #url; #token; #renew; #outbox; #WebSocket; #now; #random;
  #socket = null; #wanted = false; #opened = false; #attempt = 0; #connecting = 0; #nudged = 0;
  #timer; #pulse; #receivedAt = 0; #ticked = 0; #probed = 0; #heartbeat = 25_000; #mostBytes = 65_536; #waits = false;
  /** @type {Map<string, {cursor: Cursor, asking: boolean}>} */
  #subscriptions = new Map();
  /** @type {Map<string, Item & {sentOn?: object, notBefore?: number}>} */
  #items = new Map();
  #loaded;

  /**
   * @param {object} options
   * @param {string} options.url of the socket; may be relative to the page, and `http` for `ws`
   * @param {string} [options.token] an access token; without it the page's cookie is the credential
   * @param {() => Promise<boolean | {token: string}>} [options.renew] gets new credentials; called when the server says that
   *   the session has ended, and when a handshake failed. False: there are none, stop. A rejection: try again later.
   * @param {Outbox} [options.outbox] where unacknowledged messages wait; in memory if none is given
   * @param {typeof WebSocket} [options.WebSocket]
   * @param {() => number} [options.now] milliseconds
   * @param {() => number} [options.random]
   */
  constructor({ url, token, renew, outbox = memoryOutbox(), WebSocket = globalThis.WebSocket, now = Date.now, random = Math.random }) {
    super();
    [this.#url, this.#token, this.#renew, this.#outbox] = [url, token, renew, outbox];
    [this.#WebSocket, this.#now, this.#random] = [WebSocket, now, random];
    /** `connecting`, `online` or `offline`. */
    this.state = 'offline';
    /** The account that the server greeted. */
    this.user = null;
    this.#loaded = Promise.resolve(outbox.load()).then((items) => {
      for (const item of items.sort((a, b) => a.at - b.at)) {
        if (!this.#items.has(item.client_id)) this.#items.set(item.client_id, item);
      }
    });
  }

  /** Resolves when the messages that waited in the outbox are known to `pending`. */
  get ready() {
    return this.#loaded;
  }

  /** Opens the connection, and keeps it open until `close`. */
  connect() {
    if (this.#wanted) return;
    this.#wanted = true;
    const [page, tab] = [globalThis.window, globalThis.document];
    page?.addEventListener?.('online', this.#wake);
    page?.addEventListener?.('offline', this.#check);
    tab?.addEventListener?.('visibilitychange', this.#wake);
    // A person who looks or types.
    for (const kind of ['focus', 'keydown', 'pointerdown']) page?.addEventListener?.(kind, this.#nudge, true);
    this.#ticked = this.#now();
    this.#pulse = setInterval(() => this.#beat(), 5_000);
    this.#pulse.unref?.();
    this.#open();
  }

  /** Closes the connection permanently. What is not acknowledged stays in the outbox. */
  close() {
    this.#wanted = false;
    const [page, tab] = [globalThis.window, globalThis.document];
    page?.removeEventListener?.('online', this.#wake);
    page?.removeEventListener?.('offline', this.#check);
    tab?.removeEventListener?.('visibilitychange', this.#wake);
    for (const kind of ['focus', 'keydown', 'pointerdown']) page?.removeEventListener?.(kind, this.#nudge, true);
    clearInterval(this.#pulse);
    clearTimeout(this.#timer);
    this.#drop(1000);
    this.#say('offline', { reason: 'closed' });
  }

  /** Tries to connect at once, where it would do so later, or had given up because credentials were missing. */
  retryNow() {
    if (this.#wanted && this.state === 'offline') this.#again();
  }

  /**
   * Receives a consultation from now on, and what was missed.
   * @param {string} consultation
   * @param {{talk?: number, notes?: number}} [after] the last `seq` that the caller has of each stream
   */
  subscribe(consultation, after) {
    this.#subscriptions.set(consultation, { cursor: new Cursor(after), asking: false });
    this.#ask(consultation);
  }

  /** Receives no more of it. */
  unsubscribe(consultation) {
    this.#subscriptions.delete(consultation);
    this.#put({ op: 'unsubscribe', consultation });
  }

  /**
   * Sends a message: now, or as soon as there is a connection, until it is acknowledged or refused.
   * @param {string} consultation
   * @param {string} body
   * @param {{stream?: 'talk' | 'notes', client_id?: string, attachments?: string[], reply_to?: number}} [options] `attachments`: ids of
   *   files that were uploaded before, by `POST /api/v1/attachments`; `reply_to`: the `seq` of the message that it quotes
   * @returns {Item}
   */
  send(consultation, body, { stream = 'talk', client_id = uuid(), attachments = [], reply_to } = {}) {
    const item = { client_id, consultation, stream, body, attachments, reply_to, at: this.#now() };
    this.#items.set(client_id, item);
    this.#outbox.put(item);
    this.#push(item);
    return item;
  }

  /** The messages that are not acknowledged, in order. */
  pending(consultation) {
    return [...this.#items.values()].filter((i) => !consultation || i.consultation === consultation);
  }

  /** Sends a refused message again. */
  retry(client_id) {
    const item = this.#items.get(client_id);
    if (!item) return;
    delete item.refused;
    this.#outbox.put(this.#plain(item));
    this.#push(item);
  }

  /** Forgets a message that is not acknowledged. It may have been stored all the same. */
  discard(client_id) {
    this.#items.delete(client_id);
    this.#outbox.remove(client_id);
  }

  /** Says up to which message its user has read. */
  read(consultation, stream, seq) {
    if (seq > 0) this.#put({ op: 'read', consultation, stream, seq });
  }

  /** Says that its user is typing. Call it as often as you like. */
  typing(consultation) {
    const now = this.#now();
    if (now - (this.typed ?? 0) < 2_000) return;
    this.typed = now;
    this.#put({ op: 'typing', consultation });
  }

  /** Says whether its user, an expert, is `online`, `away` or `offline`. */
  presence(state) {
    this.#put({ op: 'presence', state });
  }

  #emit(type, detail) {
    // Not a `CustomEvent`, which Node has since version 19 only.
    this.dispatchEvent(Object.assign(new Event(type), { detail }));
  }

  #say(state, more = {}) {
    this.state = state;
    this.#emit('state', { state, ...more });
  }

  #put(frame) {
    if (this.state !== 'online' || this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #ask(consultation) {
    const subscription = this.#subscriptions.get(consultation);
    if (!subscription) return;
    const frame = { op: 'subscribe', ref: `subscribe:${consultation}`, consultation, after: subscription.cursor.after };
    subscription.asking = this.#put(frame);
  }

  #plain({ sentOn, notBefore, ...item }) {
    return item;
  }

  #push(item) {
    if (item.refused || item.sentOn === this.#socket || (item.notBefore ?? 0) > this.#now()) return;
    // An outbox of an earlier version knows of no attachments.
    const { client_id, consultation, stream, body, attachments = [], reply_to } = item;
    const frame = { op: 'send', ref: client_id, consultation, stream, client_id, body, attachments, reply_to };
    if (new TextEncoder().encode(JSON.stringify(frame)).length > this.#mostBytes) {
      this.#refuse(item, { status: 413, code: 'frame_too_large', detail: 'the message is too long' });
      return;
    }
    if (this.#put(frame)) item.sentOn = this.#socket;
  }

  #refuse(item, problem) {
    item.refused = problem;
    this.#outbox.put(this.#plain(item));
    this.#emit('refused', { item: this.#plain(item), problem });
  }

  async #open() {
    clearTimeout(this.#timer);
    this.#waits = false;
    if (!this.#wanted || this.#socket) return;
    this.#say('connecting');
    const turn = (this.#connecting += 1);
    await this.#loaded.catch(() => {});
    if (!this.#wanted || this.#socket || turn !== this.#connecting) return;
    const protocols = this.#token ? [SUBPROTOCOL, `bearer.${this.#token}`] : [SUBPROTOCOL];
    const url = new URL(this.#url, globalThis.location?.href);
    url.protocol = url.protocol.replace(/^http/, 'ws');
    const socket = new this.#WebSocket(url.href, protocols);
    this.#socket = socket;
    this.#opened = false;
    this.#receivedAt = this.#now();
    socket.onopen = () => {
      this.#opened = true;
      this.#receivedAt = this.#now();
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket) return;
      this.#receivedAt = this.#now();
      let frame;
      try {
        frame = JSON.parse(data);
      } catch {
        return;
      }
      this.#take(frame);
    };
    socket.onclose = ({ code }) => {
      if (this.#socket === socket) this.#closed(code);
    };
    socket.onerror = () => {};
  }

  /** Drops the socket without waiting for its close event, which a dead network never delivers. */
  #drop(code = 4000) {
    const socket = this.#socket;
    this.#socket = null;
    try {
      socket?.close(code);
    } catch {
      // It was never open.
    }
  }

  async #closed(code) {
    const next = afterClose(code, this.#opened);
    this.#socket = null;
    if (!this.#wanted) return;
    if (next === 'stop') return this.#stop('forbidden');
    if (next === 'renew' && this.#renew) {
      this.#say('connecting');
      try {
        const renewed = await this.#renew();
        if (!renewed) return this.#stop('credentials');
        if (renewed.token) this.#token = renewed.token;
        if (code === 4001) return this.#open();
      } catch {
        // Without a network there is nothing to renew with; later.
      }
    } else if (next === 'renew' && code === 4001) return this.#stop('credentials');
    if (this.#wanted && !this.#socket) this.#later(next === 'now' ? 0 : backoff(this.#attempt, this.#random));
  }

  #stop(reason) {
    this.#say('offline', { reason });
  }

  #later(wait) {
    this.#attempt += 1;
    this.#waits = true;
    this.#say('offline', { reason: 'network', retryIn: wait });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), wait);
  }

  #again() {
    this.#drop();
    this.#attempt = 0;
    this.#open();
  }

  /** While it waits for the next attempt, it tries at once; at most once each second. */
  #nudge = () => {
    if (!this.#waits || this.#now() - this.#nudged < 1_000) return;
    this.#nudged = this.#now();
    this.#wake();
  };

  #wake = () => {
    if (!this.#wanted || globalThis.document?.visibilityState === 'hidden') return;
    if (this.#socket) this.#check();
    else if (this.state === 'offline') this.#again();
  };

  /** Asks for an answer; without one within five seconds the connection counts as broken. */
  #check = () => {
    const socket = this.#socket;
    const asked = this.#now();
    if (!socket || this.#probed > asked - 5_000) return;
    this.#probed = asked;
    // A browser does not show the server's pings, so one of our own: the smallest thing that has an answer.
    if (!this.#put({ op: 'unsubscribe', ref: 'alive', consultation: NOBODY }) && this.#opened) return;
    setTimeout(() => {
      if (this.#wanted && this.#socket === socket && this.#receivedAt < asked) this.#again();
    }, 5_000).unref?.();
  };

  #beat() {
    const now = this.#now();
    const slept = now - this.#ticked > 20_000;
    this.#ticked = now;
    if (!this.#wanted || !this.#socket) return;
    // A handshake without an answer is given up sooner: the server may be gone without a word.
    if (now - this.#receivedAt > (this.#opened ? 2 * this.#heartbeat : 10_000)) this.#again();
    else if (slept || now - this.#receivedAt > this.#heartbeat) this.#check();
    for (const item of this.#items.values()) if (item.notBefore) this.#push(item);
  }

  #take(frame) {
    switch (frame.ev) {
      case 'welcome':
        this.#attempt = 0;
        this.#heartbeat = (frame.heartbeat_seconds || 25) * 1000;
        this.#mostBytes = frame.max_frame_bytes || this.#mostBytes;
        this.user = frame.user;
        this.#say('online');
        for (const consultation of this.#subscriptions.keys()) this.#ask(consultation);
        for (const item of this.#items.values()) this.#push(item);
        break;
      case 'message':
        this.#message(frame);
        break;
      case 'ack':
        this.discard(frame.client_id);
        this.#emit('ack', frame);
        break;
      case 'subscribed': {
        const subscription = this.#subscriptions.get(frame.consultation);
        if (subscription) subscription.asking = false;
        this.#emit('subscribed', frame);
        break;
      }
      case 'error':
        this.#error(frame);
        break;
      case 'unsubscribed':
        // Without our asking: we were removed. The answers to our own have no subscription any more.
        if (this.#subscriptions.delete(frame.consultation)) this.#emit('removed', frame);
        break;
      case 'consultation':
      case 'offer':
      case 'offer_ended':
      case 'invitation':
      case 'mention':
      case 'read':
      case 'retracted':
      case 'typing':
      case 'presence':
      case 'queue':
        this.#emit(frame.ev, frame);
        break;
      default:
      // A later server may say more.
    }
  }

  #message(frame) {
    const subscription = this.#subscriptions.get(frame.consultation);
    if (!subscription) return;
    const fits = subscription.cursor.take(frame.stream, frame.seq);
    // A gap is never shown: what is missing is asked for, and this message comes again with it.
    if (fits === 'gap' && !subscription.asking) this.#ask(frame.consultation);
    if (fits !== 'next') return;
    if (frame.sender?.id === this.user?.id && this.#items.has(frame.client_id)) this.discard(frame.client_id);
    this.#emit('message', frame);
  }

  #error(frame) {
    const { ref, problem } = frame;
    const item = this.#items.get(ref);
    if (item) {
      const passing = problem.status >= 500 || problem.status === 429 || problem.status === 408;
      if (!passing) return this.#refuse(item, problem);
      item.sentOn = undefined;
      item.notBefore = this.#now() + Math.max(2_000, backoff(2, this.#random));
      return;
    }
    const consultation = typeof ref === 'string' && ref.startsWith('subscribe:') ? ref.slice(10) : undefined;
    if (consultation && problem.status < 500 && problem.status !== 429) this.#subscriptions.delete(consultation);
    else if (consultation) setTimeout(() => this.#ask(consultation), backoff(2, this.#random)).unref?.();
    this.#emit('error', { ...frame, consultation });
  }
}
