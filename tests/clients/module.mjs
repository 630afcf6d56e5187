// ZeroDesk's own browser module under Node, over the npm package `ws`: both people send COUNT messages, while the test
// disturbs the server. Prints a line `seen N` now and then, at the end `whole`. The environment names the socket's address,
// both people's access tokens and the consultation: ZERODESK_WS, ENTERPRISE, EXPERT, CONSULTATION, COUNT.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const WebSocket = (() => {
  try {
    return require('ws');
  } catch {
    return require('/usr/share/nodejs/ws');
  }
})();
const source = await readFile(new URL('../../src/web/assets/zerodesk-chat.js', import.meta.url), 'utf8');
const { ChatClient } = await import(`data:text/javascript;base64,${Buffer.from(source).toString('base64')}`);
const { ZERODESK_WS: url, CONSULTATION: room, COUNT: count } = process.env;
const wanted = 2 * Number(count);

function talk(who) {
  const chat = new ChatClient({ url, token: process.env[who], WebSocket, renew: async () => true });
  const seen = [];
  let sent = 0;
  const say = () => {
    while (sent < wanted / 2 && chat.pending().length < 8) chat.send(room, `${who} ${(sent += 1)}`);
  };
  return new Promise((resolve, reject) => {
    chat.addEventListener('message', ({ detail }) => {
      seen.push(detail.body);
      if (detail.seq !== seen.length) reject(new Error(`${who} saw ${detail.seq} as number ${seen.length}`));
      if (who === 'EXPERT' && seen.length % 50 === 0) console.log(`seen ${seen.length}`);
      if (seen.length === wanted) resolve(seen);
    });
    chat.addEventListener('ack', say);
    chat.addEventListener('refused', ({ detail }) => reject(new Error(JSON.stringify(detail))));
    chat.subscribe(room);
    chat.connect();
    say();
  });
}

const [factory, expert] = await Promise.all([talk('ENTERPRISE'), talk('EXPERT')]);
assert.deepEqual(factory, expert);
for (const who of ['ENTERPRISE', 'EXPERT']) {
  // Each one's own words, once each and in the order in which they were said.
  const said = expert.filter((body) => body.startsWith(who)).map((body) => Number(body.split(' ')[1]));
  assert.deepEqual(said, Array.from({ length: wanted / 2 }, (_, n) => n + 1));
}
console.log('whole');
process.exit(0);
