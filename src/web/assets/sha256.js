/**
 * SHA-256 (FIPS 180-4). Browsers give their own only over https, and recordings are verified over plain http as well.
 * @module
 */

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes, and of the square roots of the first 8. */
const [K, START] = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
  const bits = (x) => ((x - Math.floor(x)) * 0x100000000) | 0;
  return [Int32Array.from(primes, (p) => bits(Math.cbrt(p))), Int32Array.from(primes.slice(0, 8), (p) => bits(Math.sqrt(p)))];
})();

const turn = (x, n) => (x >>> n) | (x << (32 - n));

/** A hash of bytes that come piece by piece. */
export class Sha256 {
  #state = START.slice();
  #words = new Int32Array(64);
  #block = new Uint8Array(64);
  #filled = 0;
  #length = 0;

  /**
   * Adds bytes.
   * @param {Uint8Array} bytes
   * @returns {Sha256} itself
   */
  add(bytes) {
    this.#length += bytes.length;
    for (let from = 0; from < bytes.length; ) {
      const count = Math.min(64 - this.#filled, bytes.length - from);
      this.#block.set(bytes.subarray(from, from + count), this.#filled);
      this.#filled += count;
      from += count;
      if (this.#filled === 64) this.#mix();
    }
    return this;
  }

  #mix() {
    const w = this.#words;
    const b = this.#block;
    for (let i = 0; i < 16; i += 1) w[i] = (b[i * 4] << 24) | (b[i * 4 + 1] << 16) | (b[i * 4 + 2] << 8) | b[i * 4 + 3];
    for (let i = 16; i < 64; i += 1) {
      const [x, y] = [w[i - 15], w[i - 2]];
      w[i] = (w[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
    }
    let [a, c, d, e, f, g, h, k] = this.#state;
    for (let i = 0; i < 64; i += 1) {
      const one = (k + (turn(f, 6) ^ turn(f, 11) ^ turn(f, 25)) + ((f & g) ^ (~f & h)) + K[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & c) ^ (a & d) ^ (c & d))) | 0;
      k = h;
      h = g;
      g = f;
      f = (e + one) | 0;
      e = d;
      d = c;
      c = a;
      a = (one + two) | 0;
    }
    const s = this.#state;
    [a, c, d, e, f, g, h, k].forEach((value, i) => {
      s[i] = (s[i] + value) | 0;
    });
    this.#filled = 0;
  }

  /**
   * The hash of all bytes, in hexadecimal digits. Nothing can be added after it.
   * @returns {string}
   */
  hex() {
    const bits = this.#length * 8;
    const end = new Uint8Array((this.#filled < 56 ? 64 : 128) - this.#filled);
    end[0] = 0x80;
    const view = new DataView(end.buffer);
    view.setUint32(end.length - 8, Math.floor(bits / 0x100000000));
    view.setUint32(end.length - 4, bits >>> 0);
    this.add(end);
    return Array.from(this.#state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

/**
 * The hash of some bytes, in hexadecimal digits.
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export const sha256 = (bytes) => new Sha256().add(bytes).hex();
