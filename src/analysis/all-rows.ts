import { plural } from '../format.js';
import { coded } from '../messages.js';
import { drawsFor } from '../metrics/bootstrap.js';
import { type Estimated, f1Interval } from '../metrics/intervals.js';
import { type Called, postStratified, type Stratum } from '../metrics/post-stratified.js';
import {
  combineParts,
  expectedCounts,
  LABEL_WORTH,
  type StratumPart,
} from '../metrics/unequal-draws.js';
import { labelAt, NO_LABEL } from '../rows/labels.js';
import type { Said } from '../rows/verdicts.js';
import type { UnansweredPolicy } from '../terms.js';
import type { AnalysisInput, HumanSample, InColumns } from './input.js';
import type { AllRows, ModelResult } from './report/model.js';
import type { Report } from './report/report.js';
import { isLabel, isUnanswered } from './row-codes.js';

/**
 * Adds to each model its figures against people for all rows, where only some have a human label
 * and it is known how they were drawn. The strata are what contender and teacher said; unanswered
 * rows are strata of their own, and count as the policy has it. A teacher's strata are its labels,
 * with those of the contender where there is one. A row that stands in the file more than once is
 * one row here.
 *
 * @param models - the results of the teacher, if there is one, and then of the contenders, in the input's order
 */
export function addAllRows(models: readonly ModelResult[], input: InColumns): ModelResult[] {
  const { rows, contenders, settings, humanSample: sample } = input;
  const isPartly = rows.human.includes(NO_LABEL);
  if (settings.truth !== 'human' || !sample || !isPartly) {
    return models.map((model) => ({ ...model, all_rows: null }));
  }
  const labelled = distinctRows(input, sample);
  const alone = contenders.length === 1 ? contenders[0]?.verdicts : undefined;
  return models.map((model, i) => {
    const verdicts = contenders[i - (input.teacher ? 1 : 0)]?.verdicts;
    const says = ({ row, teacher }: DistinctRow) =>
      verdicts
        ? contenderSays(verdicts.saidOf(row), settings.onUnanswered)
        : { word: alone ? wordOf(alone.saidOf(row)) : '', called: teacher === 'positive' };
    const parts = partsOf(labelled, says);
    return { ...model, all_rows: estimate(parts, sample, model, settings) };
  });
}

interface DistinctRow {
  readonly row: number;
  readonly teacher: string;
  readonly human: string | null;
  /** Of the draw. */
  readonly stratum: string;
  /** Of the rows of that stratum, how many have a label. */
  readonly probability: number;
}

function distinctRows({ rows }: InColumns, { strata }: HumanSample): DistinctRow[] {
  const counts = new Map<string, { rows: number; labelled: number }>();
  const distinct = Array.from(rows.keys.firstRows(), (row) => {
    const human = labelAt(rows.human, row);
    const stratum = strata[row] ?? '';
    const count = counts.get(stratum) ?? { rows: 0, labelled: 0 };
    count.rows += 1;
    if (human !== null) count.labelled += 1;
    counts.set(stratum, count);
    return { row, teacher: labelAt(rows.teacher, row) ?? 'none', human, stratum };
  });
  return distinct.map((each) => {
    const { rows: all = 1, labelled = 0 } = counts.get(each.stratum) ?? {};
    return { ...each, probability: labelled / all };
  });
}

/** What a model is taken to say of a row; undefined where the row is not in its figures. */
type Says = { readonly word: string; readonly called: Called } | undefined;

const wordOf = (said: Said) => (isUnanswered(said) ? 'unanswered' : said);

const AS_CALLED = { wrong: 'wrong', positive: true, negative: false } as const;

function contenderSays(said: Said, policy: UnansweredPolicy): Says {
  const word = wordOf(said);
  if (said === 'not asked') return undefined;
  if (isLabel(said)) return { word, called: said === 'positive' };
  return policy === 'exclude' ? undefined : { word, called: AS_CALLED[policy] };
}

function partsOf(rows: readonly DistinctRow[], says: (row: DistinctRow) => Says): StratumPart[] {
  const parts = new Map<string, { -readonly [K in keyof StratumPart]: StratumPart[K] }>();
  for (const row of rows) {
    const said = says(row);
    if (!said) continue;
    const stratum = `${said.word}/${row.teacher}`;
    const name = `${stratum}/${row.stratum}`;
    const part = parts.get(name) ?? {
      stratum,
      called: said.called,
      probability: row.probability,
      rows: 0,
      labelled: 0,
      positive: 0,
    };
    parts.set(name, part);
    part.rows += 1;
    if (row.human !== null) part.labelled += 1;
    if (row.human === 'positive') part.positive += 1;
  }
  // In one order whatever that of the rows, for the draws go by it.
  return [...parts.keys()].sort().flatMap((name) => parts.get(name) ?? []);
}

function estimate(
  parts: readonly StratumPart[],
  { kind }: HumanSample,
  { figures }: ModelResult,
  { bootstrap, seed, confidence }: AnalysisInput['settings'],
): AllRows | null {
  const strata = combineParts(parts, LABEL_WORTH[kind]);
  const found = postStratified(strata, { draws: drawsFor(bootstrap), seed, confidence });
  if (!found) return null;
  const labelled = parts.reduce((sum, part) => sum + part.labelled, 0);
  const figure = (estimated: Estimated | undefined) => ({
    value: estimated?.value ?? null,
    low: estimated?.interval.low ?? null,
    high: estimated?.interval.high ?? null,
    n: labelled,
    interval: estimated ? ('jeffreys' as const) : null,
  });
  const f1 = figure(found.f1);
  const alone =
    kind === 'uniform' ? figures.positive.f1 : uniformInterval(strata, labelled, confidence);
  const [width, before] = [widthOf(f1), widthOf(alone)];
  return {
    labelled,
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    precision: figure(found.precision),
    recall: figure(found.recall),
    f1,
    width_of_human_only: width !== null && before ? width / before : null,
  };
}

type Ends = { readonly low: number | null; readonly high: number | null };

const widthOf = ({ low, high }: Ends) => (low === null || high === null ? null : high - low);

/** What as many labels of a uniform draw would show on their own, at the rates that were found. */
function uniformInterval(strata: readonly Stratum[], labelled: number, confidence: number): Ends {
  const { tp, fp, fn } = expectedCounts(strata);
  const each = labelled / strata.reduce((sum, { rows }) => sum + rows, 0);
  return f1Interval(tp * each, fp * each, fn * each, confidence) ?? { low: null, high: null };
}

/** Whether figures for all rows stand beside those of the labelled rows. */
export const hasAllRows = ({ models }: Pick<Report, 'models'>): boolean =>
  models.some(({ all_rows }) => all_rows);

/** What the labelled rows say of the others. */
export function allRowsNote(withoutLabel: number, sample: HumanSample | undefined): string {
  const one = withoutLabel === 1;
  const rows = `${plural(withoutLabel, 'row')} ${one ? 'has' : 'have'} no human label`;
  if (!sample) {
    return coded(
      'labels-not-random',
      `${rows}, and nothing is claimed for ${one ? 'it' : 'them'}: no draw of the labelled rows from among all is on record. If they were drawn at random, say so; an audit draws the rows to label next.`,
    );
  }
  const apart = `${rows}: pairs and all figures but those for all rows are of the others alone.`;
  const gates = 'Gates on precision, recall and F1 take the figures for all rows.';
  if (sample.kind === 'uniform') {
    return coded(
      'labels-taken-as-random',
      `${apart} The figures for all rows take the labelled ones for a random draw, as the user says they are. ${gates}`,
    );
  }
  const blank =
    sample.blank === 0
      ? ''
      : ` ${sample.blank} ${sample.blank === 1 ? 'row of the audit has' : 'rows of the audit have'} no label yet, taken to be missing at random.`;
  return coded(
    'labels-drawn',
    `${apart} Among these the audit put more of some kinds; the figures for all rows weigh each label by how likely its row was to be drawn. ${gates}${blank}`,
  );
}
