/**
 * SHA-256 in a worker, or in the page where the browser has no module workers.
 * @module
 */
import { sha256 } from './sha256.js';

let worker;
let next = 0;
const waiting = new Map();

function start() {
  if (worker !== undefined) return worker;
  try {
    worker = new Worker(new URL('./recording-worker.js', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data: { id, sha256: hash, error } }) => {
      const { resolve, reject } = waiting.get(id);
      waiting.delete(id);
      if (error) reject(new Error(error));
      else resolve(hash);
    });
    worker.addEventListener('error', () => {
      worker = null;
      for (const { retry, resolve, reject } of waiting.values()) retry().then(resolve, reject);
      waiting.clear();
    });
  } catch {
    worker = null;
  }
  return worker;
}

function ask(message, here) {
  const running = start();
  if (!running) return here();
  next += 1;
  const id = next;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject, retry: here });
    running.postMessage({ id, ...message });
  });
}

/**
 * The hash of a file of the browser.
 * @param {Blob} blob
 * @returns {Promise<string>}
 */
export async function hashOf(blob) {
  const bytes = await blob.arrayBuffer();
  return ask({ bytes }, async () => sha256(new Uint8Array(bytes)));
}

/**
 * The hash of what the server gives at an address.
 * @param {string} address
 * @returns {Promise<string>}
 */
export function hashAt(address) {
  const { href } = new URL(address, location.href);
  return ask({ address: href }, async () => {
    const answer = await fetch(href);
    if (!answer.ok) throw new Error(String(answer.status));
    return sha256(new Uint8Array(await answer.arrayBuffer()));
  });
}
