import { readFileSync } from 'node:fs';
import type { Counts } from '../../src/metrics/binary.js';
import type { Stratum } from '../../src/metrics/post-stratified.js';

interface ClassScores {
  precision: number;
  recall: number;
  f1: number;
}

interface Resampled {
  value: number;
  interval: [number, number];
  standard_error: number;
  acceleration: number;
}

interface Scored {
  truth: (0 | 1)[];
  scores: number[];
}

interface Statistics {
  log_gamma: [number, number][];
  normal_cdf: [number, number][];
  normal_quantile: [number, number][];
  wilson: { k: number; n: number; confidence: number; interval: [number, number] }[];
  mcnemar: { b: number; c: number; p: number; binomial_p: number }[];
  holm: { p: number[]; corrected: number[] }[];
  tables: {
    counts: Counts;
    toxic: ClassScores;
    not_toxic: ClassScores;
    macro: ClassScores;
    weighted: ClassScores;
    accuracy: number;
    balanced_accuracy: number;
    mcc: number;
    kappa: number | null;
  }[];
  ranking: (Scored & {
    auprc: number;
    auroc: number;
    brier: number;
    ece: number;
    /** Precision, recall and threshold by rising threshold; the last point has no threshold. */
    curve: [number[], number[], number[]];
  })[];
  bca_of_counts: (Resampled & { counts: [number, number, number, number] })[];
  bca_of_pairs: (Resampled & { cells: number[] })[];
  bca_of_scores: Resampled & Scored;
}

interface Differences {
  /** x, a, b, and the probability up to x. */
  beta_cdf: [number, number, number, number][];
  /** p, a, b, and the quantile. */
  beta_quantile: [number, number, number, number][];
  /** p, degrees of freedom, and the quantile. */
  t_quantile: [number, number, number][];
  differences: {
    cells: number[];
    value: number;
    standard_error: number;
    interval: [number, number];
    bound: number;
    p: number;
    /** Whether p is that of every swap, or of 200,000 drawn ones. */
    exact: boolean;
  }[];
  f1_intervals: { tp: number; fp: number; fn: number; interval: [number, number] }[];
  q_values: { p: number[]; q: number[] }[];
  /** Ends of 95% intervals, of a million draws. */
  at_prevalence: {
    counts: Counts;
    prevalence: number;
    precision: [number, number];
    f1: [number, number];
    alarms_per_1000: [number, number];
  }[];
  post_stratified: {
    strata: Stratum[];
    precision: [number, number];
    recall: [number, number];
    f1: [number, number];
  }[];
}

/** Rows of texts that repeat, by number of the text. */
interface Clustered {
  cluster: number[];
  truth: (0 | 1)[];
}

interface ClusteredShare {
  value: number;
  /** The design effect. */
  effect: number;
  interval: [number, number];
}

/** A number, and the ends of its 95% interval. */
type WithInterval = [value: number, low: number, high: number];

interface FiguresGolden {
  shares: (Clustered & {
    said: (0 | 1)[];
    recall: ClusteredShare;
    accuracy: ClusteredShare;
    /** TP / (TP + FP + FN). */
    hits: ClusteredShare;
  })[];
  resampled_clusters: Omit<Resampled, 'acceleration'> & Clustered & { said: (0 | 1)[] };
  difference_effect: (Clustered & { a: (0 | 1)[]; b: (0 | 1)[]; effect: number })[];
  auprc_difference: (Omit<Resampled, 'acceleration'> & Clustered & { a: number[]; b: number[] })[];
  cox: (Scored & {
    cluster: number[];
    slope: WithInterval;
    intercept: WithInterval;
    clustered: { slope: WithInterval; intercept: WithInterval };
  })[];
  platt: { logits: number[]; truth: (0 | 1)[]; slope: number; intercept: number };
  /** Rows right and wrong in a part, then in the rest. */
  fisher: { table: [number, number, number, number]; p: number }[];
}

interface Reruns {
  /** By row; of the models a list for each run. */
  reruns: {
    truth: (0 | 1)[];
    a: (0 | 1)[][];
    b: (0 | 1)[][];
    value: number;
    standard_error: number;
    p: number;
  }[];
}

interface WeightedGolden {
  named_prevalence: number;
  weighted: {
    rows: { cell: keyof Counts; probability: number; rows: number }[];
    /** Where the share of positive rows is that of what rows were drawn from; a million draws. */
    own: Record<'share' | 'precision' | 'recall' | 'f1' | 'alarms_per_1000', WithInterval>;
    /** Where it is the named one. */
    named: Record<'precision' | 'f1' | 'alarms_per_1000', WithInterval>;
  }[];
}

interface CascadeGolden {
  /** Of "the rate is not above the aim", with the lower end of the one-sided 95% interval. */
  exact_tests: { successes: number; n: number; aim: number; p: number; bound: number }[];
  auprc_intervals: { auprc: number; positive: number; low: number; high: number }[];
  /** `p` by the limit for many values, and that of every way to mix the two. */
  two_samples: { a: number[]; b: number[]; distance: number; p: number; exact_p: number }[];
  curve: {
    threshold: number;
    /** A teacher's label of -1 is none. */
    rows: { score: number[]; teacher: (0 | 1 | -1)[]; truth: (0 | 1)[]; usd: number[] };
    points: {
      share: number;
      /** Whether the student stands in where the teacher gave no label. */
      stands_in: boolean;
      escalated: number;
      unanswered: number;
      precision: number;
      recall: number;
      f1: number;
      usd_per_1000: number;
    }[];
  };
}

/** What test/golden/statistics.py wrote: SciPy's, statsmodels' and scikit-learn's answers. */
export const golden = read('statistics') as Statistics;

/** What test/golden/differences.py wrote: SciPy's answers. */
export const differences = read('differences') as Differences;

/** What test/golden/figures.py wrote: SciPy's, statsmodels' and scikit-learn's answers. */
export const figuresGolden = read('figures') as FiguresGolden;

/** What test/golden/reruns.py wrote: by the rows themselves, with NumPy. */
export const reruns = read('reruns') as Reruns;

/** What test/golden/weighted.py wrote: weighted means and a million draws, with NumPy. */
export const weighted = read('weighted') as WeightedGolden;

/** What test/golden/cascade.py wrote: SciPy's answers, and rows counted with NumPy. */
export const cascadeGolden = read('cascade') as CascadeGolden;

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'));
}

/**
 * How far the ends of two BCa intervals of 100,000 resamples may lie apart, in standard errors of
 * the figure: three deviations of what chance makes of the bias and of the quantile.
 */
export const MONTE_CARLO = 0.05;
