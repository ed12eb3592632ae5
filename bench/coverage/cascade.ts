import type { Band } from '../../src/cascade/band.js';
import type { CascadeRow, CascadeRules } from '../../src/cascade/cascade-rows.js';
import { chooseBand } from '../../src/cascade/choose.js';
import { orderBands } from '../../src/cascade/order.js';
import type { Aim } from '../../src/cascade/promise.js';
import { seededRandom } from '../../src/metrics/sampling.js';
import { bestThreshold } from '../../src/student/cross-validation.js';
import {
  type CascadeTeacher,
  type Population,
  rowsOf,
  SCORE_MODELS,
  type TrueRates,
  trueRatesIn,
} from './cascade-populations.js';
import { judge, type Outcome, percent, print } from './promise.js';
import { CONFIDENCE, SIMULATIONS } from './settings.js';

const PREVALENCES = [0.02, 0.07, 0.3];
/** Calibration rows. */
const SIZES = [500, 2_000, 5_000];
const RUNS = SIMULATIONS / 10;
/** A training set fixes the order of the bands, and with it which aims are hard. */
const TRAINING_SETS = RUNS / 100;
const TRAINING_ROWS = 2_000;

const ANSWERS_ALL = { positive: 0, negative: 0 };

/** Who is asked, how it errs, and what the training rows tell of it. */
interface Circumstances {
  readonly teacher: CascadeTeacher;
  /** Whether people labelled the training rows too. */
  readonly seesTeacher: boolean;
  readonly onTeacherFailure: CascadeRules['onTeacherFailure'];
  /** Whether the training rows are of an easier population with other shares. */
  readonly isTrainedElsewhere?: boolean;
}

const CIRCUMSTANCES: Readonly<Record<string, Circumstances>> = {
  'good teacher, human labels': {
    teacher: { recall: 0.95, falseAlarms: 0.01, correlation: 0.3, unanswered: ANSWERS_ALL },
    seesTeacher: true,
    onTeacherFailure: 'unanswered',
  },
  'middling teacher, none': {
    teacher: { recall: 0.8, falseAlarms: 0.035, correlation: 0.6, unanswered: ANSWERS_ALL },
    seesTeacher: false,
    onTeacherFailure: 'unanswered',
  },
  'teacher that refuses, human labels': {
    teacher: {
      recall: 0.9,
      falseAlarms: 0.02,
      correlation: 0.3,
      unanswered: { positive: 0.1, negative: 0.02 },
    },
    seesTeacher: true,
    onTeacherFailure: 'student',
  },
  'poor teacher, other training rows': {
    teacher: {
      recall: 0.65,
      falseAlarms: 0.06,
      correlation: 0.8,
      unanswered: { positive: 0.02, negative: 0.02 },
    },
    seesTeacher: false,
    onTeacherFailure: 'unanswered',
    isTrainedElsewhere: true,
  },
};

/** Of the true rates, that a band is not to reach: beyond the error of the integrals. */
const JUST_ABOVE = 1e-5;

/** What may be asked for, given what is true of the first band and of one in the middle. */
const AIMS: Readonly<Record<string, (first: TrueRates, middle: TrueRates) => Aim>> = {
  'within reach': (_, { recall, precision }) => ({
    recall: recall - 0.1,
    precision: precision - 0.15,
  }),
  'just above the recall of the first band': ({ recall }) => ({ recall: recall + JUST_ABOVE }),
  'just above the recall of a middle band': (_, { recall }) => ({ recall: recall + JUST_ABOVE }),
  'just above the precision of a middle band': (_, { precision }) => ({
    precision: precision + JUST_ABOVE,
  }),
  'just above the recall of the first band, precision within reach': ({ recall, precision }) => ({
    recall: recall + JUST_ABOVE,
    precision: precision - 0.15,
  }),
};

/** A student that was trained, and what is asked of its cascade. */
interface Task {
  readonly rules: CascadeRules;
  readonly trueRates: (band: Band) => TrueRates;
  readonly asked: readonly { readonly aim: Aim; readonly bands: readonly Band[] }[];
}

interface Tally {
  given: number;
  broken: number;
  runs: number;
}

/**
 * A cascade with less recall or precision in the population than was promised is to come out of at
 * most 5% of calibration sets; and how often there is one at all, and is wrong.
 */
export function cascadesKept(): boolean[] {
  const tallies = Object.entries(SCORE_MODELS).flatMap(([scores, scoreModel], i) =>
    PREVALENCES.flatMap((prevalence, j) =>
      Object.entries(CIRCUMSTANCES).flatMap(([name, circumstances], k) => {
        // Bands go by the order of scores, so that of the other models half the settings will do.
        if (i > 0 && (i + j + k) % 2 > 0) return [];
        const population = {
          prevalence,
          separation: 2,
          scores: scoreModel,
          teacher: circumstances.teacher,
        };
        const setting = `${percent(prevalence)} toxic, ${scores} scores, ${name}`;
        const seed = 100 * i + 10 * j + k;
        return talliesOf(population, circumstances, seed).map((each) => ({
          ...each,
          setting: `${setting}, n=${each.n}`,
          prevalence,
        }));
      }),
    ),
  );
  for (const n of SIZES) {
    const shares = PREVALENCES.map((prevalence) => {
      const { given, broken, runs } = sumOf(
        tallies.filter((each) => each.n === n && each.prevalence === prevalence),
      );
      const wrong = given === 0 ? '-' : percent(broken / given);
      return `${percent(given / runs)} at ${percent(prevalence)} toxic (${wrong} of them broken)`;
    });
    print(`a promise is given, n=${n}: ${shares.join(', ')}`);
  }
  return Object.keys(AIMS).flatMap((aim) => {
    const own = tallies.filter((each) => each.aim === aim);
    const pooled = SIZES.map((n) => ({
      setting: `all, n=${n}`,
      ...rateOf(sumOf(own.filter((each) => each.n === n))),
    }));
    const { given, runs } = sumOf(own);
    return [
      judge(
        { name: `a cascade breaks its promise, ${aim}`, atMost: 1 - CONFIDENCE },
        own.map((each): Outcome => ({ setting: each.setting, ...rateOf(each) })),
      ),
      judge(
        {
          name: `the same, all settings (given in ${percent(given / runs)})`,
          atMost: 1 - CONFIDENCE,
        },
        pooled,
      ),
    ];
  });
}

/** One for each aim and number of rows. */
function talliesOf(population: Population, circumstances: Circumstances, seed: number) {
  const random = seededRandom(seed);
  const tallies = Object.keys(AIMS).flatMap((aim) =>
    SIZES.map((n) => ({ aim, n, given: 0, broken: 0, runs: 0 })),
  );
  for (let set = 0; set < TRAINING_SETS; set++) {
    const task = taskOf(rowsOf(random, trainingOf(population, circumstances), TRAINING_ROWS), {
      population,
      circumstances,
    });
    for (let run = 0; run < RUNS / TRAINING_SETS; run++) {
      // The smaller sets are parts of the larger, which saves most of the draws.
      const rows = rowsOf(random, population, Math.max(...SIZES));
      const parts = SIZES.map((n) => rows.slice(0, n));
      task.asked.forEach(({ aim, bands }, place) => {
        parts.forEach((part, size) => {
          const tally = tallies[place * SIZES.length + size];
          if (tally) count(tally, chosenOn(part, { aim, bands }, task), aim);
        });
      });
    }
  }
  return tallies;
}

const trainingOf = (
  population: Population,
  { isTrainedElsewhere = false }: Circumstances,
): Population =>
  isTrainedElsewhere
    ? { ...population, prevalence: 1.5 * population.prevalence, separation: 2.3 }
    : population;

function taskOf(
  drawn: readonly CascadeRow[],
  { population, circumstances }: { population: Population; circumstances: Circumstances },
): Task {
  const { seesTeacher, onTeacherFailure } = circumstances;
  const training = drawn.flatMap(({ teacher, truth, ...row }) =>
    teacher === null ? [] : [{ ...row, teacher, truth: seesTeacher ? truth : teacher }],
  );
  const threshold = bestThreshold(
    training.map(({ score }) => score),
    training.map(({ teacher }) => teacher === 'positive'),
  );
  const rules = { threshold, onTeacherFailure };
  const trueRates = trueRatesIn(population, rules);
  const bandsFor = (aim: Aim) => orderBands(training, { aim, rules, seesTeacher });
  const usual = bandsFor({});
  const asked = Object.values(AIMS).map((aimAt) => {
    // What is asked for has a say in the order, and the order in which aims are hard.
    let bands = usual;
    let aim: Aim = {};
    for (let turn = 0; turn < 2; turn++) {
      const [first, middle] = [bands[0], bands[Math.floor(bands.length / 2)]];
      if (!first || !middle) break;
      aim = aimAt(trueRates(first), trueRates(middle));
      bands = bandsFor(aim);
    }
    return { aim, bands };
  });
  return { rules, trueRates, asked };
}

/** What is true of the cascade that is chosen; undefined where none is. */
function chosenOn(
  rows: readonly CascadeRow[],
  { aim, bands }: Task['asked'][number],
  { rules, trueRates }: Task,
): TrueRates | undefined {
  const wish = { kind: 'promise', aim, confidence: CONFIDENCE, bands } as const;
  const { band } = chooseBand(rows, wish, rules);
  return band && trueRates(band);
}

function count(tally: Tally, chosen: TrueRates | undefined, aim: Aim): void {
  tally.runs += 1;
  if (!chosen) return;
  tally.given += 1;
  const isBroken = chosen.recall < (aim.recall ?? 0) || chosen.precision < (aim.precision ?? 0);
  if (isBroken) tally.broken += 1;
}

const sumOf = (tallies: readonly Tally[]): Tally =>
  tallies.reduce(
    (all, { given, broken, runs }) => ({
      given: all.given + given,
      broken: all.broken + broken,
      runs: all.runs + runs,
    }),
    { given: 0, broken: 0, runs: 0 },
  );

const rateOf = ({ broken, runs }: Tally) => ({ rate: broken / runs, simulations: runs });
