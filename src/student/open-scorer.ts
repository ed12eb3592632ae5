import { messageOf, reasonOf, show, UserError } from '../errors.js';
import { type Scorer, scorerOf } from './scorer.js';
import { toScoringModel } from './scoring-model.js';
import { RETRAIN } from './student-format.js';

/**
 * Opens a student file to score texts, in Node, in a browser or in a worker. No dependency is
 * loaded, and only the opening is asynchronous.
 *
 * @param source - a string is the path of a file in Node, and a URL to fetch elsewhere; a `URL`
 *   object is fetched, except that Node reads `file:`; any other object is a parsed student file
 * @throws UserError with a message of one line when the file cannot be read or fetched, is not a
 *   student file, is of another version, or is damaged. The checksum is compared only where there
 *   is `crypto.subtle`; a page without HTTPS has none
 */
export async function openScorer(source: string | URL | object): Promise<Scorer> {
  const { name, value } = await load(source);
  const scorer = scorerOf(toScoringModel(value, name), name);
  await compareChecksum(value, name);
  return scorer;
}

async function load(source: string | URL | object): Promise<{ name: string; value: object }> {
  if (typeof source !== 'string' && !(source instanceof URL)) {
    return { name: 'the student', value: source };
  }
  const name = String(source);
  return { name, value: parse(await read(source), name) };
}

async function read(source: string | URL): Promise<string> {
  const fs = fileSystem();
  const isFile = typeof source === 'string' || source.protocol === 'file:';
  if (fs === undefined || !isFile) return download(source);
  try {
    return fs.readFileSync(source, 'utf8');
  } catch (cause) {
    throw new UserError(`cannot read ${source}: ${messageOf(cause)}`, { cause });
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

function parse(text: string, name: string): object {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${name} is not JSON: it is cut off, damaged, or not a student file`, {
      cause,
    });
  }
}

/** The checksum is the SHA-256 of the other keys, as JSON in the order of the file. */
async function compareChecksum(file: object, name: string): Promise<void> {
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined) return;
  const { checksum, ...content }: { checksum?: unknown } = { ...file };
  const octets = new TextEncoder().encode(JSON.stringify(content));
  const digest = new Uint8Array(await subtle.digest('SHA-256', octets));
  const expected = Array.from(digest, (octet) => octet.toString(16).padStart(2, '0')).join('');
  if (checksum === expected) return;
  throw new UserError(
    `${name} is damaged or was edited: "checksum" is ${show(checksum)}, its content has another`,
    { hint: RETRAIN },
  );
}
