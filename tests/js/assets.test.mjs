// What pages load works over plain http, where browsers withhold much, and in the browsers of 2022.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';

const folder = new URL('../../src/web/assets/', import.meta.url);

/** What may not be in a kind of file, and what to use in its place. */
const REFUSED = {
  js: [
    // Only in a secure context: over https and on localhost.
    [/crypto\??\.randomUUID/, 'uuid() of zerodesk-chat.js or newKey() of api.js'],
    [/crypto\??\.subtle/, 'the server'],
    [/navigator\??\.(clipboard|serviceWorker|locks|storage|geolocation|mediaDevices|wakeLock|share|credentials)\b/, 'nothing'],
    [/\bnew Notification\b|\bcaches\./, 'nothing'],
    // Later than 2022, or not yet in all browsers then.
    [/(?<!requestSubmit\) form)\.requestSubmit\(/, 'submitForm() of api.js'],
    [/\bstructuredClone\(|\.(findLast|findLastIndex|toSorted|toReversed|toSpliced|isWellFormed)\(/, 'a loop'],
    [/\b(Object|Map)\.groupBy\b|\bArray\.fromAsync\b/, 'a loop'],
    [/\bPromise\.withResolvers\b/, 'new Promise()'],
    [/\bAbortSignal\.(any|timeout)\b/, 'AbortController and setTimeout()'],
    [/\bURL\.(canParse|parse)\b/, 'new URL()'],
    [/\b(query|params|searchParams)\.size\b/, 'its text'],
    [/\.showPopover\b|\bstartViewTransition\b/, 'a dialog'],
  ],
  css: [
    [/light-dark\(|color-mix\(/, 'a colour of the palette in base.css'],
    [/:has\(|@scope\b/, 'a class'],
    [/@container\b|@layer\b|@starting-style\b/, 'a media query, or the order of the rules'],
    [/(?<!\dvh[^;]*; [a-z-]+: [^;]*)\ddvh/, 'the same in vh before it'],
  ],
};

/** What a module uses where it is there alone, and asks for before. */
const ASKED_FOR = {
  'push.js': [/navigator\.serviceWorker\b/g, /window\.isSecureContext && 'serviceWorker' in navigator/],
  'record.js': [/navigator\.(mediaDevices|geolocation)\b/g, /window\.isSecureContext && navigator\.mediaDevices[^]*!window\.isSecureContext \|\| !navigator\.geolocation/],
  'visit-day.js': [/navigator\.geolocation\b/g, /!window\.isSecureContext \|\| !navigator\.geolocation/],
};

const bare = (text) => text.replace(/\/\*[^]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

for (const name of (await readdir(folder)).sort()) {
  const refused = REFUSED[name.split('.').pop()];
  if (!refused) continue;
  test(`${name} needs no secure context and no browser newer than 2022`, async () => {
    let text = bare(await readFile(new URL(name, folder), 'utf8'));
    const [used, asks] = ASKED_FOR[name] ?? [];
    if (used) {
      assert.match(text, asks);
      text = text.replace(used, '');
    }
    for (const [pattern, instead] of refused) {
      assert.equal(pattern.exec(text)?.[0], undefined, `instead: ${instead}`);
    }
  });
}
