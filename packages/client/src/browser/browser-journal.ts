import type { SavedUpload } from "@waybill/core";
import { createStore, del, entries, get, set } from "idb-keyval";
import type { KeptSource, UploadJournal } from "../engine/upload-journal.ts";

/** An upload that was begun, and that nobody goes on with at present. */
export interface UnfinishedUpload {
  /** Of the entry. */
  name: string;
  upload: SavedUpload;
  source: KeptSource;
}

/** A journal that also tells what there is to go on with. */
export interface BrowserJournal extends UploadJournal {
  /** What an earlier page left, and no tab holds. */
  list(): Promise<UnfinishedUpload[]>;
  /**
   * Take an entry out of the journal.
   *
   * @returns what it was of, so that it can be aborted; undefined when there is none, or somebody holds it
   */
  forget(name: string): Promise<SavedUpload | undefined>;
}

/** What is kept under an entry's name. */
interface Note {
  upload: SavedUpload;
  source: KeptSource;
}

/**
 * Notes uploads in IndexedDB, and holds each with a Web Lock, which goes with its tab. Where the
 * browser has none of these, or keeps them from the page, uploads go on as well, but are not noted.
 *
 * What is read is not checked: pages of this origin alone can write there, and what they can do to an
 * upload they can do without it.
 */
export function createBrowserJournal(databaseName = "waybill"): BrowserJournal {
  const store = createStore(databaseName, "uploads");
  const lockOf = (name: string) => `waybill-upload:${databaseName}:${name}`;

  async function noteOf(name: string): Promise<Note | undefined> {
    const note = await get<Note>(name, store);
    return note?.upload.version === 1 ? note : undefined;
  }

  return {
    async hold(name) {
      const release = await acquire(lockOf(name));
      if (release === undefined) return undefined;
      try {
        const note = await noteOf(name);
        return {
          saved: note?.upload,
          save: (upload, source) => unlessRefused(() => set(name, noteFor(upload, source), store)),
          async remove() {
            // What stays is found to be gone when somebody wants to go on with it.
            await unlessRefused(() => del(name, store));
            release();
          },
          release: async () => release(),
        };
      } catch {
        release();
        return undefined; // the browser keeps nothing for this page
      }
    },

    async list() {
      if (!hasLocks()) return [];
      const locks = await unlessRefused(() => navigator.locks.query());
      const notes = await unlessRefused(() => entries<string, Note>(store));
      const held = new Set(locks?.held?.map((lock) => lock.name));
      return (notes ?? []).flatMap(([name, { upload, source }]) =>
        held.has(lockOf(name)) || upload.version !== 1 ? [] : [{ name, upload, source }],
      );
    },

    async forget(name) {
      const release = await acquire(lockOf(name));
      if (release === undefined) return undefined;
      try {
        const note = await noteOf(name);
        await del(name, store);
        return note?.upload;
      } finally {
        release();
      }
    },
  };
}

/** Undefined where the browser keeps nothing for this page, or has no room: some say so before they begin. */
async function unlessRefused<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch {
    return undefined;
  }
}

/** A source has methods too, which cannot be kept. */
function noteFor(upload: SavedUpload, source: KeptSource): Note {
  const { fileName, sizeBytes, modifiedAtMs, handle, folder } = source;
  return { upload, source: { fileName, sizeBytes, modifiedAtMs, handle, folder } };
}

/** @returns what lets go of the lock; undefined when it is somebody else's, or there are no locks */
async function acquire(lock: string): Promise<(() => void) | undefined> {
  if (!hasLocks()) return undefined;
  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  return new Promise((resolve) => {
    navigator.locks
      .request(lock, { ifAvailable: true }, (held) => {
        resolve(held === null ? undefined : release);
        return held === null ? undefined : until;
      })
      .catch(() => resolve(undefined)); // some pages have them, and may not use them
  });
}

/** Not outside of a secure context, whatever the types say. */
function hasLocks(): boolean {
  return "locks" in navigator;
}
