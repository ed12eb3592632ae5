import { messageOf, reasonOf, show, UserError } from '../errors.js';

/** A file that was read, fetched, or handed over as it was parsed. */
export interface LoadedFile {
  /** How an error calls it. */
  readonly name: string;
  readonly value: object;
  /** Undefined where it was handed over. */
  readonly text: string | undefined;
}

/** What a file is, for an error: `a student file`, and what to do where it is damaged. */
export interface FileKind {
  readonly name: string;
  readonly remedy: string;
}

/**
 * Loads a JSON file in Node, in a browser or in a worker.
 *
 * @param source - a string is the path of a file in Node, and a URL to fetch elsewhere; a `URL`
 *   object is fetched, except that Node reads `file:`; any other object is a parsed file
 * @throws UserError with a message of one line when it cannot be read, or is not JSON
 */
export async function loadFile(source: string | URL | object, kind: FileKind): Promise<LoadedFile> {
  if (typeof source !== 'string' && !(source instanceof URL)) {
    return { name: `the ${kind.name}`, value: source, text: undefined };
  }
  const name = String(source);
  const text = await read(source, name);
  return { name, value: parse(text, name, kind), text };
}

async function read(source: string | URL, name: string): Promise<string> {
  const fs = fileSystem();
  const isFile = typeof source === 'string' || source.protocol === 'file:';
  if (fs === undefined || !isFile) return download(source);
  try {
    return fs.readFileSync(source, 'utf8');
  } catch (cause) {
    throw new UserError(`cannot read ${name}: ${messageOf(cause)}`, { cause });
  }
}

/** Asked of the process: a module that imports `node:fs` does not load in a browser. */
const fileSystem = () => globalThis.process?.getBuiltinModule?.('node:fs');

async function download(source: string | URL): Promise<string> {
  try {
    const response = await fetch(source);
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    return await response.text();
  } catch (cause) {
    throw new UserError(`cannot fetch ${source}: ${reasonOf(cause)}`, { cause });
  }
}

function parse(text: string, name: string, kind: FileKind): object {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${name} is not JSON: it is cut off, damaged, or not a ${kind.name} file`, {
      cause,
    });
  }
}

/**
 * Compares the checksum of a file, which is the SHA-256 of its other keys, as JSON in their order.
 * It is passed over where there is no `crypto.subtle`: a page without HTTPS has none.
 *
 * @throws UserError when it is another one
 */
export async function compareChecksum({ value, name }: LoadedFile, kind: FileKind): Promise<void> {
  const { checksum, ...content }: { checksum?: unknown } = { ...value };
  const expected = await sha256(JSON.stringify(content));
  if (expected === undefined || checksum === expected) return;
  throw new UserError(
    `${name} is damaged or was edited: "checksum" is ${show(checksum)}, its content has another`,
    { hint: kind.remedy },
  );
}

/** @returns undefined where there is no `crypto.subtle` */
export async function sha256(text: string): Promise<string | undefined> {
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined) return undefined;
  const digest = new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(digest, (octet) => octet.toString(16).padStart(2, '0')).join('');
}
