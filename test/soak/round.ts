import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Finished, spawnCli, startCli } from '../helpers/cli.js';
import { readLabelRows } from './label-rows.js';
import { type Ledger, labelOf, TOKENS } from './ledger.js';
import type { SmallDisk } from './small-disk.js';
import type { Trouble } from './troubles.js';

/** Dollars for a million tokens. */
const PRICE = { in: 1, out: 2 };
const USD_A_ANSWER = (TOKENS.in * PRICE.in + TOKENS.out * PRICE.out) / 1e6;

/** A run as it is asked for. */
export interface Settings {
  readonly trouble: Trouble;
  readonly concurrency: number;
  /** Rows to take. */
  readonly size: number;
  /** Dollars. */
  readonly maxCost?: number | undefined;
}

/** Where a file is labelled, and what does it. */
export interface Place {
  readonly ledger: Ledger;
  readonly cwd: string;
  /** The label file, in that folder. */
  readonly out: string;
  readonly disk: SmallDisk | undefined;
  readonly upTo: (most: number) => number;
}

/** What became of the requests that the server billed, in requests. */
export interface Account {
  /** Billed, or in doubt. */
  readonly billed: number;
  /** Rows that the run wrote. */
  readonly written: number;
  /** Written rows that the trouble destroyed. */
  readonly destroyed: number;
  /** What the run said may have been billed and gave no row. */
  readonly declared: number;
  /** Billed, and nowhere to be found, which only a kill excuses; below 0, declared for nothing. */
  readonly missing: number;
}

let runs = 0;

/** One run of collect through trouble, its account settled with the server's books. */
export async function runOnce(place: Place, settings: Settings): Promise<Account> {
  const { ledger, cwd, disk, upTo } = place;
  const { trouble } = settings;
  runs += 1;
  const out = join(cwd, place.out);
  const key = `sk-soak-${String(runs).padStart(8, '0')}`;
  const before = rowsOn(out);
  const { child, finished } = startCli(
    'collect',
    flagsOf(place, settings),
    envOf(place, key, trouble),
  );
  const second = async () => {
    const other = `${key}-second`;
    const result = await spawnCli('collect', flagsOf(place, settings), envOf(place, other));
    return { ...result, requests: ledger.entriesOf(other).length };
  };
  const sent = () => ledger.entriesOf(key).length;
  const made = await trouble.make({ child, finished, out, disk, upTo, sent, second });
  const result = await finished;
  if (made.says && !wasKilled(result)) {
    expect(result.code, result.stderr).toBe(3);
    expect(result.stderr).toMatch(made.says);
  }
  const after = rowsOn(out);
  expect(new Set(after).size, 'a row is on disk twice').toBe(after.length);
  const entries = ledger.entriesOf(key);
  const done = new Set(before);
  expect(entries.filter(({ text }) => done.has(text))).toEqual([]);
  const destroyed = made.destroyed?.length ?? 0;
  const billed = entries.filter(({ charge }) => charge !== 'nothing').length;
  const written = after.length + destroyed - before.length;
  const declared = readDeclared(result.stderr);
  const account = { billed, written, destroyed, declared, missing: billed - written - declared };
  check(account, {
    settings,
    result,
    doubts: entries.filter(({ charge }) => charge === 'doubt').length,
  });
  return account;
}

/** The rows of a label file that are done. */
export function rowsOn(out: string): string[] {
  const { labelled, unlabelled, wrong } = readLabelRows(out, labelOf);
  expect(wrong).toEqual([]);
  return [...labelled, ...unlabelled];
}

interface Facts {
  readonly settings: Settings;
  readonly result: Finished;
  /** Requests of which the server says that they are in doubt. */
  readonly doubts: number;
}

/**
 * A run that came to its end has written or declared all that was billed, and declared nothing else;
 * one that was halted may have, since it cannot know what was in requests that timed out meanwhile. One
 * that was killed could not declare what was in doubt, and what was in flight is lost, one request for each place at most.
 */
function check(account: Account, { settings, result, doubts }: Facts): void {
  const { billed, missing } = account;
  const { trouble, concurrency, maxCost } = settings;
  const text = `${trouble.name}: ${JSON.stringify({ ...account, doubts, ...result, concurrency })}`;
  if (wasKilled(result)) {
    expect(missing, text).toBeGreaterThanOrEqual(0);
    expect(missing, text).toBeLessThanOrEqual(doubts + concurrency);
  } else if (trouble.halts) expect(missing, text).toBeLessThanOrEqual(0);
  else expect(missing, text).toBe(0);
  if (maxCost === undefined) return;
  expect(billed * USD_A_ANSWER, text).toBeLessThanOrEqual(maxCost + 1e-9);
}

/** Whether a run was ended by a signal, or by its second one, before it could say what it did. */
const wasKilled = ({ code, stderr }: Finished) =>
  code === null || (code === 130 && !/^labelled |^in doubt |no row was asked/m.test(stderr));

/** `in doubt    3 requests gave no row and may have been billed, up to $0.12`. */
const readDeclared = (stderr: string): number =>
  Number(/([\d,]+) requests? gave no row/.exec(stderr)?.[1]?.replaceAll(',', '') ?? 0);

function flagsOf({ out }: Place, { concurrency, size, maxCost }: Settings): string[] {
  return [
    ...['--dataset', 'data.csv', '-m', 'openai:teacher', '--out', out, '--timeout', '3'],
    ...['--concurrency', String(concurrency), '--ds-max-size', String(size)],
    ...['--price', `${PRICE.in}/${PRICE.out}`],
    ...(maxCost === undefined ? [] : ['--max-cost', String(maxCost)]),
  ];
}

const envOf = ({ ledger, cwd }: Place, key: string, { env }: Partial<Trouble> = {}) => ({
  cwd,
  env: { OPENAI_BASE_URL: ledger.url, OPENAI_API_KEY: key, ...env },
});

/** Makes room for the next file. */
export const removeRows = (out: string): void => {
  for (const path of [out, `${out}.unanswered.jsonl`]) rmSync(path, { force: true });
};
