/**
 * Hashes what a page sends or names, beside the page, so that it stays usable meanwhile.
 * @module
 */
import { Sha256, sha256 } from './sha256.js';

/** Hashes an answer of the server as it comes. */
async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(String(answer.status));
  if (!answer.body) return sha256(new Uint8Array(await answer.arrayBuffer()));
  const hash = new Sha256();
  const reader = answer.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return hash.hex();
    hash.add(value);
  }
}

addEventListener('message', async ({ data: { id, address, bytes } }) => {
  try {
    postMessage({ id, sha256: address ? await fetched(address) : sha256(new Uint8Array(bytes)) });
  } catch (error) {
    postMessage({ id, error: error.message });
  }
});
