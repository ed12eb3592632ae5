import { analyse } from '../../src/analysis/analyse.js';
import type { AnalysisContender, AnalysisInput } from '../../src/analysis/input.js';
import { reportSchema } from '../../src/analysis/report/report.js';
import type { ReportInput } from '../../src/reports/input.js';
import { analysisInput, contender } from './analysis.js';
import { seededDraw } from './examples.js';

/** Texts that a page, a spreadsheet, an XML file or a terminal might obey. */
export const HOSTILE_TEXTS = [
  '<script>window.hacked = 1</script>',
  '</script><script>window.hacked = 2</script>',
  '<img src="http://203.0.113.1/x.png" onerror="window.hacked = 3">',
  '"><svg onload="window.hacked = 4"></details></table>',
  '<!--<script>window.hacked = 5',
  'a line separator \u2028 and a paragraph separator \u2029 end a line of script',
  'escape \u001b[31mred\u001b[0m \u009b2J and a bell \u0007',
  'abc \u202egnirts desrever\u202c \u2066isolated\u2069',
  'a NUL \0 a lone \ud800 surrogate \udc00 backwards',
  '=HYPERLINK("http://203.0.113.1","click")',
  '+1+cmd|" /C calc"!A0',
  '-2+3',
  '@SUM(1,2)',
  '\t=1+1',
  '\r=1+1',
  'pipes | and | `ticks`\nand\r\nlines, "quotes", commas',
  '[a link](javascript:alert(1)) ![x](http://203.0.113.1/y.png) @everyone #1',
  ']]> &amp; &#0; &unknown; <![CDATA[x]]>',
  '{{constructor}} $& %s $1',
] as const;

/** Dollars for a row of the teacher. */
const TEACHER_USD = 0.003;

/** What contenders are, in their order: cheaper than the teacher, free, ten times dearer, unknown. */
const KINDS = [
  { errors: 0.06, costUsd: TEACHER_USD / 37, latencyMs: 120, priceBasis: 'list price' },
  { errors: 0.18, costUsd: 0, latencyMs: 0.02, priceBasis: 'local' },
  { errors: 0.03, costUsd: TEACHER_USD * 10, latencyMs: 1800, priceBasis: 'list price' },
  { errors: 0.07, costUsd: null, latencyMs: 300, priceBasis: 'unknown' },
] as const;

export interface FixtureOptions {
  readonly rows?: number;
  /** Names of the contenders; each is of the kind that its place has in {@link KINDS}. */
  readonly contenders?: readonly string[];
  readonly truth?: AnalysisInput['settings']['truth'];
  /** Resamples. */
  readonly bootstrap?: number;
}

const made = new Map<string, ReportInput>();

/** A report for a test of what is written: see {@link analysed}. Those of the same options are one. */
export function makeReport(options: FixtureOptions = {}): ReportInput {
  const key = JSON.stringify(options);
  const known = made.get(key) ?? analysed(options);
  made.set(key, known);
  return known;
}

/**
 * What `analyse` says of made-up rows, the same for the same options. The first contender gives
 * scores and leaves some rows unanswered; the last contradicts the teacher on each hostile text, so
 * that all of them are among the disagreements.
 */
function analysed({
  rows: count = 600,
  contenders: names = ['mistral-7b', 'wordlist', 'gpt-6-astra', 'my-server'],
  truth = 'human',
  bootstrap = 500,
}: FixtureOptions): ReportInput {
  const draw = seededDraw(7);
  const isPositive = Array.from({ length: count }, () => draw(100) < 20);
  const teacher = isPositive.map((toxic) => (draw(100) < 5 ? !toxic : toxic));
  const contenders = names.map((name, place) => {
    const isLast = place === names.length - 1;
    const contradicted = isLast ? teacher.slice(0, HOSTILE_TEXTS.length) : [];
    return makeContender(name, place, { isPositive, contradicted, draw });
  });
  const input = analysisInput(
    {
      human: isPositive.map((toxic, row) => (row % 97 === 5 ? '?' : codeOf(toxic))).join(''),
      teacher: teacher.map(codeOf).join(''),
      texts: isPositive.map((_, row) => textOf(row)),
    },
    contenders,
    { truth, bootstrap, baselines: true },
  );
  const rows = input.rows.map((row, place) => ({
    ...row,
    // Not its place in the file.
    ds_original_idx: place * 2,
    is_jailbreaking: place % 30 === 1 ? (1 as const) : (0 as const),
    cost_usd: TEACHER_USD,
    latency_ms: 900,
  }));
  const report = analyse({
    ...input,
    rows,
    teacher: {
      ...input.teacher,
      name: 'gpt-4.1',
      id: 'gpt-4.1',
      unanswered: { refused: 3, failed: 1 },
    },
    data: {
      ...input.data,
      dataset: 'toxicchat',
      seen: { rows: 3, by: [{ name: 'train.jsonl', rows: 3 }] },
    },
  });
  const verdicts = new Map(contenders.map((each) => [each.name, each.verdicts]));
  return { report: reportSchema.parse(report), rows, verdicts };
}

interface Rows {
  readonly isPositive: readonly boolean[];
  /** What the teacher says of the first rows, where it is to be contradicted. */
  readonly contradicted: readonly boolean[];
  readonly draw: (below: number) => number;
}

function makeContender(name: string, place: number, rows: Rows): AnalysisContender {
  const { errors, priceBasis, ...took } = KINDS[place % KINDS.length] ?? KINDS[0];
  const scores = rows.isPositive.map((toxic, row) => {
    const target = rows.contradicted[row];
    return makeScore(
      target === undefined ? toxic : !target,
      target === undefined ? errors : 0,
      rows,
    );
  });
  const codes = scores.map((score, row) =>
    place === 0 && row % 41 === 3 ? 'rftux'[row % 5] : codeOf(score >= 0.5),
  );
  return contender(name, codes.join(''), {
    ...(place === 0 ? { scores, threshold: { value: 0.5, source: 'set by the user' } } : {}),
    took: scores.map(() => took),
    id: name,
    file: `outputs/test.${place}.jsonl`,
    priceBasis,
  });
}

/** A score on the right side of one half but for a share of the rows, two digits. */
function makeScore(toxic: boolean, errors: number, { draw }: Rows): number {
  const isRight = draw(1000) >= 1000 * errors * (toxic ? 2.5 : 1);
  const strength = 50 + Math.floor(Math.sqrt(draw(10_000)) / 2);
  return (toxic === isRight ? strength : 99 - strength) / 100;
}

const codeOf = (toxic: boolean) => (toxic ? '1' : '0');

const textOf = (row: number) =>
  HOSTILE_TEXTS[row] ??
  `Made-up row ${row}: ${'how would one put this in other words, '.repeat(1 + (row % 4))}please?`;
