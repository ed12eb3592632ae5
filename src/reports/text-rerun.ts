import type { Report } from '../analysis/report.js';
import { escapeControls } from '../text.js';
import { renderSection } from './text-section.js';
import { grouped, percent } from './words.js';

/** What changed where rows were asked more than once; empty where none were. */
export function renderRerun({ models }: Report): string {
  const rows = models.flatMap(({ name, rerun }) => {
    if (!rerun) return [];
    const { runs, f1_sd, changed, rows: answered } = rerun;
    const share = answered === 0 ? '' : ` (${percent(changed / answered)})`;
    return [
      [
        escapeControls(name),
        String(runs),
        f1_sd === null ? '-' : f1_sd.toFixed(3),
        `${grouped(changed)} of ${grouped(answered)} rows${share}`,
      ],
    ];
  });
  if (rows.length === 0) return '';
  return renderSection('Asked again: what changed between runs', [
    ['', 'runs', 'SD of toxic F1', 'label changed'],
    ...rows,
  ]);
}
