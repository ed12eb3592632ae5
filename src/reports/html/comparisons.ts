import type { Report } from '../../analysis/report.js';
import { grouped, number } from '../words.js';
import { html, type Markup } from './markup.js';
import { type Cell, figureCell, numberColumn, table, textColumn } from './table.js';

/** Pairs of models on the rows that both answered. */
export function pairsTable({ pairs }: Report): Markup | null {
  if (pairs.length === 0) return null;
  return table(
    'Models in pairs',
    [
      textColumn('pair'),
      ...['rows', 'F1 of first less second', 'p', 'only first right', 'only second right'].map(
        numberColumn,
      ),
      numberColumn('McNemar p'),
      textColumn('finding'),
    ],
    pairs.map(({ a, b, n, f1_difference, mcnemar, tied }) => [
      `${a} – ${b}`,
      grouped(n),
      figureCell(f1_difference),
      pValue(f1_difference.p_holm),
      grouped(mcnemar.only_a_right),
      grouped(mcnemar.only_b_right),
      pValue(mcnemar.p_holm),
      tied ? 'tied' : 'they differ',
    ]),
  );
}

const pValue = (p: number) => (p < 0.001 ? '< 0.001' : number(p));

/** Who agrees with whom, on the rows that each contender answered. */
export function agreementTable({ models }: Report): Markup | null {
  const rows = models.flatMap(({ name, agreement }) => {
    if (!agreement) return [];
    const { with_teacher, with_human, teacher_with_human } = agreement;
    const cells = [with_teacher, with_human, teacher_with_human].flatMap((pair): Cell[] =>
      pair ? [figureCell(pair.agreement), figureCell(pair.kappa)] : ['–', '–'],
    );
    return [[name, ...cells]];
  });
  if (rows.length === 0) return null;
  const heads = ['with the teacher', 'with people', 'teacher with people'];
  const columns = heads.flatMap((head) => [numberColumn(head), numberColumn('kappa')]);
  return table('Agreement', [textColumn('contender'), ...columns], rows);
}

/** Parts of the rows; small ones say little, which their intervals show. */
export function slicesTable({ models }: Report): Markup | null {
  const rows = models
    .filter(({ is_truth }) => !is_truth)
    .flatMap(({ name, slices }) => slices.map((slice) => ({ name, ...slice })))
    .toSorted((a, b) => compare(a.column, b.column) || compare(a.value, b.value));
  if (rows.length === 0) return null;
  return table(
    'Slices',
    [
      textColumn('slice'),
      textColumn('model'),
      ...['rows', 'toxic', 'toxic F1', 'precision', 'recall', 'accuracy'].map(numberColumn),
    ],
    rows.map(({ column, value, name, n, toxic, f1, precision, recall, accuracy }) => [
      `${column}: ${value}`,
      name,
      grouped(n),
      grouped(toxic),
      ...[f1, precision, recall, accuracy].map(figureCell),
    ]),
  );
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** All models on the rows that every one of them answered. */
export function commonTable({ common, models }: Report): Markup | null {
  if (!common) return null;
  const isJudged = ({ name }: { name: string }) =>
    models.some((model) => model.name === name && !model.is_truth);
  return table(
    'On the rows that every model answered',
    [textColumn('model'), ...['toxic F1', 'precision', 'recall', 'accuracy'].map(numberColumn)],
    common.models
      .filter(isJudged)
      .map(({ name, f1, precision, recall, accuracy }) => [
        name,
        ...[f1, precision, recall, accuracy].map(figureCell),
      ]),
  );
}

/** What others published on the same split. */
export function baselinesTable({ baselines }: Report): Markup | null {
  if (!baselines || baselines.length === 0) return null;
  return table(
    'Published results',
    [
      textColumn('model'),
      ...['toxic F1', 'precision', 'recall', 'AUPRC'].map(numberColumn),
      textColumn('source'),
    ],
    baselines.map(({ name, f1, precision, recall, auprc, source }) => [
      name,
      ...[f1, precision, recall, auprc].map((value) => number(value)),
      source,
    ]),
  );
}

/** The three-way split of the rows with a human label. */
export function threeWay({ models }: Report): Markup[] {
  return models.flatMap(({ name, agreement }) => {
    const split = agreement?.three_way;
    if (!split) return [];
    return [
      html`<p class="note">${name}, the teacher and people all agree on ${grouped(split.all_agree)} rows; alone against the two others stand ${name} on ${grouped(split.contender_alone)}, the teacher on ${grouped(split.teacher_alone)}, people on ${grouped(split.human_alone)}.</p>`,
    ];
  });
}
