import { CostTotal } from '../pricing/cost.js';
import type { JudgedRow } from '../records.js';
import type { Verdict } from '../verdict.js';
import type { Verdicts } from './outcomes.js';
import type { ModelResult } from './report.js';

/**
 * Dollars for the rows that were asked, unknown where that of one of them is; and for 1,000 rows,
 * by those whose cost is known.
 */
export function costOf(verdicts: Verdicts, basis: string): ModelResult['cost'] {
  const total = new CostTotal();
  for (const verdict of verdicts) if (verdict) total.add(verdict.costUsd);
  const isKnown = total.known > 0 && total.unknown === 0;
  const asked = verdicts.flatMap((verdict) => verdict ?? []);
  const perRow = meanByAnswerer(asked, ({ costUsd }) => costUsd);
  return {
    usd: isKnown ? total.usd : null,
    per_1000_rows: perRow === null ? null : perRow * 1000,
    basis,
    times_cheaper_than_teacher: null,
  };
}

/**
 * What the teacher took, divided by what the contender did: on the rows that both were asked and
 * whose costs are known, each counted once. Null where either is unknown or free.
 */
export function costRatio(
  verdicts: Verdicts,
  { rows, keys }: { rows: readonly JudgedRow[]; keys: readonly string[] },
): number | null {
  const once = new Map(keys.map((key, row) => [key, row] as const));
  const pairs = [...once.values()].flatMap((row) => {
    const verdict = verdicts[row];
    if (!verdict) return [];
    const { costUsd, answeredBy } = verdict;
    const teacher = rows[row]?.cost_usd ?? null;
    const isKnown = teacher !== null && costUsd !== null;
    return { answeredBy, teacher: isKnown ? teacher : null, ours: isKnown ? costUsd : null };
  });
  const theirs = meanByAnswerer(pairs, ({ teacher }) => teacher);
  const ours = meanByAnswerer(pairs, (pair) => pair.ours);
  return theirs !== null && ours !== null && theirs > 0 && ours > 0 ? theirs / ours : null;
}

/**
 * Dollars of a row. In a cascade unknown costs are those of rows that went to the teacher: rows of
 * the student and of the teacher are averaged by themselves, so that the dear ones keep their share.
 *
 * @returns null where no row of one of them has a known cost
 */
function meanByAnswerer<Row extends Pick<Verdict, 'answeredBy'>>(
  rows: readonly Row[],
  costOf: (row: Row) => number | null,
): number | null {
  const byStudent = rows.filter(({ answeredBy }) => answeredBy === 'student');
  const others = rows.filter(({ answeredBy }) => answeredBy !== 'student');
  let sum = 0;
  for (const group of [byStudent, others]) {
    if (group.length === 0) continue;
    const total = new CostTotal();
    for (const row of group) total.add(costOf(row));
    if (total.known === 0) return null;
    sum += (total.usd / total.known) * group.length;
  }
  return rows.length === 0 ? null : sum / rows.length;
}
