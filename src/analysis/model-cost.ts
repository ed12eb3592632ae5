import { CostTotal } from '../pricing/cost.js';
import type { RowTable } from '../rows/table.js';
import type { Verdicts } from '../rows/verdicts.js';
import type { ModelResult } from './report/model.js';

/**
 * Dollars for the rows that were asked, unknown where that of one of them is; and for 1,000 rows,
 * by those whose cost is known.
 *
 * @param rows - each of those that differ
 */
export function costOf(verdicts: Verdicts, rows: Uint32Array, basis: string): ModelResult['cost'] {
  const asked = rows.filter((row) => verdicts.isAsked(row));
  const total = new CostTotal();
  for (const row of asked) total.add(verdicts.costOf(row));
  const isKnown = total.known > 0 && total.unknown === 0;
  const perRow = meanByAnswerer(verdicts, asked, (row) => verdicts.costOf(row));
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
export function costRatio(verdicts: Verdicts, rows: RowTable): number | null {
  const { costs } = rows;
  const { costs: own } = verdicts;
  if (!costs || !own) return null;
  const asked = rows.keys.lastRows().filter((row) => verdicts.isAsked(row));
  // NaN of either is NaN of both.
  const isKnown = (row: number) => !Number.isNaN((own[row] as number) + (costs[row] as number));
  const costOfBoth = (of: Float64Array) => (row: number) =>
    isKnown(row) ? (of[row] as number) : null;
  const theirs = meanByAnswerer(verdicts, asked, costOfBoth(costs));
  const ours = meanByAnswerer(verdicts, asked, costOfBoth(own));
  return theirs !== null && ours !== null && theirs > 0 && ours > 0 ? theirs / ours : null;
}

/**
 * Dollars of a row. In a cascade unknown costs are those of rows that went to the teacher: rows of
 * the student and of the teacher are averaged by themselves, so that the dear ones keep their share.
 *
 * @returns null where no row of one of them has a known cost
 */
function meanByAnswerer(
  verdicts: Verdicts,
  rows: Uint32Array,
  costOf: (row: number) => number | null,
): number | null {
  const isByStudent = (row: number) => verdicts.answeredBy(row) === 'student';
  const groups = verdicts.isCascade
    ? [rows.filter(isByStudent), rows.filter((row) => !isByStudent(row))]
    : [rows];
  let sum = 0;
  for (const group of groups) {
    if (group.length === 0) continue;
    const total = new CostTotal();
    for (const row of group) total.add(costOf(row));
    if (total.known === 0) return null;
    sum += (total.usd / total.known) * group.length;
  }
  return rows.length === 0 ? null : sum / rows.length;
}
