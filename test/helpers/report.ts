import { createHash } from 'node:crypto';
import {
  type Figure,
  type Figures,
  type ModelResult,
  type Pair,
  REPORT_VERSION,
  type Report,
  reportSchema,
} from '../../src/analysis/report.js';
import { isLabel, saidOf } from '../../src/analysis/row-codes.js';
import { classificationReport } from '../../src/metrics/classification-report.js';
import { type ToxicityLabel, UNANSWERED } from '../../src/records.js';
import type { ReportInput, RowTexts } from '../../src/reports/input.js';

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

export interface FixtureOptions {
  readonly rows?: number;
  /** Names of the teacher and of the contenders. */
  readonly teacher?: string;
  readonly contenders?: readonly string[];
  readonly truth?: 'human' | 'gpt';
  readonly seed?: number;
  /** How often a contender is wrong on a row, in the order of the contenders. */
  readonly errors?: readonly number[];
}

/**
 * A complete report over made-up rows, the same for the same options. Its counts agree with its
 * rows; its intervals are rough, for they only have to be drawn.
 */
export function makeReport(options: FixtureOptions = {}): ReportInput {
  const { truth = 'human', seed = 7, errors = [0.06, 0.09] } = options;
  const { teacher = 'gpt-4.1', contenders = ['mistral-7b', 'wordlist'] } = options;
  const random = generator(seed);
  const rows: RowTexts[] = [];
  const said: Record<string, string[]> = {};
  const names = [teacher, ...contenders];
  for (const name of names) said[name] = [];
  const toxicity: string[] = [];
  for (let row = 0; row < (options.rows ?? 600); row++) {
    const isToxic = random() < 0.2;
    const human = row % 97 === 5 ? null : labelOf(isToxic);
    const teacherSays = random() < 0.05 ? !isToxic : isToxic;
    const scores: Record<string, number> = {};
    said[teacher]?.push(teacherSays ? '1' : '0');
    contenders.forEach((name, i) => {
      const score = scoreOf(isToxic, errors[i] ?? 0.1, random);
      const code = i === 0 && row % 41 === 3 ? (UNANSWERED_CODES[row % 5] ?? 'r') : '';
      // Somebody disagrees on every hostile text, so that all of them are shown.
      const isHostile = row < HOSTILE_TEXTS.length && i === contenders.length - 1;
      const isCalledToxic = isHostile ? !teacherSays : score >= 0.5;
      said[name]?.push(code || (isCalledToxic ? '1' : '0'));
      if (!code && i === 0) scores[name] = score;
    });
    const truthLabel = truth === 'gpt' ? labelOf(teacherSays) : human;
    toxicity.push(truthLabel === null ? '?' : truthLabel === 'toxic' ? '1' : '0');
    rows.push({ index: row * 2, input: textOf(row), human, teacher: labelOf(teacherSays), scores });
  }
  const codes = Object.fromEntries(names.map((name) => [name, (said[name] ?? []).join('')]));
  const report = assemble(rows, toxicity.join(''), codes, names, truth, seed);
  return { report: reportSchema.parse(report), rows };
}

const UNANSWERED_CODES = ['r', 'f', 't', 'u', 'x'];

const labelOf = (isToxic: boolean): ToxicityLabel => (isToxic ? 'toxic' : 'not toxic');

const textOf = (row: number) =>
  HOSTILE_TEXTS[row] ??
  `Made-up row ${row}: ${'how would one put this in other words, '.repeat(1 + (row % 4))}please?`;

/** A score on the right side of one half but for a share of the rows, two digits. */
function scoreOf(isToxic: boolean, errors: number, random: () => number): number {
  const right = random() >= (isToxic ? errors * 2.5 : errors);
  const strength = 0.5 + Math.sqrt(random()) * 0.49;
  return Number((isToxic === right ? strength : 1 - strength).toFixed(2));
}

function assemble(
  rows: readonly RowTexts[],
  truth: string,
  said: Record<string, string>,
  names: readonly string[],
  truthName: 'human' | 'gpt',
  seed: number,
): Report {
  const models = names.map((name, place) => modelResult(name, place, rows, truth, said, truthName));
  const [first] = models;
  if (!first) throw new Error('a report needs a model');
  return {
    schema: 'toxicity-distill/report',
    version: REPORT_VERSION,
    tool_version: '0.1.0',
    created_at: '2026-11-24T12:00:00.000Z',
    settings: {
      truth: truthName,
      confidence: 0.95,
      bootstrap: 2000,
      seed,
      on_unanswered: 'exclude',
    },
    data: {
      file: 'outputs/test.jsonl',
      sha256: createHash('sha256').update(truth).digest('hex'),
      dataset: 'sample',
      split: 'test',
      rows: rows.length,
      toxic: count(truth, '1'),
      not_toxic: count(truth, '0'),
      without_truth: count(truth, '?'),
      duplicate_texts: 2,
      seen: { file: 'outputs/train.jsonl', rows: 3, excluded: true },
    },
    models,
    common: {
      n: first.rows.compared,
      models: models.map(({ name, figures: { accuracy, toxic } }) => ({
        name,
        accuracy,
        precision: toxic.precision,
        recall: toxic.recall,
        f1: toxic.f1,
      })),
    },
    pairs: pairsOf(names, models, truth, said),
    baselines: [
      {
        name: 'ToxicChat-T5-large',
        precision: 0.798,
        recall: 0.848,
        f1: 0.822,
        auprc: 0.885,
        source: 'ToxicChat model card',
      },
    ],
    disagreements: disagreementsOf(rows, truth, said),
    rows: {
      keys: rows.map(({ index, input }) =>
        createHash('sha256').update(`${index}\n${input}`).digest('hex').slice(0, 16),
      ),
      truth,
      said,
    },
    notes: [
      'The rows are made up: nothing here says how a model does on real texts.',
      '2 rows repeat the text of another row, so that the intervals are a little too narrow.',
    ],
  };
}

function modelResult(
  name: string,
  place: number,
  rows: readonly RowTexts[],
  truth: string,
  said: Record<string, string>,
  truthName: 'human' | 'gpt',
): ModelResult {
  const codes = said[name] ?? '';
  const teacherCodes = Object.values(said)[0] ?? '';
  const cell = (t: string, matches: (code: string) => boolean) =>
    [...codes].filter((code, row) => truth[row] === t && matches(code)).length;
  const line = (t: string) => ({
    not_toxic: cell(t, (code) => code === '0'),
    toxic: cell(t, (code) => code === '1'),
    unanswered: cell(t, (code) => code !== '0' && code !== '1'),
  });
  const confusion = { not_toxic: line('0'), toxic: line('1') };
  const compared = [...codes].flatMap((code, row) =>
    isLabel(saidOf(code)) && truth[row] !== '?'
      ? [[truth[row] === '1', code === '1'] as const]
      : [],
  );
  const answered = [...codes].filter((code) => isLabel(saidOf(code))).length;
  const hasScores = rows.some(({ scores }) => name in scores);
  const figures = figuresOf(confusion, hasScores);
  const isTeacher = place === 0;
  const agreeing = [...codes].filter((code, row) => code === teacherCodes[row]).length;
  const usd = isTeacher ? 1.9 : place === 1 ? 0.052 : 0;
  return {
    name,
    role: isTeacher ? 'teacher' : 'contender',
    id: name,
    provider: isTeacher ? 'openai' : place === 1 ? 'octoai' : 'embedded',
    prompt: 'moderator@3f9a00c1d2e4',
    file: isTeacher ? 'outputs/test.jsonl' : `outputs/predictions-${place}.jsonl`,
    is_truth: isTeacher && truthName === 'gpt',
    table:
      compared.length === 0
        ? ''
        : classificationReport(
            compared.map(([t]) => labelOf(t)),
            compared.map(([, s]) => labelOf(s)),
          ),
    rows: {
      total: rows.length,
      answered,
      unanswered: unansweredOf(codes),
      not_asked: count(codes, '-'),
      without_truth: count(truth, '?'),
      compared: compared.length,
    },
    coverage: wilson(answered, rows.length),
    confusion,
    figures,
    bounds: {
      toxic_f1: boundsAround(figures.toxic.f1, rows.length - answered),
      accuracy: boundsAround(figures.accuracy, rows.length - answered),
    },
    threshold: hasScores ? { value: 0.5, source: 'half' } : null,
    curves: hasScores ? curvesOf(rows, truth, name) : null,
    slices: ['jailbreaking', 'length'].flatMap((column) =>
      (column === 'length' ? ['up to 100', '101 to 500'] : ['yes', 'no']).map((value, part) => ({
        column,
        value,
        n: Math.floor(compared.length / (part + 2)),
        toxic: Math.floor(count(truth, '1') / (part + 2)),
        accuracy: figures.accuracy,
        precision: figures.toxic.precision,
        recall: figures.toxic.recall,
        f1: part === 1 && column === 'jailbreaking' ? UNDEFINED : figures.toxic.f1,
      })),
    ),
    agreement: isTeacher
      ? null
      : {
          with_teacher: { agreement: wilson(agreeing, rows.length), kappa: rough(0.71, answered) },
          with_human: { agreement: figures.accuracy, kappa: figures.kappa },
          teacher_with_human: { agreement: figures.accuracy, kappa: figures.kappa },
          three_way: { all_agree: 400, contender_alone: 60, teacher_alone: 20, human_alone: 10 },
        },
    usage: place < 2 ? { prompt_tokens: 90_000, completion_tokens: 1_800 } : null,
    cost: {
      usd,
      per_1000_rows: (usd / rows.length) * 1000,
      basis: place < 2 ? 'list price of 2026-11-23' : 'local',
      times_cheaper_than_teacher: place === 1 ? 1.9 / 0.052 : null,
    },
    latency_ms: isTeacher ? null : { p50: 120 / place ** 8, p95: 340 / place ** 8 },
    notes: place === 1 ? ['15 rows got no label and count in no figure.'] : [],
  };
}

const unansweredOf = (codes: string) =>
  Object.fromEntries(
    UNANSWERED.map((outcome) => [outcome, [...codes].filter((c) => saidOf(c) === outcome).length]),
  );

function figuresOf(confusion: ModelResult['confusion'], hasScores: boolean): Figures {
  const tp = confusion.toxic.toxic;
  const fn = confusion.toxic.not_toxic;
  const fp = confusion.not_toxic.toxic;
  const tn = confusion.not_toxic.not_toxic;
  const n = tp + fn + fp + tn;
  const classOf = (hit: number, wrongly: number, missed: number) => ({
    precision: wilson(hit, hit + wrongly),
    recall: wilson(hit, hit + missed),
    f1: rough((2 * hit) / (2 * hit + wrongly + missed), hit + missed),
    support: hit + missed,
  });
  const toxic = classOf(tp, fp, fn);
  const notToxic = classOf(tn, fn, fp);
  const mean = (key: 'precision' | 'recall' | 'f1', weight: number) =>
    rough(
      (toxic[key].value ?? 0) * weight + (notToxic[key].value ?? 0) * (1 - weight),
      toxic.support,
    );
  const average = (weight: number) => ({
    precision: mean('precision', weight),
    recall: mean('recall', weight),
    f1: mean('f1', weight),
  });
  return {
    toxic,
    not_toxic: notToxic,
    accuracy: wilson(tp + tn, n),
    macro: average(0.5),
    weighted: average((tp + fn) / n),
    balanced_accuracy: mean('recall', 0.5),
    mcc: rough(0.68, n),
    kappa: rough(0.67, n),
    ...(hasScores
      ? {
          auprc: rough(0.79, toxic.support),
          auroc: rough(0.91, n),
          brier: rough(0.08, n),
          ece: rough(0.05, n),
          precision_at_recall: [{ at: 0.9, figure: rough(0.55, toxic.support) }],
          recall_at_precision: [{ at: 0.9, figure: rough(0.42, toxic.support) }],
        }
      : {}),
  };
}

function curvesOf(rows: readonly RowTexts[], truth: string, name: string) {
  const scored = rows.flatMap(({ scores }, row) => {
    const score = scores[name];
    return score === undefined || truth[row] === '?' ? [] : [{ score, toxic: truth[row] === '1' }];
  });
  const positives = scored.filter(({ toxic }) => toxic).length;
  const thresholds = [...new Set(scored.map(({ score }) => score))].sort((a, b) => b - a);
  return {
    precision_recall: thresholds.map((threshold) => {
      const called = scored.filter(({ score }) => score >= threshold);
      const hits = called.filter(({ toxic }) => toxic).length;
      return { threshold, precision: hits / called.length, recall: hits / positives };
    }),
    reliability: Array.from({ length: 10 }, (_, bin) => {
      const inside = scored.filter(({ score }) => Math.min(9, Math.floor(score * 10)) === bin);
      const n = inside.length;
      return {
        mean_score: inside.reduce((sum, { score }) => sum + score, 0) / n,
        toxic_rate: inside.filter(({ toxic }) => toxic).length / n,
        n,
      };
    }).filter(({ n }) => n > 0),
  };
}

function pairsOf(
  names: readonly string[],
  models: readonly ModelResult[],
  truth: string,
  said: Record<string, string>,
): Pair[] {
  return names.flatMap((a, i) =>
    names.slice(i + 1).map((b) => {
      const right = (name: string, row: number) => said[name]?.[row] === truth[row];
      const both = [...truth].flatMap((t, row) =>
        t !== '?' && isLabel(saidOf(said[a]?.[row])) && isLabel(saidOf(said[b]?.[row]))
          ? [row]
          : [],
      );
      const onlyA = both.filter((row) => right(a, row) && !right(b, row)).length;
      const onlyB = both.filter((row) => right(b, row) && !right(a, row)).length;
      const f1 = (name: string) => models.find((m) => m.name === name)?.figures.toxic.f1.value ?? 0;
      const difference = f1(a) - f1(b);
      const p = Math.min(1, Math.exp(-((onlyA - onlyB) ** 2) / (2 * (onlyA + onlyB + 1))));
      return {
        a,
        b,
        n: both.length,
        mcnemar: { only_a_right: onlyA, only_b_right: onlyB, p, p_holm: Math.min(1, p * 3) },
        f1_difference: {
          value: difference,
          low: difference - 0.06,
          high: difference + 0.06,
          n: both.length,
          interval: 'bca' as const,
          p,
          p_holm: Math.min(1, p * 3),
        },
        tied: p * 3 > 0.05,
      };
    }),
  );
}

function disagreementsOf(
  rows: readonly RowTexts[],
  truth: string,
  said: Record<string, string>,
): Report['disagreements'] {
  return rows.flatMap(({ index, input, human, teacher, scores }, row) => {
    const codes = Object.values(said).map((all) => all[row]);
    const all = new Set([...codes, ...(truth[row] === '?' ? [] : [truth[row]])]);
    if (all.size === 1) return [];
    const entries = Object.entries(said).map(([name, all]) => [name, saidOf(all[row])] as const);
    return [{ row, index, input, human, teacher, said: Object.fromEntries(entries), scores }];
  });
}

const UNDEFINED: Figure = { value: null, low: null, high: null, n: 0, interval: null };

function wilson(hits: number, n: number): Figure {
  if (n === 0) return UNDEFINED;
  const z = 1.96;
  const p = hits / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { value: p, low: centre - half, high: centre + half, n, interval: 'wilson' };
}

function rough(value: number, n: number): Figure {
  if (n === 0 || Number.isNaN(value)) return UNDEFINED;
  const half = 1.96 * Math.sqrt((Math.abs(value) * (1 - Math.abs(value))) / n);
  return { value, low: value - half, high: Math.min(1, value + half), n, interval: 'bca' };
}

function boundsAround({ value }: Figure, unanswered: number) {
  const spread = unanswered / 400;
  return { worst: Math.max(0, (value ?? 0) - spread), best: Math.min(1, (value ?? 0) + spread) };
}

const count = (codes: string, code: string) => codes.split(code).length - 1;

/** Mulberry32: enough to make rows of, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
