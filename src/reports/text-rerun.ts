import type { Report } from '../analysis/report/report.js';
import { formatCount, formatNumber, formatPercent } from '../format.js';
import { escapeControls } from '../text.js';
import { renderSection } from './text-section.js';
import { f1Name } from './words.js';

/** What changed where rows were asked more than once; empty where none were. */
export function renderRerun(report: Report): string {
  const rows = report.models.flatMap(({ name, rerun }) => {
    if (!rerun) return [];
    const { runs, f1_sd, changed, rows: answered } = rerun;
    const share = answered === 0 ? '' : ` (${formatPercent(changed / answered)})`;
    return [
      [
        escapeControls(name),
        String(runs),
        formatNumber(f1_sd, 3),
        `${formatCount(changed)} of ${formatCount(answered)} rows${share}`,
      ],
    ];
  });
  if (rows.length === 0) return '';
  return renderSection('Asked again: what changed between runs', [
    ['', 'runs', `SD of ${f1Name(report)}`, 'label changed'],
    ...rows,
  ]);
}
