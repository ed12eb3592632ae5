import type { Report } from '../../analysis/report/report.js';
import { formatCount, formatNumber } from '../../format.js';
import { allRowsHead, allRowsLines, allRowsTitle } from '../all-rows.js';
import { f1Name, prevalenceTitle } from '../words.js';
import type { Markup } from './markup.js';
import { type Cell, figureCell, numberColumn, table, textColumn } from './table.js';

/** What is estimated beyond the rows that were judged; each null where nobody asked for it. */
export const allRowsTable = (report: Report): Markup | null =>
  tableOf(allRowsTitle(report), allRowsHead(report), allRowsLines(report));

/** Precision, F1 and alarms at another share of positive texts. */
export function prevalenceTable(report: Report): Markup | null {
  const found = report.models.flatMap(({ name, at_prevalence: at }) => (at ? [{ name, at }] : []));
  const isWeighted = found.some(({ at }) => at.recall);
  const lines = found.map(({ name, at }): Cell[] => [
    name,
    figureCell(at.precision),
    ...(at.recall ? [figureCell(at.recall)] : []),
    figureCell(at.f1),
    figureCell(at.alarms_per_1000),
  ]);
  const head = ['precision', ...(isWeighted ? ['recall'] : []), f1Name(report), 'alarms in 1,000'];
  return tableOf(prevalenceTitle(report), head, lines);
}

/** What changed where rows were asked more than once. */
export function rerunTable(report: Report): Markup | null {
  const lines = report.models.flatMap(({ name, rerun }) =>
    rerun
      ? [
          [
            name,
            formatCount(rerun.runs),
            formatNumber(rerun.f1_sd, 3),
            `${formatCount(rerun.changed)} of ${formatCount(rerun.rows)}`,
          ],
        ]
      : [],
  );
  const title = 'Asked again: what changed between runs';
  return tableOf(title, ['runs', `SD of ${f1Name(report)}`, 'labels changed'], lines);
}

const tableOf = (title: string, head: readonly string[], lines: Cell[][]): Markup | null =>
  lines.length === 0 ? null : table(title, [textColumn('model'), ...head.map(numberColumn)], lines);
