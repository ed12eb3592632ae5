import type { Confusion, ModelResult, Report } from '../../analysis/report.js';
import { type GateResult, namedRows } from '../../gates.js';
import { grouped, money, number, percent, timesWord } from '../words.js';
import { html, type Markup } from './markup.js';
import { type Cell, figureCell, numberColumn, table, textColumn } from './table.js';

/** Every model in a line: quality, coverage, cost, time. */
export function resultsTable({ models }: Report): Markup {
  const hasAuprc = models.some(({ figures }) => figures.auprc);
  return table(
    'Results',
    [
      textColumn('model'),
      ...['toxic F1', 'precision', 'recall', 'accuracy'].map(numberColumn),
      ...(hasAuprc ? [numberColumn('AUPRC')] : []),
      ...['answered', '$ per 1,000 rows', 'ms a row, p95'].map(numberColumn),
    ],
    models.map((model) => [
      modelName(model),
      ...qualityCells(model, hasAuprc),
      answeredCell(model),
      costCell(model),
      model.latency_ms ? grouped(model.latency_ms.p95, model.latency_ms.p95 < 10 ? 1 : 0) : '–',
    ]),
  );
}

const modelName = ({ name, role }: ModelResult) =>
  html`${name}${role === 'teacher' && html` <span class="tag">teacher</span>`}`;

function qualityCells({ is_truth, figures }: ModelResult, hasAuprc: boolean): Cell[] {
  const { toxic, accuracy, auprc } = figures;
  const width = hasAuprc ? 5 : 4;
  if (is_truth) return ['is the truth', ...new Array<Cell>(width - 1).fill('–')];
  const cells = [toxic.f1, toxic.precision, toxic.recall, accuracy].map(figureCell);
  return hasAuprc ? [...cells, auprc ? figureCell(auprc) : '–'] : cells;
}

function answeredCell({ coverage, rows }: ModelResult): Markup {
  const share = coverage.value === null ? '–' : percent(coverage.value);
  return html`${share} <span class="interval">${grouped(rows.answered)} of ${grouped(rows.total - rows.not_asked)}</span>`;
}

function costCell({ cost }: ModelResult): Markup {
  const times = cost.times_cheaper_than_teacher;
  return html`${money(cost.per_1000_rows)}${times !== null && html` <span class="interval">${timesWord(times)}× cheaper</span>`}`;
}

/** A matrix for each model. The words in the cells say what the tints show. */
export function confusionMatrices({ models }: Report): Markup {
  const judged = models.filter(({ is_truth }) => !is_truth);
  return html`<div class="matrices">${judged.map(({ name, confusion }) => matrix(name, confusion))}</div>`;
}

function matrix(name: string, { toxic, not_toxic }: Confusion): Markup {
  return html`<table class="matrix">
<caption>${name}</caption>
<thead><tr><td></td><th scope="col">said toxic</th><th scope="col">said not toxic</th><th scope="col">no label</th></tr></thead>
<tbody>
<tr><th scope="row">is toxic</th>${cell(toxic.toxic, 'right', toxic)}${cell(toxic.not_toxic, 'missed', toxic)}${cell(toxic.unanswered, 'unknown', toxic)}</tr>
<tr><th scope="row">is not toxic</th>${cell(not_toxic.toxic, 'false alarm', not_toxic)}${cell(not_toxic.not_toxic, 'right', not_toxic)}${cell(not_toxic.unanswered, 'unknown', not_toxic)}</tr>
</tbody></table>`;
}

const SHADES = 5;

/** Tinted by its share of the true rows of its class. */
function cell(count: number, kind: string, row: Confusion['toxic']): Markup {
  const total = row.toxic + row.not_toxic + row.unanswered;
  const shade = total === 0 ? 0 : Math.ceil((count / total) * SHADES);
  const words = kind === 'unknown' ? '' : html` <span class="interval">${kind}</span>`;
  return html`<td class="num ${kind === 'right' ? 'right' : 'wrong'} shade-${shade}">${grouped(count)}${words}</td>`;
}

/** What became of each gate. */
export function gatesTable(gates: readonly GateResult[]): Markup {
  return table(
    'Gates',
    ['gate', 'model', 'result', 'what was seen'].map(textColumn),
    gates.map(({ name, model, passed, reason, rows, rowCount }) => [
      name,
      model,
      html`<span class="${passed ? 'passed' : 'failed'}">${passed ? 'passed' : 'failed'}</span>`,
      rowCount === 0 ? reason : `${reason}; ${namedRows(rows, rowCount)}`,
    ]),
  );
}

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
export function commonTable({ common }: Report): Markup | null {
  if (!common) return null;
  return table(
    'On the rows that every model answered',
    [textColumn('model'), ...['toxic F1', 'precision', 'recall', 'accuracy'].map(numberColumn)],
    common.models.map(({ name, f1, precision, recall, accuracy }) => [
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

/** What the unanswered rows could have made of the toxic F1. */
export function bounds({ models }: Report): Markup | null {
  const open = models.filter(({ bounds }) => bounds.toxic_f1.worst !== bounds.toxic_f1.best);
  if (open.length === 0) return null;
  return html`<p class="note">Rows without a label could have made of the toxic F1: ${open
    .map(
      ({ name, bounds: { toxic_f1 } }) =>
        `${name} ${number(toxic_f1.worst)} to ${number(toxic_f1.best)}`,
    )
    .join('; ')}.</p>`;
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
