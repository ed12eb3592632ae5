import { type GateResult, namedRows } from '../../analysis/gates.js';
import type { Confusion, ModelResult, Report } from '../../analysis/report.js';
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
