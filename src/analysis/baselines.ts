import type { Report } from './report.js';

type Baseline = NonNullable<Report['baselines']>[number];

const T5_CARD = 'model card of lmsys/toxicchat-t5-large-v1.0';
const TOXIC_CHAT_PAPER = 'Lin et al. 2023, arXiv:2310.17389 (release 1123 of the data)';
const LLAMA_GUARD_PAPER = 'Inan et al. 2023, arXiv:2312.06674';
const WILD_GUARD_PAPER = 'Han et al. 2024, arXiv:2406.18495';
const SHIELD_GEMMA_PAPER = 'Zeng et al. 2024, arXiv:2407.21772';
const SAFEGUARD_REPORT = 'OpenAI, gpt-oss-safeguard technical report, 2025';

const published = (
  name: string,
  [precision, recall, f1, auprc]: readonly [number | null, number | null, number, number | null],
  source: string,
): Baseline => ({ name, precision, recall, f1, auprc, source });

/** Precision, recall, F1 and AUPRC of `toxic` on ToxicChat's test split, as others report them. */
const TOXIC_CHAT_TEST: readonly Baseline[] = [
  published('ToxicChat-T5-large', [0.798, 0.848, 0.822, 0.885], T5_CARD),
  published('gpt-oss-safeguard-20b', [null, null, 0.799, null], SAFEGUARD_REPORT),
  published('roberta-base, tuned', [0.759, 0.687, 0.721, null], TOXIC_CHAT_PAPER),
  published('WildGuard', [null, null, 0.708, null], WILD_GUARD_PAPER),
  published('ShieldGemma-9B', [null, null, 0.694, 0.782], SHIELD_GEMMA_PAPER),
  published('GPT-4', [null, null, 0.683, null], WILD_GUARD_PAPER),
  published(
    'Llama Guard 1',
    [null, null, 0.616, 0.626],
    `${WILD_GUARD_PAPER}; ${LLAMA_GUARD_PAPER}`,
  ),
  published('OpenAI moderation of January 2024, at 0.02', [0.548, 0.699, 0.614, 0.631], T5_CARD),
  published('Llama Guard 2', [null, null, 0.471, null], WILD_GUARD_PAPER),
  published('Perspective', [0.909, 0.027, 0.053, null], TOXIC_CHAT_PAPER),
];

/** The data that a file holds rows of. */
interface Origin {
  readonly dataset: string | null;
  readonly split: string | null;
}

/** Whether there are published results for a split. */
export const hasBaselines = ({ dataset, split }: Origin): boolean =>
  dataset === 'toxicchat' && split === 'test';

/** Published results for a split, best F1 first; null where there are none. */
export const publishedBaselines = (data: Origin): Baseline[] | null =>
  hasBaselines(data) ? TOXIC_CHAT_TEST.map((each) => ({ ...each })) : null;
