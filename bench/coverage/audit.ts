import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { drawAudit } from '../../src/labels/draw-audit.js';
import { f1Interval } from '../../src/metrics/intervals.js';
import { postStratified } from '../../src/metrics/post-stratified.js';
import { drawBelow, drawMultinomial, seededRandom } from '../../src/metrics/sampling.js';
import { combineParts, LABEL_WORTH } from '../../src/metrics/unequal-draws.js';
import type { LabelledRow } from '../../src/records.js';
import { RowTable } from '../../src/rows/table.js';
import { verdictsIn } from '../../src/rows/verdicts-builder.js';
import type { Verdict } from '../../src/verdict.js';
import { pairOf, type Rates } from './populations.js';

const ROWS = 5_000;
const LABELS = 300;
const CONFIDENCE = 0.95;
const DRAWS = { draws: 1_000, confidence: CONFIDENCE, seed: 1 };
/** What a contender gains when it changes. */
const GAIN = { recall: 0.1, falseAlarms: -0.01 };

/** A cell of truth, contender at the draw, teacher, and contender now, each a bit. */
const bits = (cell: number) => ({
  positive: cell >= 8,
  drawn: (cell >> 1) & 3,
  says: (cell & 1) === 1,
  teacher: ((cell >> 1) & 1) === 1,
});

/**
 * How often the interval of F1 for all rows covers it, by labels that an audit drew, and how wide
 * it is beside that of as many labels of a uniform draw. The rows are drawn as the product does it.
 *
 * @param changed - the share of rows on which the contender, then better, answers afresh
 */
export function simulateAudit(
  prevalence: number,
  contender: Rates,
  teacher: Rates,
  { changed, simulations }: { readonly changed: number; readonly simulations: number },
) {
  const random = seededRandom(11);
  const shares = sharesOf(prevalence, contender, teacher, changed);
  const truth = f1OfCells(shares);
  const cells = shares.map(() => 0);
  let held = 0;
  let width = 0;
  let uniform = 0;
  for (let i = 0; i < simulations; i++) {
    drawMultinomial(random, ROWS, shares, cells);
    const audited = auditInterval(cells, random);
    if (audited.low <= truth && truth <= audited.high) held += 1;
    width += audited.high - audited.low;
    const alone = uniformInterval(drawWithout(random, cells, LABELS));
    uniform += alone.high - alone.low;
  }
  return { rate: held / simulations, simulations, width: width / uniform };
}

function sharesOf(prevalence: number, before: Rates, teacher: Rates, changed: number): number[] {
  const pair = pairOf(prevalence, before, teacher, 0.2);
  const now = changed === 0 ? { recall: 0, falseAlarms: 0 } : GAIN;
  return Array.from({ length: 16 }, (_, cell) => {
    const rate = cell >= 8 ? 'recall' : 'falseAlarms';
    // Afresh at the rate with which the whole reaches the new one.
    const afresh = changed === 0 ? 0 : before[rate] + now[rate] / changed;
    const called = (cell >> 2) & 1 ? 1 - changed + changed * afresh : changed * afresh;
    const share = pair[4 * (cell >> 3) + ((cell >> 1) & 3)] ?? 0;
    return share * (cell & 1 ? called : 1 - called);
  });
}

function f1OfCells(cells: readonly number[]): number {
  const sum = (holds: (cell: ReturnType<typeof bits>) => boolean) =>
    cells.reduce((total, count, cell) => total + (holds(bits(cell)) ? count : 0), 0);
  const found = sum(({ positive, says }) => positive && says);
  return (2 * found) / (sum(({ says }) => says) + sum(({ positive }) => positive));
}

/** What the product allots; which rows of a cell it draws is left to chance here. */
function allotted(cells: readonly number[]): number[] {
  const rows: LabelledRow[] = [];
  const verdicts: Verdict[] = [];
  const drawnOf: number[] = [];
  cells.forEach((count, cell) => {
    const { drawn, teacher } = bits(cell);
    for (let i = 0; i < count; i++) {
      rows.push(rowOf(rows.length, teacher));
      verdicts.push(drawn >= 2 ? CALLED : PASSED);
      drawnOf.push(drawn);
    }
  });
  const table = RowTable.of(rows);
  const placeOf = new Map(Array.from(table.keys, (key, row) => [key, row]));
  const { cells: made } = drawAudit({ rows: table }, verdictsIn(verdicts), {
    labels: LABELS,
    seed: 1,
    unansweredIsPositive: false,
  });
  return [0, 1, 2, 3].map(
    (drawn) =>
      made.find(({ members }) => drawnOf[placeOf.get(members[0] ?? '') ?? -1] === drawn)?.drawn ??
      0,
  );
}

const rowOf = (index: number, isPositive: boolean): LabelledRow => ({
  input: '',
  prediction: isPositive ? 'positive' : 'negative',
  origin: 'user',
  human_check: null,
  true_label: null,
  is_jailbreaking: null,
  ds_original_idx: index,
});

const TOOK = { raw: '', usage: null, costUsd: null, latencyMs: null };
const CALLED: Verdict = { outcome: 'answered', label: 'positive', ...TOOK };
const PASSED: Verdict = { outcome: 'answered', label: 'negative', ...TOOK };

function auditInterval(cells: readonly number[], random: RandomGenerator) {
  const parts = allotted(cells).flatMap((labels, drawn) => {
    const members = cells.map((count, cell) => (bits(cell).drawn === drawn ? count : 0));
    const all = members.reduce((sum, count) => sum + count, 0);
    const labelled = drawWithout(random, members, labels);
    return [false, true].map((called) => {
      const sum = (counts: readonly number[], holds = (_: boolean) => true) =>
        counts.reduce((total, count, cell) => {
          const { says, positive } = bits(cell);
          return total + (says === called && holds(positive) ? count : 0);
        }, 0);
      return {
        stratum: `${called}/${drawn & 1}`,
        called,
        probability: all === 0 ? 0 : labels / all,
        rows: sum(members),
        labelled: sum(labelled),
        positive: sum(labelled, (isPositive) => isPositive),
      };
    });
  });
  const present = parts.filter(({ rows }) => rows > 0);
  const strata = combineParts(present, LABEL_WORTH.drawn);
  return postStratified(strata, DRAWS)?.f1?.interval ?? { low: 0, high: 1 };
}

function uniformInterval(cells: readonly number[]) {
  const sum = (isPositive: boolean, isCalled: boolean) =>
    cells.reduce((total, count, cell) => {
      const { positive, says } = bits(cell);
      return total + (positive === isPositive && says === isCalled ? count : 0);
    }, 0);
  const interval = f1Interval(sum(true, true), sum(false, true), sum(true, false), CONFIDENCE);
  return interval ?? { low: 0, high: 1 };
}

/** A random draw without replacement, by cell. */
function drawWithout(random: RandomGenerator, cells: readonly number[], size: number): number[] {
  const left = [...cells];
  const drawn = cells.map(() => 0);
  let total = left.reduce((sum, count) => sum + count, 0);
  for (let i = 0; i < size && total > 0; i++) {
    let at = drawBelow(random, total);
    const cell = left.findIndex((count) => {
      at -= count;
      return at < 0;
    });
    left[cell] = (left[cell] ?? 0) - 1;
    drawn[cell] = (drawn[cell] ?? 0) + 1;
    total -= 1;
  }
  return drawn;
}
