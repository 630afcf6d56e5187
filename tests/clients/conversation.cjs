// A conversation over ZeroDesk's chat by the npm package `ws`, wherever Node or Debian has put it. The environment names the
// socket's address, both people's access tokens and the consultation: ZERODESK_WS, ENTERPRISE, EXPERT, CONSULTATION.
'use strict';
const assert = require('node:assert/strict');
const { randomUUID } = require('node:crypto');
const WebSocket = (() => {
  try {
    return require('ws');
  } catch {
    return require('/usr/share/nodejs/ws');
  }
})();

const { ZERODESK_WS: url, CONSULTATION: room } = process.env;

/** One socket. Frames that a wait passes over are kept, in order. */
class Client {
  constructor(who) {
    this.kept = [];
    this.waiting = [];
    this.socket = new WebSocket(url, ['zerodesk.v1', `bearer.${process.env[who]}`]);
    this.socket.on('message', (data) => {
      this.kept.push(JSON.parse(data));
      this.waiting.forEach((look) => look());
    });
    this.socket.on('error', (error) => {
      throw error;
    });
  }
  send(frame) {
    this.socket.send(JSON.stringify(frame));
  }
  wait(fits) {
    return new Promise((resolve) => {
      const look = () => {
        const at = this.kept.findIndex(fits);
        if (at < 0) return;
        this.waiting = this.waiting.filter((other) => other !== look);
        resolve(this.kept.splice(at, 1)[0]);
      };
      this.waiting.push(look);
      look();
    });
  }
  async say(body) {
    const client_id = randomUUID();
    this.send({ op: 'send', ref: client_id, consultation: room, client_id, body });
    return this.wait((f) => f.ev === 'ack' && f.client_id === client_id);
  }
  async hear(seq) {
    const message = await this.wait((f) => f.ev === 'message');
    assert.equal(message.seq, seq);
    return message;
  }
}

async function main() {
  const all = [new Client('ENTERPRISE'), new Client('EXPERT')];
  for (const client of all) {
    client.most = (await client.wait((f) => f.ev === 'welcome')).max_frame_bytes;
    client.send({ op: 'subscribe', ref: 1, consultation: room, after: { talk: 0, notes: 0 } });
    await client.wait((f) => f.ev === 'subscribed' && f.ref === 1);
  }
  for (let turn = 0; turn < 40; turn += 1) {
    const body = `第 ${turn} 句 ${'长'.repeat(turn * 50)}`;
    assert.equal((await all[turn % 2].say(body)).seq, turn + 1);
    for (const client of all) assert.equal((await client.hear(turn + 1)).body, body);
  }
  const ended = new Promise((resolve) => all[0].socket.on('close', resolve));
  all[0].socket.send('x'.repeat(all[0].most + 1));
  assert.equal(await ended, 1009);
  all[1].socket.close();
  console.log('ws: 40 messages');
}

main();
