import { hasAllRows } from '../analysis/all-rows.js';
import type { Pair } from '../analysis/report/comparisons.js';
import type { ModelResult } from '../analysis/report/model.js';
import type { Report } from '../analysis/report/report.js';
import { contendersOf, teacherOf } from '../analysis/roles.js';
import {
  formatCount,
  formatFigure,
  formatMoney,
  formatNumber,
  formatPercent,
  formatRatio,
  plural,
} from '../format.js';

/** Whose labels are the truth, in words. */
export const truthInWords = (report: Report): string =>
  report.settings.truth === 'human' ? 'the human labels' : "the teacher's labels";

/** `95% interval`. */
export const intervalInWords = ({ settings }: Report): string =>
  `${formatPercent(settings.confidence, 2)} interval`;

/** Over the figures at another share of positive texts. */
export function prevalenceTitle({ models, task }: Report): string {
  const at = models.find(({ at_prevalence }) => at_prevalence)?.at_prevalence;
  const are = `of the texts are ${task.labels.positive}`;
  if (!at) return `Where another share ${are}`;
  const share = formatPercent(at.prevalence, 2);
  if (!at.share) return `Where ${share} ${are}`;
  if (at.prevalence !== at.share.value) {
    return `Where ${share} ${are}; rows weighed by how likely they were to be drawn`;
  }
  const [low, high] = [at.share.low, at.share.high].map((end) => formatPercent(end, 2));
  return `The texts that the rows were drawn from, of which ${share} [${low}, ${high}] are ${task.labels.positive}`;
}

/** What stands beside means over the runs and is none, where rows were asked more than once. */
export const ofFirstRun = ({ models }: Report): string =>
  models.some(({ rerun }) => rerun) ? ', first run' : '';

/** Over published results that may stand beside those of the run. */
export const PUBLISHED_COMPARABLE =
  'Published on the same release, rows and kind of threshold, not measured here';

/** Why a name and a split do not make two results comparable. */
export const SAME_NAME =
  'The toxic F1 of ShieldGemma-2B on "ToxicChat" is published as 0.704, 0.67, 0.181 and 0.069.';

/** How the F1 of the positive class is called: `toxic F1`. */
export const f1Name = ({ task }: Pick<Report, 'task'>): string => `${task.labels.positive} F1`;

/** Behind what is of the labelled rows alone, where there are figures for all rows too. */
export const onLabelledRows = (report: Report): string =>
  hasAllRows(report) ? ' on the labelled rows' : '';

/** `Toxicity evaluation`. */
export const evaluationTitle = ({ task }: Report): string => `${capitalised(task.name)} evaluation`;

/** With a capital for its first letter, as a sentence begins. */
export const capitalised = (words: string): string =>
  words.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());

/** How rows without an answer count, in words. */
export function policyInWords({ settings, task }: Report): string {
  const { on_unanswered: policy } = settings;
  return policy === 'positive' || policy === 'negative' ? task.labels[policy] : policy;
}

/** The contenders, the best positive F1 first. */
export const bestFirst = (report: Report): ModelResult[] =>
  contendersOf(report).toSorted((a, b) => (f1Of(b) ?? -1) - (f1Of(a) ?? -1));

/** What was found, a short paragraph for each contender, the best positive F1 first. */
export const findings = (report: Report): string[] =>
  bestFirst(report).map((model) =>
    model.cascade
      ? cascadeFinding(report, model, model.cascade)
      : `${quality(report, model)} ${cost(model, teacherOf(report))}`,
  );

/** What the question behind a cascade is answered with: how good, how dear, beside its teacher alone. */
function cascadeFinding(
  report: Report,
  model: ModelResult,
  cascade: NonNullable<ModelResult['cascade']>,
): string {
  const { f1 } = model.figures.positive;
  const asks = `It asks ${cascade.teacher ?? 'its teacher'} for ${formatPercent(cascade.escalated.value)} of the rows.`;
  const other = aloneBeside(report, cascade);
  if (f1.value === null || !other) {
    return `${quality(report, model)} ${cost(model, teacherOf(report))} ${asks}`;
  }
  const price = model.cost.per_1000_rows;
  const at = price === null ? '' : ` at ${formatMoney(price)} per 1,000 rows`;
  const times = other.role === 'teacher' ? model.cost.times_cheaper_than_teacher : null;
  const cheaper = times === null ? '' : ` and ${formatRatio(times)}`;
  const pair = pairBetween(report, model, other);
  const compared = pair ? `: ${besideOther(pair, model.name, report)}${cheaper}` : '';
  const isOne = report.models.filter((each) => each.cascade).length === 1;
  return `${isOne ? 'The cascade' : model.name} reaches a ${f1Name(report)} of ${formatFigure(f1)} (${intervalInWords(report)})${at}${compared}. ${asks}`;
}

/** Whom a cascade has to be better than: its teacher, or its student where people are the teacher. */
function aloneBeside(
  report: Report,
  { teacher: asked, student }: NonNullable<ModelResult['cascade']>,
): ModelResult | undefined {
  const teacher = teacherOf(report);
  if (teacher && teacher.name === asked && !teacher.is_truth) return teacher;
  return contendersOf(report).find(({ prompt }) => prompt !== null && prompt === student);
}

/** `better than gpt4 alone by 0.10 [0.05, 0.16]`, or what else is found. */
function besideOther(pair: Pair, name: string, { settings }: Report): string {
  const other = `${pair.a === name ? pair.b : pair.a} alone`;
  const { value, low, high } = orient(pair, name);
  switch (pair.finding) {
    case 'different': {
      const isWorse = (value ?? low ?? 0) < 0;
      const by = isWorse
        ? { value: negate(value), low: negate(high), high: negate(low) }
        : { value, low, high };
      return `${isWorse ? 'worse' : 'better'} than ${other} by ${formatFigure(by)}`;
    }
    case 'equivalent':
      return `equivalent to ${other} within ${settings.margin}`;
    case 'not told apart':
      return `not told apart from ${other} (it could be worse by ${formatNumber(worst(low))})`;
    case 'not comparable':
      return `not comparable with ${other} on so few rows`;
  }
}

const pairBetween = (
  { pairs }: Report,
  { name: one }: ModelResult,
  { name: other }: ModelResult,
): Pair | undefined => pairs.find(({ a, b }) => [a, b].includes(one) && [a, b].includes(other));

const f1Of = (model: ModelResult) => shownF1(model).value;

/** The F1 that speaks for a model: for all rows, where it is known how the labelled ones were drawn. */
const shownF1 = ({ all_rows: all, figures }: ModelResult) => all?.f1 ?? figures.positive.f1;

function quality(report: Report, model: ModelResult): string {
  const f1 = shownF1(model);
  const { positive } = report.task.labels;
  if (f1.value === null) return `The ${positive} F1 of ${model.name} is not defined on these rows.`;
  const teacher = teacherOf(report);
  const against = teacher?.is_truth ? ` against the labels of its teacher, ${teacher.name}` : '';
  const interval = f1.low === null ? '' : ` (${intervalInWords(report)})`;
  const reached = `${model.name} has a ${positive} F1 of ${formatFigure(f1)}${interval}${against}${ofWhat(model)}`;
  if (!teacher || teacher.is_truth) return `${reached}.`;
  const theirs = shownF1(teacher);
  const teacherF1 = theirs.value === null ? 'none' : formatFigure(theirs);
  const compared = comparison(report, model, teacher);
  return `${reached}; its teacher, ${teacher.name}, has ${teacherF1}.${compared}`;
}

/** What the F1 is of, where only some of the rows have a human label. */
const ofWhat = ({ all_rows: all }: ModelResult) =>
  all
    ? ` for all ${plural(all.rows, 'row')}, of which people labelled ${formatCount(all.labelled)}`
    : '';

function comparison(report: Report, model: ModelResult, teacher: ModelResult): string {
  const pair = pairBetween(report, model, teacher);
  if (!pair) return '';
  const rows = plural(pair.n, hasAllRows(report) ? 'human-labelled row' : 'row');
  return ` On the ${rows} for which both have a label, ${pairInWords(pair, model.name, report)}.`;
}

/** `its positive F1 is higher by 0.10 [0.05, 0.15]`, or what else is found of a pair. */
function pairInWords(pair: Pair, name: string, report: Report): string {
  const { settings, task } = report;
  const { positive } = task.labels;
  const { value, low, high } = orient(pair, name);
  if (saidTheSame(pair, report)) return 'the two gave the same answers';
  switch (pair.finding) {
    case 'different': {
      const isLower = (value ?? low ?? 0) < 0;
      const by = isLower
        ? { value: negate(value), low: negate(high), high: negate(low) }
        : { value, low, high };
      return `its ${positive} F1 is ${isLower ? 'lower' : 'higher'} by ${formatFigure(by)}: a significant difference`;
    }
    case 'equivalent':
      return `the two are equivalent within ${settings.margin}`;
    case 'not told apart':
      return `the two cannot be told apart: its ${positive} F1 could be lower by ${formatNumber(worst(low))}`;
    case 'not comparable':
      return `the two cannot be compared: too few rows, or too few ${positive} ones`;
  }
}

/** The finding of a pair in a table, of its first model: `not told apart: could be worse by 0.04`. */
export function findingInWords(pair: Pair, report: Report): string {
  const { settings } = report;
  const { finding, f1_difference } = pair;
  if (saidTheSame(pair, report)) return 'the same answers';
  if (finding === 'equivalent') return `equivalent within ${settings.margin}`;
  if (finding !== 'not told apart') return finding;
  return `not told apart: could be worse by ${formatNumber(worst(f1_difference.low))}`;
}

/** With two labels, nobody is alone right where both say the same; further runs may differ. */
const saidTheSame = ({ finding, mcnemar }: Pair, { models }: Report) =>
  finding !== 'not comparable' &&
  mcnemar.only_a_right + mcnemar.only_b_right === 0 &&
  models.every(({ rerun }) => !rerun);

/** How far an interval reaches below 0. */
const worst = (low: number | null) => Math.max(0, -(low ?? 0));

/** A pair's difference in positive F1 as that of the named model less the other's. */
export function orient({ a, f1_difference }: Pair, name: string) {
  const { value, low, high } = f1_difference;
  if (a === name) return { value, low, high };
  return { value: negate(value), low: negate(high), high: negate(low) };
}

const negate = (value: number | null) => (value === null ? null : -value);

function cost({ cost }: ModelResult, teacher: ModelResult | undefined): string {
  if (cost.per_1000_rows === null) return 'Its cost is unknown.';
  if (cost.per_1000_rows === 0) return `It costs nothing per row (${cost.basis}).`;
  const times = cost.times_cheaper_than_teacher;
  const compared = times === null ? '' : `, ${formatRatio(times, teacher?.name)}`;
  return `It costs ${formatMoney(cost.per_1000_rows)} per 1,000 rows${compared}.`;
}
