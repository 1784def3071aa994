// Keeps the page at the stand and its files, so that it opens without a network. What stands before these lines names them.
const prefix = `fair ${page} `, cached = prefix + version;

addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(cached);
  await cache.addAll([page, ...files].map((file) => new Request(file, { cache: "reload" })));
  await skipWaiting();
})()));

addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith(prefix) && name !== cached) { await caches.delete(name); }
  }
  await clients.claim();
})()));

// The page and its files come from the device, always at once; leads and who is signed in never do.
addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const kept = event.request.method === "GET" && origin === location.origin
    && ((event.request.mode === "navigate" && pathname === page) || files.includes(pathname));
  if (kept) {
    event.respondWith(caches.match(pathname, { cacheName: cached, ignoreVary: true }).then((found) => found ?? fetch(event.request)));
  }
});
