import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CurvePoint, kneeOf } from '../cascade/curve.js';
import { type Evidence, rowsToShow, type Tested } from '../cascade/promise.js';
import type { CascadeSummary } from '../cascade.js';
import { formatCount, formatFixed, formatMoney, formatPercent, plural } from '../format.js';
import { renderSection, SCREEN_WIDTH } from '../reports/text-section.js';
import { escapeControls, wrap } from '../text.js';
import { quotePath } from './setup.js';

/** Quality and cost by the share of rows that go to the teacher, and what was chosen. */
export function renderCascade(summary: CascadeSummary): string {
  const { curve, point, set, task, truth, teacher } = summary;
  const positive = set.rows.filter((row) => row.truth === 'positive').length;
  const whose = truth === 'human' ? 'human labels' : "the teacher's labels";
  const knee = kneeOf(curve);
  const others = curve.filter(({ share }) => share !== point?.share);
  const lines = [...others, ...(point ? [point] : [])].toSorted((a, b) => a.share - b.share);
  const mark = (each: CurvePoint) => (each === point ? '*' : each === knee ? 'k' : '');
  const { positive: name } = task.labels;
  const isPriced = lines.some(({ share, usdPer1000 }) => share > 0 && usdPer1000 !== null);
  const table = renderSection(
    `By the share of rows that go to ${escapeControls(teacher)}: ${plural(set.rows.length, 'row')}, ${formatCount(positive)} ${name} (${whose})`,
    [
      ['', '', 'precision', 'recall', `${name} F1`, ...(isPriced ? ['per 1,000 rows'] : [])],
      ...lines.map((each) => [mark(each), ...cellsOf(each), ...(isPriced ? [costOf(each)] : [])]),
    ],
  );
  return `${table}${paragraph(foundOf(summary))}`;
}

const paragraph = (text: string) => `${wrap(escapeControls(text), SCREEN_WIDTH).join('\n')}\n`;

const costOf = ({ usdPer1000 }: CurvePoint) =>
  usdPer1000 === null ? 'unknown' : formatMoney(usdPer1000);

function cellsOf({ share, precision, recall, f1, interval }: CurvePoint): string[] {
  const figure = (value: number | null) => (value === null ? '-' : formatFixed(value, 2));
  const range = interval
    ? ` [${formatFixed(interval.low, 2)}, ${formatFixed(interval.high, 2)}]`
    : '';
  return [formatPercent(share), figure(precision), figure(recall), `${figure(f1)}${range}`];
}

/** What was found, in a sentence or two. */
function foundOf(summary: CascadeSummary): string {
  const { point, wish, teacher, choice } = summary;
  if (point === undefined) return missedOf(summary);
  const { low, high } = point.band;
  const asks = `Chosen (*): ${formatPercent(point.share)} of the rows go to ${teacher}, those with a score from ${formatFixed(low, 3)} to ${formatFixed(high, 3)}.`;
  const tested = choice.trial?.passed.at(-1);
  if (wish.kind !== 'promise' || !tested) {
    return `${asks} Nothing is promised: the figures are of the rows that it was chosen on.`;
  }
  return `${asks} Promise: ${promiseInWords(summary, tested)}, with ${formatPercent(wish.confidence, 2)} confidence.`;
}

/** `recall of toxic at least 0.9 (found 0.95, 0.91 at the least) and precision ...`. */
function promiseInWords({ task, truth }: CascadeSummary, { recall, precision }: Tested): string {
  const { positive } = task.labels;
  const figures = [
    ['recall', recall],
    ['precision', precision],
  ] as const;
  const parts = figures.flatMap(([name, found]) =>
    found
      ? [
          `${name} at least ${found.aim} (found ${rateOf(found)}, at least ${formatFixed(found.bound, 2)})`,
        ]
      : [],
  );
  return `${positive} ${parts.join(' and ')}, by ${truth === 'human' ? 'human labels' : "the teacher's labels"}`;
}

const rateOf = ({ successes, n }: Evidence) => (n === 0 ? '-' : formatFixed(successes / n, 2));

/** Why there is no cascade, and what would help. */
function missedOf({ wish, choice, point, task, curve, set }: CascadeSummary): string {
  if (wish.kind === 'cost') {
    const student = curve[0]?.usdPer1000 ?? null;
    return student === null
      ? 'No cascade is chosen by cost: what the teacher takes for these rows is not on record; give its price with --prices.'
      : `No cascade costs so little: the student alone takes ${formatMoney(student)} per 1,000 rows.`;
  }
  const failed = choice.trial?.failed;
  if (wish.kind !== 'promise' || !failed || point) return 'No cascade was found.';
  const { positive } = task.labels;
  const reasons = (['recall', 'precision'] as const).flatMap((name) => {
    const found = failed[name];
    if (!found || found.p <= 1 - wish.confidence) return [];
    const needed = rowsToShow(found, wish.confidence);
    const kind = name === 'recall' ? `${positive} rows` : `rows called ${positive}`;
    const more =
      needed === null
        ? `no number of rows would show ${found.aim}: ask for less, or train a better student`
        : `about ${formatCount(needed)} ${kind} would show it at that rate`;
    return [
      `its ${name} of ${rateOf(found)} (${formatCount(found.successes)} of ${plural(found.n, 'row')}) may be as low as ${formatFixed(found.bound, 2)}; ${more}`,
    ];
  });
  const share = formatPercent(failed.counts.escalated / set.rows.length);
  return `No cascade: the promise is not shown by these rows. The band that was expected to be best sends ${share} of them to the teacher; ${reasons.join('; ')}.`;
}

/** The closing lines: what was read and written, and the next command. */
export function renderCascadeSummary(
  { cascade, file, set, wish, choice, point }: CascadeSummary,
  style: (command: string, flags: string) => string,
): string {
  const { duplicates, withoutTruth } = set;
  const excluded = [
    duplicates > 0 ? plural(duplicates, 'duplicate') : '',
    withoutTruth > 0 ? `${formatCount(withoutTruth)} without a true label` : '',
  ].filter((part) => part !== '');
  const tested = choice.trial
    ? `${choice.trial.passed.length} of ${plural(bandsTested(choice.trial), 'band')} tested in a fixed order, the cheapest chosen`
    : '';
  const facts: [string, string][] = [
    ['excluded', excluded.join(', ')],
    ['passed', wish.kind === 'promise' && point ? tested : ''],
    ['cascade', cascade ? file : ''],
    ['next', cascade ? nextStep(file, set.file.path, style) : ''],
  ];
  return facts
    .filter(([, fact]) => fact !== '')
    .map(([name, fact]) => `${name.padEnd(10)}  ${fact}`)
    .join('\n');
}

/** The command that judges it, by a file that is there. */
function nextStep(
  file: string,
  calibrated: string,
  style: (command: string, flags: string) => string,
): string {
  const candidates = [join(dirname(calibrated), 'test.jsonl'), 'outputs/test.jsonl'];
  const test = candidates.find((path) => existsSync(path) && path !== calibrated);
  const model = quotePath(`cascade:${file}`);
  return test === undefined
    ? `judge it by other rows: ${style('evaluate', `-m ${model} --eval-file FILE`)}`
    : style('evaluate', `-m ${model} --eval-file ${quotePath(test)}`);
}

const bandsTested = ({ passed, failed }: NonNullable<CascadeSummary['choice']['trial']>) =>
  passed.length + (failed ? 1 : 0);
