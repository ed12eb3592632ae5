import type { Report } from '../../analysis/report.js';
import { formatCount, formatNumber, formatPercent } from '../../format.js';
import { ALL_ROWS_HEAD, allRowsLines, allRowsTitle } from '../all-rows.js';
import type { Markup } from './markup.js';
import { type Cell, figureCell, numberColumn, table, textColumn } from './table.js';

/** What is estimated beyond the rows that were judged; each null where nobody asked for it. */
export const allRowsTable = (report: Report): Markup | null =>
  tableOf(allRowsTitle(report), ALL_ROWS_HEAD, allRowsLines(report));

/** Precision, F1 and alarms at another share of toxic texts. */
export function prevalenceTable({ models }: Report): Markup | null {
  const share = models.find(({ at_prevalence }) => at_prevalence)?.at_prevalence?.prevalence;
  if (share === undefined) return null;
  const lines = models.flatMap(({ name, at_prevalence: at }): Cell[][] =>
    at ? [[name, figureCell(at.precision), figureCell(at.f1), figureCell(at.alarms_per_1000)]] : [],
  );
  const title = `Where ${formatPercent(share, 2)} of the texts are toxic`;
  return tableOf(title, ['precision', 'toxic F1', 'alarms in 1,000'], lines);
}

/** What changed where rows were asked more than once. */
export function rerunTable({ models }: Report): Markup | null {
  const lines = models.flatMap(({ name, rerun }) =>
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
  return tableOf(title, ['runs', 'SD of toxic F1', 'labels changed'], lines);
}

const tableOf = (title: string, head: readonly string[], lines: Cell[][]): Markup | null =>
  lines.length === 0 ? null : table(title, [textColumn('model'), ...head.map(numberColumn)], lines);
