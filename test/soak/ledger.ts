import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, completion, refusal, startModelServer } from '../helpers/model-server.js';

/**
 * What a server bills: an answer that it sent whole; in doubt, one that broke off, failed midway or
 * never came; nothing, where it refused.
 */
type Charge = 'answer' | 'doubt' | 'nothing';

/** One request, booked when it arrives. */
export interface Entry {
  readonly text: string;
  readonly charge: Charge;
}

/** A server that bills, and keeps books of each run by its key. */
export interface Ledger {
  readonly url: string;
  /** What a run has sent so far, in its order. */
  entriesOf(key: string): readonly Entry[];
  close(): Promise<void>;
}

/** Of each answer, as {@link completion} counts them. */
export const TOKENS = { in: 100, out: 3 };

export const labelOf = (text: string) =>
  Number(text.split(' ')[1]) % 3 === 0 ? 'toxic' : 'not toxic';

/** Such a text gets an answer that is no label. */
export const hasNoLabel = (text: string) => text.endsWith('77');

type UpTo = (most: number) => number;

const FAULTS: readonly (readonly [Charge, (upTo: UpTo) => Answer])[] = [
  ['nothing', (upTo) => refusal(429, SLOW_DOWN, { 'retry-after-ms': String(upTo(30)) })],
  ['nothing', () => refusal(429, SLOW_DOWN, { 'x-ratelimit-reset-requests': '20ms' })],
  ['nothing', () => refusal(503, { message: 'overloaded' }, { 'retry-after-ms': '5' })],
  ['doubt', () => refusal(500, { message: 'oops' }, { 'retry-after-ms': '5' })],
  ['doubt', () => ({ raw: (response) => response.writeHead(502).end('<html>bad gateway</html>') })],
  ['doubt', () => ({ raw: (response) => response.destroy() })],
  [
    'doubt',
    () => ({
      raw: (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 900 });
        response.write('{"choices":');
        setTimeout(() => response.destroy(), 2);
      },
    }),
  ],
  [
    'doubt',
    () => ({
      raw: (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(completion('toxic')).slice(0, 70));
      },
    }),
  ],
  ['doubt', () => ({ raw: () => {} })],
];
const SLOW_DOWN = { message: 'slow down' };

/** Starts a server that answers within 60 ms, one time in eight with a fault. */
export async function startLedger(upTo: UpTo): Promise<Ledger> {
  const books = new Map<string, Entry[]>();
  const server = await startModelServer(async ({ text, headers }) => {
    const key = String(headers.authorization).replace('Bearer ', '');
    const fault = upTo(7) === 0 ? FAULTS[upTo(FAULTS.length - 1)] : undefined;
    const entries = books.get(key) ?? [];
    books.set(key, entries);
    entries.push({ text, charge: fault?.[0] ?? 'answer' });
    await pause(upTo(60));
    return fault?.[1](upTo) ?? (hasNoLabel(text) ? 'no comment' : labelOf(text));
  });
  return {
    url: server.url,
    entriesOf: (key) => books.get(key) ?? [],
    close: () => server.close(),
  };
}
