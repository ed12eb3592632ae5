import { bootstrapScores } from '../../src/metrics/bootstrap-scores.js';
import { auroc, averagePrecision } from '../../src/metrics/ranking.js';
import { seededRandom } from '../../src/metrics/sampling.js';
import { PREVALENCES } from './populations.js';
import { judge, percent, print } from './promise.js';
import { drawScores, SEPARATIONS, trueAuprc, trueAuroc } from './scores.js';
import { CONFIDENCE, contains, SIMULATIONS } from './settings.js';

/** Rows of which BCa intervals of the ranking are simulated, and those from which they must hold. */
const RANKED_SIZES = [100, 200, 500];
const LEAST_TOXIC = 14;

/** How well the bootstrap of a ranking covers. */
export function rankingKept(): boolean[] {
  const settings = PREVALENCES.flatMap((prevalence) =>
    SEPARATIONS.flatMap((separation) =>
      RANKED_SIZES.map((n) => ({
        name: `${percent(prevalence)} toxic, ${separation} apart, n=${n}`,
        ...{ prevalence, separation, n },
        truths: [trueAuroc(separation), trueAuprc(prevalence, separation)],
      })),
    ),
  );
  const simulations = SIMULATIONS / 20;
  const rates = settings.map(({ prevalence, separation, n, truths }) => {
    const random = seededRandom(n);
    const held = [0, 0];
    const counted = [0, 0];
    for (let i = 0; i < simulations; i++) {
      const rows = drawScores(random, n, prevalence, separation);
      const options = { resamples: 500, confidence: CONFIDENCE, seed: i };
      bootstrapScores(rows, [auroc, averagePrecision], options).forEach(({ interval }, k) => {
        if (!interval) return;
        counted[k] = (counted[k] ?? 0) + 1;
        if (contains(interval, truths[k] ?? 0)) held[k] = (held[k] ?? 0) + 1;
      });
    }
    return held.map((count, k) => ({
      rate: count / (counted[k] ?? 1),
      simulations: counted[k] ?? 0,
    }));
  });
  return ['AUROC', 'AUPRC'].map((name, k) => {
    const outcomes = settings.map((setting, i) => ({
      setting: setting.name,
      positive: setting.n * setting.prevalence,
      ...(rates[i]?.[k] ?? { rate: Number.NaN, simulations: 0 }),
    }));
    for (const { setting, rate, positive } of outcomes) {
      if (positive < LEAST_TOXIC) print(`${name}, nothing promised: ${percent(rate)}, ${setting}`);
    }
    return judge(
      { name: `${name}, BCa`, atLeast: 0.92 },
      outcomes.filter(({ positive }) => positive >= LEAST_TOXIC),
    );
  });
}
