import type { Report } from '../../analysis/report/report.js';
import type { Disagreement } from '../../analysis/report/rows.js';
import { isLabel, saidOf, truthOf } from '../../analysis/row-codes.js';

/** More rows make a page that opens slowly, and nobody reads them. */
export const ROWS_LISTED = 2_000;

/**
 * The disagreements that a page lists: all, or of many the most instructive. For each model in turn
 * these are its miss with the lowest score, its false alarm with the highest, and a row without a
 * label, so that there are some of each kind; then the next ones.
 *
 * @returns them in the order of the file
 */
export function mostInstructive(report: Report, most = ROWS_LISTED): readonly Disagreement[] {
  const { disagreements, models } = report;
  if (disagreements.length <= most) return disagreements;
  const kinds = models.flatMap(({ name }) => mistakesOf(report, name));
  const longest = Math.max(0, ...kinds.map(({ length }) => length));
  const chosen = new Set<Disagreement>();
  for (let i = 0; i < longest && chosen.size < most; i++) {
    for (const kind of kinds) {
      const next = kind[i];
      if (next !== undefined && chosen.size < most) chosen.add(next);
    }
  }
  for (const each of disagreements) {
    if (chosen.size === most) break;
    chosen.add(each);
  }
  return disagreements.filter((each) => chosen.has(each));
}

/** The misses of a model, its false alarms, and what it gave no label, the clearest first. */
function mistakesOf({ disagreements, rows }: Report, name: string): Disagreement[][] {
  const missed: Disagreement[] = [];
  const alarms: Disagreement[] = [];
  const unanswered: Disagreement[] = [];
  for (const each of disagreements) {
    const said = saidOf(rows.said[name]?.[each.row]);
    const truth = truthOf(rows.truth[each.row]);
    if (said === 'not asked') continue;
    if (!isLabel(said)) unanswered.push(each);
    else if (truth === 'positive' && said === 'negative') missed.push(each);
    else if (truth === 'negative' && said === 'positive') alarms.push(each);
  }
  const scoreOf = ({ scores }: Disagreement) => scores[name] ?? 0.5;
  return [
    missed.sort((a, b) => scoreOf(a) - scoreOf(b)),
    alarms.sort((a, b) => scoreOf(b) - scoreOf(a)),
    unanswered,
  ];
}
