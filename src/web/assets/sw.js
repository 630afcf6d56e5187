/**
 * The service worker: shows what the server sends to this browser by Web Push, and opens its page. It keeps nothing and answers no request.
 * A message is JSON: title, body, url (a path of this server), tag, lang.
 */
const PLATFORM = 'ZeroDesk';

/** What a message says; a browser has to show something for each. */
function read(data) {
  try {
    return data.json();
  } catch {
    return {};
  }
}

async function show({ title, body, url, tag, lang }) {
  await self.registration.showNotification(title || PLATFORM, { body: body || '', tag, lang, renotify: Boolean(tag), icon: '/favicon.ico', data: { url } });
}

/** The page of a notice: a path of this server and nothing else. */
function page(url) {
  const address = new URL(url || '/', self.location.origin);
  return address.origin === self.location.origin ? address.href : self.location.origin;
}

async function open(url) {
  const address = page(url);
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const there = pages.find((one) => one.url === address) ?? pages.find((one) => new URL(one.url).pathname === new URL(address).pathname);
  if (there) return there.focus();
  return self.clients.openWindow(address);
}

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('push', (event) => event.waitUntil(show(read(event.data))));
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url));
});
