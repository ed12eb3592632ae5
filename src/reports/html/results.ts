import { type GateResult, reasonWithRows } from '../../analysis/gates.js';
import type { Confusion } from '../../analysis/report/figures.js';
import type { ModelResult } from '../../analysis/report/model.js';
import type { Report } from '../../analysis/report/report.js';
import {
  formatCount,
  formatMeasure,
  formatMoney,
  formatPercent,
  formatRange,
  formatRatio,
} from '../../format.js';
import type { LabelNames } from '../../terms.js';
import { capitalised, f1Name, onLabelledRows } from '../words.js';
import { html, type Markup } from './markup.js';
import { type Cell, figureCell, numberColumn, table, textColumn } from './table.js';

/** A row for each model: quality, coverage, cost, time. */
export function resultsTable(report: Report): Markup {
  const { models } = report;
  const hasAuprc = models.some(({ figures }) => figures.auprc);
  return table(
    `Results${onLabelledRows(report)}`,
    [
      textColumn('model'),
      ...[f1Name(report), 'precision', 'recall', 'accuracy'].map(numberColumn),
      ...(hasAuprc ? [numberColumn('AUPRC')] : []),
      ...['answered', '$ per 1,000 rows', 'ms a row, p95'].map(numberColumn),
    ],
    models.map((model) => [
      modelName(model),
      ...qualityCells(model, hasAuprc),
      answeredCell(model),
      costCell(model),
      model.latency_ms ? formatMeasure(model.latency_ms.p95) : '-',
    ]),
  );
}

const modelName = ({ name, role }: ModelResult) =>
  html`${name}${role === 'teacher' && html` <span class="tag">teacher</span>`}`;

function qualityCells({ is_truth, figures }: ModelResult, hasAuprc: boolean): Cell[] {
  const { positive, accuracy, auprc } = figures;
  const width = hasAuprc ? 5 : 4;
  if (is_truth) return ['is the truth', ...new Array<Cell>(width - 1).fill('-')];
  const cells = [positive.f1, positive.precision, positive.recall, accuracy].map(figureCell);
  return hasAuprc ? [...cells, auprc ? figureCell(auprc) : '-'] : cells;
}

function answeredCell({ coverage, rows }: ModelResult): Markup {
  return html`${formatPercent(coverage.value)} <span class="interval">${formatCount(rows.answered)} of ${formatCount(rows.total)}</span>`;
}

function costCell({ cost }: ModelResult): Markup {
  const times = cost.times_cheaper_than_teacher;
  return html`${formatMoney(cost.per_1000_rows)}${times !== null && html` <span class="interval">${formatRatio(times)}</span>`}`;
}

/** A matrix for each model. The cells say in words what their colours show. */
export function confusionMatrices({ models, task }: Report): Markup {
  const judged = models.filter(({ is_truth }) => !is_truth);
  return html`<div class="matrices">${judged.map(({ name, confusion }) => matrix(name, confusion, task.labels))}</div>`;
}

function matrix(name: string, { positive, negative }: Confusion, names: LabelNames): Markup {
  return html`<table class="matrix">
<caption>${name}</caption>
<thead><tr><td></td><th scope="col">labelled ${names.positive}</th><th scope="col">labelled ${names.negative}</th><th scope="col">no label</th></tr></thead>
<tbody>
<tr><th scope="row">is ${names.positive}</th>${cell(positive.positive, 'right', positive)}${cell(positive.negative, 'missed', positive)}${cell(positive.unanswered, 'unknown', positive)}</tr>
<tr><th scope="row">is ${names.negative}</th>${cell(negative.positive, 'false alarm', negative)}${cell(negative.negative, 'right', negative)}${cell(negative.unanswered, 'unknown', negative)}</tr>
</tbody></table>`;
}

const SHADES = 5;

/** Shaded by its share of the rows of its true class. */
function cell(count: number, kind: string, row: Confusion['positive']): Markup {
  const total = row.positive + row.negative + row.unanswered;
  const shade = total === 0 ? 0 : Math.ceil((count / total) * SHADES);
  const words = kind === 'unknown' ? '' : html` <span class="interval">${kind}</span>`;
  return html`<td class="num ${kind === 'right' ? 'right' : 'wrong'} shade-${shade}">${formatCount(count)}${words}</td>`;
}

/** The result of each gate. */
export function gatesTable(gates: readonly GateResult[]): Markup {
  return table(
    'Gates',
    ['gate', 'model', 'result', 'reason'].map(textColumn),
    gates.map((gate) => {
      const result = gate.passed ? 'passed' : 'failed';
      return [
        gate.name,
        gate.model,
        html`<span class="${result}">${result}</span>`,
        reasonWithRows(gate),
      ];
    }),
  );
}

/** The least and the most that the positive F1 could be if every row had been answered. */
export function bounds(report: Report): Markup | null {
  const open = report.models.flatMap(({ name, bounds: { positive_f1 } }) => {
    const { worst, best } = positive_f1;
    const isOpen = worst !== null && best !== null && worst !== best;
    return isOpen ? [`${name} ${formatRange(worst, best)}`] : [];
  });
  if (open.length === 0) return null;
  return html`<p class="note">${capitalised(f1Name(report))} if every row had been answered: ${open.join('; ')}.</p>`;
}
