import type { AllRows, ModelResult, Report } from '../analysis/report.js';
import { escapeControls } from '../text.js';

const HEAD = ['', 'labelled', 'of rows', 'precision', 'recall', 'toxic F1', 'width'] as const;

/** What is said above the figures for all rows. */
export const allRowsTitle = ({ settings }: Report): string => {
  const percent = Number((100 * settings.confidence).toFixed(2));
  return `All rows, by the human labels of a part of them (${percent}% intervals; width of the F1 interval, human labels alone = 1)`;
};

/** The figures against people for all rows, for the terminal; empty where there are none. */
export function renderAllRows(report: Report): string {
  const rows = rowsOf(report);
  if (rows.length === 0) return '';
  const table = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${allRowsTitle(report)}\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
}

/** The same as rows of a Markdown table, its head first; none where there are no figures. */
export function allRowsMarkdown(report: Report, escapeName: (text: string) => string): string[] {
  const rows = rowsOf(report, escapeName);
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(HEAD), line(HEAD.map(() => '---')), ...rows.map(line)];
}

function rowsOf({ models }: Report, escapeName = escapeControls): string[][] {
  return models.flatMap(({ name, all_rows: all }: ModelResult) =>
    all
      ? [
          [
            escapeName(name),
            String(all.labelled),
            String(all.rows),
            ...[all.precision, all.recall, all.f1].map(renderShort),
            all.width_of_human_only?.toFixed(2) ?? '-',
          ],
        ]
      : [],
  );
}

const renderShort = ({ value, low, high }: AllRows['f1']): string =>
  value === null || low === null || high === null
    ? '-'
    : `${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
