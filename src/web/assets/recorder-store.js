/**
 * What a recording keeps in the browser (IndexedDB, which plain http has as well) until it is sent.
 * @module
 */
function database() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('zerodesk-recordings', 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore('recording', { keyPath: 'id' });
      opening.result.createObjectStore('segment', { keyPath: 'key' });
    };
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => resolve(opening.result);
  });
}

async function within(name, mode, work) {
  const opened = await database();
  try {
    return await new Promise((resolve, reject) => {
      const change = opened.transaction(name, mode);
      const asked = work(change.objectStore(name));
      change.oncomplete = () => resolve(asked.result);
      change.onabort = () => reject(change.error);
    });
  } finally {
    opened.close();
  }
}

/** The store that `recorder.js` wants. */
export const recorderStore = {
  putRecording: (kept) => within('recording', 'readwrite', (store) => store.put(kept)),
  recording: (id) => within('recording', 'readonly', (store) => store.get(id)),
  recordings: () => within('recording', 'readonly', (store) => store.getAll()),
  removeRecording: async (id) => {
    await within('segment', 'readwrite', (store) => store.delete(IDBKeyRange.bound(`${id}/`, `${id}/\uffff`)));
    await within('recording', 'readwrite', (store) => store.delete(id));
  },
  putSegment: (segment) => within('segment', 'readwrite', (store) => store.put(segment)),
  segments: (id) => within('segment', 'readonly', (store) => store.getAll(IDBKeyRange.bound(`${id}/`, `${id}/\uffff`))),
  removeSegment: (key) => within('segment', 'readwrite', (store) => store.delete(key)),
};
