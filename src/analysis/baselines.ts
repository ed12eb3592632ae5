import { formatCount } from '../format.js';
import type { RowTable } from '../rows/table.js';
import type { Baseline } from './report/comparisons.js';

const T5_CARD = 'model card of lmsys/toxicchat-t5-large-v1.0';
const TOXIC_CHAT_PAPER = 'Lin et al. 2023, arXiv:2310.17389';
const LLAMA_GUARD_PAPER = 'Inan et al. 2023, arXiv:2312.06674';
const SHIELD_GEMMA_PAPER = 'Zeng et al. 2024, arXiv:2407.21772';
const WILD_GUARD_PAPER = 'Han et al. 2024, arXiv:2406.18495';
const GUARD_REASONER_PAPER = 'Liu et al. 2025, arXiv:2501.18492, table 2';
const GRANITE_PAPER = 'Padhi et al. 2024, arXiv:2412.07724, table 7';
const SAFEGUARD_REPORT =
  'OpenAI, gpt-oss-safeguard technical report, 2025; others measured about 0.15 lower on 2,000 rows';
const TINY_SAFE = 'README of TinySafe v2';
const ENGUARD = 'its publisher, on 2,542 rows';

/** What must be equal before two results may be compared; null where their source does not say. */
type Cohort = Pick<Baseline, 'release' | 'rows' | 'threshold'>;
type Published = Omit<Baseline, 'comparable' | 'reason'>;

const UNSTATED: Cohort = { release: null, rows: null, threshold: null };
const OF_T5_CARD: Cohort = { release: '0124', rows: 'all', threshold: 'fixed' };
const OF_PAPER: Cohort = { ...UNSTATED, release: '1123' };
const ANNOTATED: Cohort = { ...UNSTATED, rows: 'human-annotated' };
/** The threshold with the best F1 on the very rows. */
const BEST_THRESHOLD: Cohort = { ...UNSTATED, threshold: 'tuned' };

type Values = readonly [
  precision: number | null,
  recall: number | null,
  f1: number,
  auprc?: number | null,
];

const published = (
  name: string,
  [precision, recall, f1, auprc = null]: Values,
  source: string,
  cohort = UNSTATED,
): Published => ({ name, precision, recall, f1, auprc, ...cohort, source });

/** Those of which a source gives the F1 alone. */
const f1Only = (
  source: string,
  f1s: Readonly<Record<string, number>>,
  cohort?: Cohort,
): Published[] =>
  Object.entries(f1s).map(([name, f1]) => published(name, [null, null, f1], source, cohort));

/** Precision, recall, F1 and AUPRC of `toxic` on ToxicChat's test split, as others report them. */
const TOXIC_CHAT_TEST: readonly Published[] = [
  published('ToxicChat-T5-large', [0.798, 0.848, 0.822, 0.885], T5_CARD, OF_T5_CARD),
  published('OpenAI moderation of January 2024, at 0.02', [0.548, 0.699, 0.614, 0.631], T5_CARD, {
    ...OF_T5_CARD,
    threshold: 'tuned',
  }),
  published('roberta-base, tuned', [0.759, 0.687, 0.721], TOXIC_CHAT_PAPER, OF_PAPER),
  published('Perspective', [0.909, 0.027, 0.053], TOXIC_CHAT_PAPER, OF_PAPER),
  published('Llama Guard 1', [null, null, 0.616, 0.626], LLAMA_GUARD_PAPER),
  published('ShieldGemma-9B', [null, null, 0.694, 0.782], SHIELD_GEMMA_PAPER, BEST_THRESHOLD),
  ...f1Only(WILD_GUARD_PAPER, { 'GPT-4': 0.683 }),
  ...f1Only(SAFEGUARD_REPORT, {
    'gpt-oss-safeguard-20b': 0.799,
    'gpt-oss-safeguard-120b': 0.793,
    'gpt-5-thinking': 0.81,
  }),
  ...f1Only(GUARD_REASONER_PAPER, {
    'GuardReasoner-8B': 0.788,
    'GuardReasoner-3B': 0.782,
    'GuardReasoner-1B': 0.724,
    'GPT-4o+CoT': 0.734,
    'GPT-4': 0.698,
    'GPT-4o': 0.645,
    'o1-preview': 0.577,
    'Aegis-Permissive': 0.73,
    'Aegis-Defensive': 0.7,
    WildGuard: 0.708,
    'Llama Guard 3-8B': 0.531,
    'Llama Guard 2': 0.471,
    'ShieldGemma-9B': 0.679,
    'ShieldGemma-2B': 0.069,
  }),
  published('TinySafe v2 141M', [0.767, 0.798, 0.782], TINY_SAFE),
  published('Intel toxic-prompt-roberta 125M', [null, null, 0.787], TINY_SAFE),
  ...f1Only(
    GRANITE_PAPER,
    {
      'Granite Guardian 3.0-8B': 0.649,
      'Llama Guard 3-8B': 0.542,
      'ShieldGemma-2B': 0.181,
      'ShieldGemma-9B': 0.181,
    },
    ANNOTATED,
  ),
  published('enguard 4M', [0.888, 0.539, 0.671], ENGUARD, { ...UNSTATED, rows: 'own subset' }),
];

/** The data that a file holds rows of. */
interface Origin {
  readonly dataset: string | null;
  readonly split: string | null;
}

/** Whether there are published results for a split. */
export const hasBaselines = ({ dataset, split }: Origin): boolean =>
  dataset === 'toxicchat' && split === 'test';

/** The rows of the test split, and those that people have annotated. */
const ALL_ROWS = 5_083;
const ANNOTATED_ROWS = 2_853;

/** What a run judges by. */
export interface Run extends Origin {
  readonly rows: Pick<RowTable, 'length' | 'humanChecked'>;
  /** Whether a contender's threshold was tuned on other rows. */
  readonly isTuned: boolean;
}

/**
 * Published results for the split of a run: those of its cohort first (the same release, the same
 * rows, the same way to set the threshold), then the others with the reason why they may not be
 * compared; best F1 first. A result whose source leaves one of the three open belongs to no cohort.
 *
 * @returns null where there are none
 */
export function publishedBaselines(run: Run): Baseline[] | null {
  if (!hasBaselines(run)) return null;
  const own = cohortOf(run);
  return TOXIC_CHAT_TEST.map((each) => {
    const reason = reasonAgainst(each, own, run.rows.length);
    return { ...each, comparable: reason === null, reason };
  }).sort((a, b) => Number(b.comparable) - Number(a.comparable) || b.f1 - a.f1);
}

/** The dataset reader knows release 0124 alone. */
function cohortOf({ rows, isTuned }: Run): Cohort {
  const isAnnotated = rows.length === ANNOTATED_ROWS && rows.humanChecked.every((is) => is === 1);
  const others = isAnnotated ? 'human-annotated' : 'own subset';
  return {
    release: '0124',
    rows: rows.length === ALL_ROWS ? 'all' : others,
    threshold: isTuned ? 'tuned' : 'fixed',
  };
}

const ROWS_IN_WORDS: Readonly<Record<NonNullable<Cohort['rows']>, string>> = {
  all: `all ${formatCount(ALL_ROWS)} rows`,
  'human-annotated': `the ${formatCount(ANNOTATED_ROWS)} human-annotated rows`,
  'own subset': 'a subset of its own',
};

function reasonAgainst(result: Cohort, run: Cohort, rows: number): string | null {
  const unstated = (['release', 'rows', 'threshold'] as const).filter(
    (key) => result[key] === null,
  );
  const reasons: string[] = [];
  if (result.release !== null && result.release !== run.release) {
    reasons.push(`release ${result.release}, not ${run.release}`);
  }
  if (result.rows !== null && (result.rows !== run.rows || run.rows === 'own subset')) {
    reasons.push(`on ${ROWS_IN_WORDS[result.rows]}, not these ${formatCount(rows)}`);
  }
  if (result.threshold !== null && result.threshold !== run.threshold) {
    reasons.push(`threshold ${result.threshold}, not ${run.threshold}`);
  }
  if (unstated.length > 0) reasons.push(`not stated: ${unstated.join(', ')}`);
  return reasons.length > 0 ? reasons.join('; ') : null;
}
