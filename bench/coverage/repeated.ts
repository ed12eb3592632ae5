import { f1, mcc, precision, recall } from '../../src/metrics/binary.js';
import { bcaOfClusters } from '../../src/metrics/bootstrap.js';
import { type AlikeClusters, singly, sumCells } from '../../src/metrics/clusters.js';
import { clusteredWilson } from '../../src/metrics/design-effect.js';
import { f1Interval, type Interval, toF1, wilson } from '../../src/metrics/intervals.js';
import { seededRandom } from '../../src/metrics/sampling.js';
import { drawRepeated, REPEATS } from './duplicates.js';
import { countsOf, tableOf } from './populations.js';
import { judge, percent, print } from './promise.js';
import { CONFIDENCE, contains, SETTINGS, type Setting, SIMULATIONS } from './settings.js';

/** Figures of the cells tp, fp, fn, tn by the share of rows that they are. */
const SHARES = {
  recall: { hits: [0], rows: [0, 2] },
  precision: { hits: [0], rows: [0, 1] },
  F1: { hits: [0], rows: [0, 1, 2] },
};

/** An interval of clusters, and what it would be if rows stood alone. */
interface Judged {
  readonly name: string;
  readonly truth: (counts: ReturnType<typeof countsOf>) => number;
  readonly withClusters: (alike: readonly AlikeClusters[]) => Interval | null | undefined;
  readonly withoutClusters: (cells: readonly number[]) => Interval | null | undefined;
  readonly simulations: number;
  /** Toxic texts below which nothing is promised. */
  readonly leastTexts: number;
}

/** Files whose positive texts repeat. */
export function repeatedKept(): boolean[] {
  const options = { resamples: 1_000, confidence: CONFIDENCE, seed: 1 };
  const ofMcc = (cells: readonly number[]) => mcc(countsOf(cells));
  const shareOf = (alike: readonly AlikeClusters[], { hits, rows }: (typeof SHARES)['F1']) =>
    clusteredWilson(
      alike.map(({ cells, clusters }) => {
        const at = (places: readonly number[]) =>
          places.reduce((sum, cell) => sum + (cells[cell] ?? 0), 0);
        return { hits: at(hits), rows: at(rows), clusters };
      }),
      CONFIDENCE,
    );
  const judged: Judged[] = [
    {
      name: 'recall',
      truth: recall,
      withClusters: (alike) => shareOf(alike, SHARES.recall),
      withoutClusters: ([tp = 0, , fn = 0]) => wilson(tp, tp + fn, CONFIDENCE),
      simulations: SIMULATIONS,
      leastTexts: 10,
    },
    {
      name: 'precision',
      truth: precision,
      withClusters: (alike) => shareOf(alike, SHARES.precision),
      withoutClusters: ([tp = 0, fp = 0]) => wilson(tp, tp + fp, CONFIDENCE),
      simulations: SIMULATIONS,
      leastTexts: 20,
    },
    {
      name: 'F1',
      truth: f1,
      withClusters: (alike) => toF1(shareOf(alike, SHARES.F1)),
      withoutClusters: ([tp = 0, fp = 0, fn = 0]) => f1Interval(tp, fp, fn, CONFIDENCE),
      simulations: SIMULATIONS,
      leastTexts: 10,
    },
    {
      name: 'MCC, BCa',
      truth: mcc,
      withClusters: (alike) => bcaOfClusters(alike, 4, [ofMcc], options)[0]?.interval,
      withoutClusters: (cells) => bcaOfClusters(singly(cells), 4, [ofMcc], options)[0]?.interval,
      simulations: SIMULATIONS / 10,
      leastTexts: 45,
    },
  ];
  return judged.map((each) => {
    const settings = SETTINGS.filter(
      ({ prevalence, n }) => (n * prevalence) / REPEATS >= each.leastTexts,
    );
    const outcomes = settings.map((setting) => ({ setting, ...coverOf(each, setting) }));
    const least = outcomes.reduce((a, b) => (a.without < b.without ? a : b));
    print(`${each.name} without clusters: ${percent(least.without)}, ${least.setting.name}`);
    return judge(
      { name: `${each.name}, positive texts repeat`, atLeast: 0.93 },
      outcomes.map(({ setting, rate, simulations }) => ({
        setting: setting.name,
        rate,
        simulations,
      })),
    );
  });
}

function coverOf({ truth, withClusters, withoutClusters, simulations }: Judged, setting: Setting) {
  const { prevalence, rates, n } = setting;
  const random = seededRandom(n);
  const value = truth(countsOf(tableOf(prevalence, rates)));
  let [held, heldWithout, counted] = [0, 0, 0];
  for (let i = 0; i < simulations; i++) {
    const alike = drawRepeated(random, n, prevalence, rates);
    const [made, single] = [withClusters(alike), withoutClusters(sumCells(alike, 4))];
    if (!made || !single) continue;
    counted += 1;
    if (contains(made, value)) held += 1;
    if (contains(single, value)) heldWithout += 1;
  }
  return { rate: held / counted, without: heldWithout / counted, simulations: counted };
}
