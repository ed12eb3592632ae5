import { join } from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, it, onTestFinished } from 'vitest';
import { scratchFolder } from '../helpers/cli.js';
import { writeCsv } from '../helpers/files.js';
import { startLedger } from './ledger.js';
import { type Account, type Place, removeRows, rowsOn, runOnce, type Settings } from './round.js';
import { mountSmallDisk } from './small-disk.js';
import { NO_TROUBLE, TROUBLES, type Trouble } from './troubles.js';

/** How long files are begun; the last is finished. */
const SECONDS = Number(process.env.SOAK_SECONDS ?? 120);
const SEED = Number(process.env.SOAK_SEED ?? 20_261_124);
const ROWS = 900;
/** After a run in each trouble they are left alone until all is done. */
const CALM_RUNS = 10;

const CALM: Settings = { trouble: NO_TROUBLE, concurrency: 32, size: ROWS };

it('keeps books that agree with the server’s through every trouble', async () => {
  const random = xoroshiro128plus(SEED);
  const upTo = (most: number) => uniformInt(random, 0, most);
  const ledger = await startLedger(upTo);
  onTestFinished(() => ledger.close());
  const cwd = scratchFolder();
  const disk = mountSmallDisk(join(cwd, 'disk'));
  if (!disk) process.stderr.write('soak: no disk is filled, for nothing may be mounted here\n');
  const possible = TROUBLES.filter(({ needsDisk }) => disk !== undefined || !needsDisk);
  const texts = Array.from({ length: ROWS }, (_, i) => `text ${i}`);
  writeCsv(join(cwd, 'data.csv'), texts);

  /** Each run takes more rows than the one before, so that there is work for the last trouble too. */
  const draw = (trouble: Trouble, place: number): Settings => ({
    trouble,
    concurrency: 1 + upTo(63),
    size: Math.round((ROWS * (place + 1 - upTo(30) / 100)) / possible.length),
    maxCost: upTo(3) === 0 ? 0.003 + upTo(12) / 1000 : undefined,
  });
  const accounts: Account[] = [];
  const times = new Map<string, number>();
  const run = async (place: Place, settings: Settings) => {
    accounts.push(await runOnce(place, settings));
    const { name } = settings.trouble;
    times.set(name, (times.get(name) ?? 0) + 1);
  };

  const begun = performance.now();
  let files = 0;
  for (; files === 0 || performance.now() - begun < SECONDS * 1000; files += 1) {
    const place = { ledger, cwd, out: `disk/labels-${files}.jsonl`, disk, upTo };
    const out = join(cwd, place.out);
    for (const [i, trouble] of shuffled(possible, upTo).entries())
      await run(place, draw(trouble, i));
    for (let i = 0; i < CALM_RUNS && rowsOn(out).length < ROWS; i += 1) await run(place, CALM);
    expect(rowsOn(out).sort()).toEqual([...texts].sort());
    removeRows(out);
  }

  const sum = (of: keyof Account) => accounts.reduce((all, account) => all + account[of], 0);
  process.stderr.write(
    `soak: seed ${SEED}, ${files} files of ${ROWS} rows, ${accounts.length} runs: ` +
      `${[...times].map(([name, count]) => `${name} ${count}`).join(', ')}\n` +
      `soak: billed ${sum('billed')} = written ${sum('written')} (${sum('destroyed')} of them cut off) ` +
      `+ declared ${sum('declared')} + lost in kills ${sum('missing')}\n`,
  );
});

function shuffled<T>(items: readonly T[], upTo: (most: number) => number): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(upTo(left.length - 1), 1));
}
