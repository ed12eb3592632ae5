import { hasAllRows } from '../../analysis/all-rows.js';
import type { Baseline } from '../../analysis/report/comparisons.js';
import type { Report } from '../../analysis/report/report.js';
import { formatCount, formatNumber, formatP, plural } from '../../format.js';
import { f1Name, findingInWords, ofFirstRun, PUBLISHED_COMPARABLE, SAME_NAME } from '../words.js';
import { html, type Markup } from './markup.js';
import { type Cell, figureCell, numberColumn, table, textColumn } from './table.js';

/** Pairs of models by their positive F1, on the rows for which both have a label. */
export function pairsTable(report: Report): Markup | null {
  const { pairs, settings } = report;
  if (pairs.length === 0) return null;
  return table(
    `Pairs by ${f1Name(report)}`,
    [
      ...['pair', 'finding'].map(textColumn),
      ...['rows', 'F1 difference', 'p', 'would find', `rows for ${settings.margin}`].map(
        numberColumn,
      ),
    ],
    pairs.map((pair) => [
      `${pair.a} – ${pair.b}`,
      findingInWords(pair, report),
      formatCount(pair.n),
      figureCell(pair.f1_difference),
      formatP(pair.f1_difference.p_holm),
      formatNumber(pair.evidence?.detectable ?? null),
      pair.evidence?.rows_for_margin == null ? '-' : formatCount(pair.evidence.rows_for_margin),
    ]),
  );
}

/** What the pairs are of, where it is not every row, asked once. */
export function pairsNote(report: Report): Markup | null {
  if (report.pairs.length === 0) return null;
  const ofLabelled = hasAllRows(report) ? 'Pairs are of the labelled rows alone. ' : '';
  const ofRuns = ofFirstRun(report)
    ? 'Pairs by toxic F1 and AUPRC compare means over the runs, those by accuracy the first run.'
    : '';
  return ofLabelled || ofRuns ? html`<p class="note">${`${ofLabelled}${ofRuns}`.trim()}</p>` : null;
}

/** The pairs of which both give scores, by their AUPRC. */
export function scorePairsTable({ pairs }: Report): Markup | null {
  const rows = pairs.flatMap(({ a, b, auprc_difference: difference }): Cell[][] =>
    difference
      ? [[`${a} – ${b}`, formatCount(difference.n), figureCell(difference), formatP(difference.p)]]
      : [],
  );
  if (rows.length === 0) return null;
  return table(
    'Pairs by AUPRC',
    [textColumn('pair'), ...['rows', 'AUPRC difference', 'p'].map(numberColumn)],
    rows,
  );
}

/** The same pairs by their accuracy, which does not decide about F1. */
export function accuracyPairsTable(report: Report): Markup | null {
  const { pairs } = report;
  if (pairs.length === 0) return null;
  return table(
    `Pairs by accuracy${ofFirstRun(report)}`,
    [
      textColumn('pair'),
      ...['only first correct', 'only second correct', 'McNemar p'].map(numberColumn),
    ],
    pairs.map(({ a, b, mcnemar }) => [
      `${a} – ${b}`,
      formatCount(mcnemar.only_a_right),
      formatCount(mcnemar.only_b_right),
      formatP(mcnemar.p),
    ]),
  );
}

/** Agreement of contender, teacher and human, on the rows that each contender answered. */
export function agreementTable({ models }: Report): Markup | null {
  const rows = models.flatMap(({ name, agreement }) => {
    if (!agreement) return [];
    const { with_teacher, with_human, teacher_with_human } = agreement;
    const cells = [with_teacher, with_human, teacher_with_human].flatMap((pair): Cell[] =>
      pair ? [figureCell(pair.agreement), figureCell(pair.kappa)] : ['-', '-'],
    );
    return [[name, ...cells]];
  });
  if (rows.length === 0) return null;
  const heads = ['with the teacher', 'with the human labels', 'teacher with the human labels'];
  const columns = heads.flatMap((head) => [numberColumn(head), numberColumn('kappa')]);
  return table('Agreement', [textColumn('contender'), ...columns], rows);
}

/** The figures of parts of the rows, and whether the positive F1 of one is lower than that of the rest. */
export function slicesTable(report: Report): Markup | null {
  const slices = report.models
    .filter(({ is_truth }) => !is_truth)
    .flatMap(({ name, slices }) =>
      slices.map((slice) => ({ name, title: `${slice.column}: ${slice.value}`, ...slice })),
    );
  // The models of one slice below each other, in the order of the report.
  const titles = new Set(slices.map(({ title }) => title));
  const rows = [...titles].flatMap((title) => slices.filter((slice) => slice.title === title));
  if (rows.length === 0) return null;
  return table(
    'Slices',
    [
      textColumn('slice'),
      textColumn('model'),
      ...[
        'rows',
        report.task.labels.positive,
        f1Name(report),
        'precision',
        'recall',
        'accuracy',
        'q',
      ].map(numberColumn),
    ],
    rows.map(({ title, name, n, positive, f1, precision, recall, accuracy, q, worse }) => [
      title,
      name,
      formatCount(n),
      formatCount(positive),
      ...[f1, precision, recall, accuracy].map(figureCell),
      `${q === null ? '-' : formatP(q)}${worse ? ' worse' : ''}`,
    ]),
  );
}

/** What q says; nothing where there are no slices. */
export const slicesNote = (report: Report): Markup | null =>
  report.models.some(({ slices }) => slices.length > 0)
    ? html`<p class="note">q: Fisher’s exact test of the ${f1Name(report)} against all other rows, corrected for the number of slices (Benjamini-Hochberg). A slice is called worse where its ${f1Name(report)} is lower and q is at most ${formatNumber(1 - report.settings.confidence)}.</p>`
    : null;

/** All models on the rows that every one of them answered. */
export function commonTable(report: Report): Markup | null {
  const { common, models } = report;
  if (!common) return null;
  const isJudged = ({ name }: { name: string }) =>
    models.some((model) => model.name === name && !model.is_truth);
  return table(
    'On the rows that every model answered',
    [textColumn('model'), ...[f1Name(report), 'precision', 'recall', 'accuracy'].map(numberColumn)],
    common.models
      .filter(isJudged)
      .map(({ name, f1, precision, recall, accuracy }) => [
        name,
        ...[f1, precision, recall, accuracy].map(figureCell),
      ]),
  );
}

/** Results that others published on the same split: those that may be compared, then the others. */
export function baselinesTables({ baselines }: Report): Markup[] {
  if (!baselines) return [];
  const columns = [
    textColumn('model'),
    ...['toxic F1', 'precision', 'recall', 'AUPRC'].map(numberColumn),
  ];
  const valuesOf = ({ name, f1, precision, recall, auprc }: Baseline) => [
    name,
    ...[f1, precision, recall, auprc].map((value) => formatNumber(value, 3)),
  ];
  const comparable = baselines.filter((each) => each.comparable);
  const others = baselines.filter((each) => !each.comparable);
  const alike = table(
    PUBLISHED_COMPARABLE,
    [...columns, textColumn('source')],
    comparable.map((each) => [...valuesOf(each), each.source]),
  );
  const apart = table(
    'Published, not comparable',
    [...columns, textColumn('not comparable because'), textColumn('source')],
    others.map((each) => [...valuesOf(each), each.reason, each.source]),
  );
  return [
    ...(comparable.length > 0 ? [html`<p class="note">${PUBLISHED_COMPARABLE}.</p>`, alike] : []),
    html`<p class="note">Not comparable with this run. ${SAME_NAME}</p>`,
    apart,
  ];
}

/** The three-way split of the rows with a human label. */
export function threeWay({ models }: Report): Markup[] {
  return models.flatMap(({ name, agreement }) => {
    const split = agreement?.three_way;
    if (!split) return [];
    return [
      html`<p class="note">${name}, the teacher and the human labels agree on ${plural(split.all_agree, 'row')}. Alone against the other two: ${name} on ${formatCount(split.contender_alone)}, the teacher on ${formatCount(split.teacher_alone)}, the human labels on ${formatCount(split.human_alone)}.</p>`,
    ];
  });
}
