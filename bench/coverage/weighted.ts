import { drawMultinomial, seededRandom } from '../../src/metrics/sampling.js';
import { weightedRates } from '../../src/metrics/weighted-rates.js';
import { f1Of, MODELS, pairOf, type Rates } from './populations.js';
import { judge, percent } from './promise.js';
import { CONFIDENCE, contains, SIMULATIONS } from './settings.js';

/** Who chooses the rows: all that it calls toxic, and a part of the others. */
const SAMPLERS: Readonly<Record<string, Rates>> = {
  fair: { recall: 0.6, falseAlarms: 0.03 },
  eager: { recall: 0.95, falseAlarms: 0.3 },
  poor: { recall: 0.2, falseAlarms: 0.05 },
};
const PARTS = [0.1, 0.3];
const ROWS = 2_000;
/** The share of toxic texts that figures are stated for, as well as their own. */
const NAMED = 0.02;
const DRAWS = { draws: 400, confidence: CONFIDENCE, seed: 1 };
const CELLS = ['tn', 'fp', 'fn', 'tp'] as const;

/** Figures of what rows were drawn from with unequal probabilities. */
export function weightedKept(): boolean[] {
  const settings = [0.02, 0.07].flatMap((prevalence) =>
    Object.entries(MODELS).flatMap(([model, rates]) =>
      Object.entries(SAMPLERS).flatMap(([sampler, choice]) =>
        PARTS.map((part) => ({
          name: `${percent(prevalence)} toxic, ${model}, ${sampler} sampler, ${part} of the others`,
          ...{ prevalence, rates, choice, part },
        })),
      ),
    ),
  );
  const found = settings.map((setting) => ({ setting, held: simulate(setting) }));
  const simulations = SIMULATIONS / 10;
  return (['recall', 'own', 'named'] as const).map((figure) =>
    judge(
      { name: NAMES[figure], atLeast: 0.93 },
      found.map(({ setting, held }) => ({
        setting: setting.name,
        rate: held[figure] / simulations,
        simulations,
      })),
    ),
  );
}

const NAMES = {
  recall: 'recall of what rows were drawn from unequally',
  own: 'F1 of what rows were drawn from unequally',
  named: 'F1 at 2% toxic, rows drawn unequally',
};

interface Setting {
  readonly prevalence: number;
  readonly rates: Rates;
  readonly choice: Rates;
  readonly part: number;
}

/** How often the interval of each figure holds it. */
function simulate({ prevalence, rates, choice, part }: Setting) {
  // Cells of the model and the sampler: an odd one is chosen by the latter.
  const probability = (cell: number) => (cell % 2 === 1 ? 1 : part);
  const shares = pairOf(prevalence, rates, choice, 0.5).map(
    (share, cell) => share * probability(cell),
  );
  const random = seededRandom(17);
  const counts = shares.map(() => 0);
  const held = { recall: 0, own: 0, named: 0 };
  const truth = { own: f1Of(prevalence, rates), named: f1Of(NAMED, rates) };
  for (let i = 0; i < SIMULATIONS / 10; i++) {
    drawMultinomial(random, ROWS, shares, counts);
    const drawn = counts.flatMap((rows, cell) => {
      const name = CELLS[cell >> 1];
      return rows === 0 || !name ? [] : [{ cell: name, probability: probability(cell), rows }];
    });
    const own = weightedRates(drawn, undefined, DRAWS);
    const named = weightedRates(drawn, NAMED, DRAWS);
    if (own && contains(own.recall.interval, rates.recall)) held.recall += 1;
    if (own && contains(own.f1.interval, truth.own)) held.own += 1;
    if (named && contains(named.f1.interval, truth.named)) held.named += 1;
  }
  return held;
}
