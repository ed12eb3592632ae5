import { dirname, join, relative, sep } from 'node:path';
import type { DiskCall, Recording, Tree } from './recording.js';

/** What a disk writes at once: of anything longer a part may be missing. */
const SECTOR = 512;

type Change =
  | { readonly kind: 'write'; readonly start: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly length: number };

/** A file's content, whatever names it has: what is surely on disk, and what came after. */
export interface Content {
  readonly id: number;
  synced: Buffer;
  changes: Change[];
  /** As a program reads it. */
  length: number;
}

/** A change of names that may or may not be on disk: `undefined` takes a name away. */
interface Naming {
  readonly folder: string;
  readonly names: readonly (readonly [path: string, what: Content | 'folder' | undefined])[];
}

/** What of a content that was not synced reached the disk. */
export interface Kept {
  /** Bytes of the writes, in their order, that the file's length covers. */
  readonly bytes: number;
  /** Which sectors of them are there; the others are zeros. */
  readonly hasSector: (sector: number) => boolean;
}

/** What of everything that was not synced reached the disk. */
export interface Choice {
  readonly keepsNaming: (place: number) => boolean;
  readonly keptOf: (content: Content) => Kept;
}

/**
 * A disk as POSIX promises it, which is less than what any file system does: a file's content is
 * there once the file was synced, a name once its folder was. Of what came later anything may be
 * there: a beginning of the writes, zeros in the place of some, and any of the names, save that
 * changes of one name or of one file keep their order.
 */
export class Disk {
  readonly #root: string;
  readonly #names = new Map<string, Content | 'folder'>();
  readonly #syncedNames: Map<string, Content | 'folder'>;
  #namings: Naming[] = [];
  readonly #open = new Map<number, { readonly path: string; readonly what: Content | 'folder' }>();
  readonly #syncs = new Map<number, () => void>();
  #contents = 0;

  constructor({ cwd, before }: Pick<Recording, 'cwd' | 'before'>) {
    this.#root = cwd;
    this.#names.set(cwd, 'folder');
    for (const folder of before.folders) this.#names.set(join(cwd, folder), 'folder');
    for (const [path, bytes] of before.files) this.#names.set(join(cwd, path), this.#make(bytes));
    this.#syncedNames = new Map(this.#names);
  }

  /** @returns whether a crash after it may leave something else than one before it */
  apply(call: DiskCall): boolean {
    switch (call.call) {
      case 'open':
        return this.#openFile(call);
      case 'close':
        this.#open.delete(call.fd);
        return false;
      case 'write':
        return this.#change(call.fd, ({ length }) => {
          return { kind: 'write', start: length, bytes: Buffer.from(call.bytes, 'base64') };
        });
      case 'truncate':
        return this.#change(call.fd, () => ({ kind: 'truncate', length: call.length }));
      case 'sync':
        this.#syncs.set(call.sync, this.#beginSync(call.fd));
        return false;
      case 'synced':
        this.#syncs.get(call.sync)?.();
        return true;
      case 'mkdir':
        return this.#makeFolders(call.path);
      case 'link':
        return this.#rename([[call.to, this.#names.get(call.from)]]);
      case 'unlink':
        return this.#rename([[call.path, undefined]]);
      case 'rename':
        return this.#rename([
          [call.from, undefined],
          [call.to, this.#names.get(call.from)],
        ]);
    }
  }

  /** Changes of names that a loss of power may undo. */
  get namings(): number {
    return this.#namings.length;
  }

  /** What a loss of power leaves. */
  crash({ keepsNaming, keptOf }: Choice): Tree {
    const names = new Map(this.#syncedNames);
    const undone = new Set<string | Content>();
    for (const [place, { names: changed }] of this.#namings.entries()) {
      const touched = changed.flatMap(([path, what]) =>
        typeof what === 'object' ? [path, what] : [path],
      );
      if (keepsNaming(place) && !touched.some((each) => undone.has(each))) rename(names, changed);
      else for (const each of touched) undone.add(each);
    }
    const isReached = (path: string): boolean =>
      path === this.#root || (names.get(path) === 'folder' && isReached(dirname(path)));
    const reached = [...names].filter(([path]) => path !== this.#root && isReached(dirname(path)));
    const files = new Map<string, Buffer>();
    const folders = new Set<string>();
    for (const [path, what] of reached) {
      const name = relative(this.#root, path);
      if (what === 'folder') folders.add(name);
      else files.set(name, contentAfterCrash(what, keptOf(what)));
    }
    return { files, folders };
  }

  #make(synced: Buffer = Buffer.alloc(0)): Content {
    return { id: this.#contents++, synced, changes: [], length: synced.length };
  }

  #openFile({ fd, path, flags }: DiskCall & { call: 'open' }): boolean {
    if (!path.startsWith(this.#root + sep) && path !== this.#root) return false;
    const found = this.#names.get(path);
    const what = found ?? this.#make();
    this.#open.set(fd, { path, what });
    if (!found) return this.#rename([[path, what]]);
    if (what === 'folder' || !flags.startsWith('w') || what.length === 0) return false;
    return this.#change(fd, () => ({ kind: 'truncate', length: 0 }));
  }

  /** Every write of the tool appends. */
  #change(fd: number, changeOf: (content: Content) => Change): boolean {
    const what = this.#open.get(fd)?.what;
    if (what === undefined || what === 'folder') return false;
    const change = changeOf(what);
    what.changes.push(change);
    what.length = change.kind === 'write' ? change.start + change.bytes.length : change.length;
    return true;
  }

  #beginSync(fd: number): () => void {
    const opened = this.#open.get(fd);
    if (!opened) return () => {};
    const { path, what } = opened;
    if (what !== 'folder') {
      const begun = [...what.changes];
      return () => {
        const left = what.changes.filter((change) => !begun.includes(change));
        const done = what.changes.filter((change) => begun.includes(change));
        what.synced = contentAfterCrash({ ...what, changes: done }, EVERYTHING);
        what.changes = left;
      };
    }
    const begun = this.#namings.filter(({ folder }) => folder === path);
    return () => {
      for (const { names } of begun) rename(this.#syncedNames, names);
      this.#namings = this.#namings.filter((naming) => !begun.includes(naming));
    };
  }

  #makeFolders(path: string): boolean {
    if (!path.startsWith(this.#root + sep) || this.#names.has(path)) return false;
    this.#makeFolders(dirname(path));
    return this.#rename([[path, 'folder']]);
  }

  /** The tool renames within one folder alone. */
  #rename(names: Naming['names']): boolean {
    const [path = ''] = names[0] ?? [];
    if (!path.startsWith(this.#root + sep)) return false;
    rename(this.#names, names);
    this.#namings.push({ folder: dirname(path), names });
    return true;
  }
}

export const EVERYTHING: Kept = { bytes: Number.POSITIVE_INFINITY, hasSector: () => true };

/** Bytes of a content that were written and not synced. */
export const unsyncedBytes = ({ changes }: Content) =>
  changes.reduce((sum, change) => sum + (change.kind === 'write' ? change.bytes.length : 0), 0);

function rename(names: Map<string, Content | 'folder'>, changed: Naming['names']): void {
  for (const [path, what] of changed) {
    if (what === undefined) names.delete(path);
    else names.set(path, what);
  }
}

function contentAfterCrash({ synced, changes }: Content, { bytes, hasSector }: Kept): Buffer {
  let content = synced;
  let left = bytes;
  for (const change of changes) {
    if (left <= 0) break;
    if (change.kind === 'truncate') content = content.subarray(0, change.length);
    else {
      const written = Buffer.from(change.bytes.subarray(0, left));
      left -= written.length;
      for (let i = 0; i < written.length; i += 1) {
        if (!hasSector(Math.floor((change.start + i) / SECTOR))) written[i] = 0;
      }
      content = Buffer.concat([content.subarray(0, change.start), written]);
    }
  }
  return content;
}
