/**
 * How fast the commands are, each beside its anchor:
 *
 *   [PROMPTFOO=node_modules/promptfoo/dist/src/main.js] npm run bench [-- --tenth] [--only NAME]
 *
 * A command and its anchor take turns, and only ratios count: machines differ, and are disturbed.
 * The table is printed as Markdown, and written to dist-bench/speed.json with all that was measured.
 * It ends with 1 where a ratio is beyond its limit. `--tenth` measures a tenth of the rows, once, for
 * CI; `--only` those entries whose names contain NAME.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FILE_ROWS } from './speed/files.js';
import { projectFile } from './speed/process.js';
import { promptfooRows } from './speed/promptfoo.js';
import { ratioOf, type SpeedRow, type Usage } from './speed/row.js';
import { SERVER_ROWS } from './speed/server.js';
import { STARTUP_ROWS } from './speed/startup.js';
import { STUDENT_ROWS } from './speed/student.js';

/** The table. Each subject has its file in speed/. */
const ROWS: readonly SpeedRow[] = [
  ...[...FILE_ROWS, ...SERVER_ROWS, ...STUDENT_ROWS, ...STARTUP_ROWS],
  ...promptfooRows(process.env.PROMPTFOO),
];

const { tenth, only } = parseArgs({
  options: { tenth: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
}).values;

interface Measured extends Omit<SpeedRow, 'open'> {
  readonly turnsTaken: readonly { readonly ours: Usage; readonly anchor: Usage }[];
  readonly ratio: Spread;
  readonly peakMb: number;
  readonly kept: boolean;
}

interface Spread {
  readonly mean: number;
  readonly lowest: number;
  readonly highest: number;
}

async function measure({ open, ...row }: SpeedRow): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-speed-'));
  const taken: { ours: Usage; anchor: Usage }[] = [];
  try {
    const pair = await open({ folder, scale: tenth ? 0.1 : 1 });
    for (let turn = 0; turn < (tenth ? 1 : (row.turns ?? 3)); turn++) {
      const anchor = await pair.anchor();
      taken.push({ anchor, ours: await pair.ours() });
    }
    await pair.close?.();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const ratio = spread(taken.map(({ ours, anchor }) => ratioOf(row.figure, ours, anchor)));
  return {
    ...row,
    turnsTaken: taken,
    ratio,
    peakMb: Math.max(...taken.map(({ ours }) => ours.peakMb)),
    kept: row.figure === 'rate' ? ratio.mean >= row.limit : ratio.mean <= row.limit,
  };
}

function spread(values: readonly number[]): Spread {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, lowest: Math.min(...values), highest: Math.max(...values) };
}

function markdown({ what, anchor, figure, ratio, goal, limit, peakMb, goalMb, ...row }: Measured) {
  const range = `${ratio.mean.toFixed(2)} (${ratio.lowest.toFixed(2)}-${ratio.highest.toFixed(2)})`;
  const least = figure === 'rate' ? 'at least' : 'at most';
  return [
    what,
    anchor,
    `${figure} ${range}`,
    `${goal}`,
    `${least} ${limit}: ${row.kept ? 'kept' : 'BROKEN'}`,
    `${Math.round(peakMb)} MB${goalMb === undefined ? '' : ` of ${goalMb}`}`,
  ];
}

const line = (cells: readonly string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);

line(['what', 'anchor', 'ratio: mean (lowest-highest)', 'goal', 'limit', 'memory']);
line(Array.from({ length: 6 }, () => '---'));
const measured: Measured[] = [];
for (const row of ROWS.filter(({ name }) => name.includes(only))) {
  const entry = await measure(row);
  line(markdown(entry));
  measured.push(entry);
}
const json = { node: process.version, tenth, rows: measured };
writeFileSync(projectFile('dist-bench/speed.json'), `${JSON.stringify(json, null, 2)}\n`);
process.exitCode = measured.length > 0 && measured.every(({ kept }) => kept) ? 0 : 1;
