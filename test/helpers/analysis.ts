import type {
  AnalysisContender,
  AnalysisInput,
  AnalysisTeacher,
} from '../../src/analysis/input.js';
import { isLabel, saidOf, truthOf } from '../../src/analysis/row-codes.js';
import type { JudgedRow, LabelledRow } from '../../src/records.js';
import { RowTable } from '../../src/rows/table.js';
import type { Verdicts } from '../../src/rows/verdicts.js';
import { verdictsIn } from '../../src/rows/verdicts-builder.js';
import { TOXICITY } from '../../src/task/task.js';
import type { RowLabel } from '../../src/terms.js';
import type { Verdict } from '../../src/verdict.js';

/** Labels from row codes: `1` positive, `0` negative, anything else none. */
export const labels = (codes: string): (RowLabel | null)[] => Array.from(codes, truthOf);

/** What a verdict took; a test that is about it says so. */
const TOOK = { raw: '', usage: null, costUsd: null, latencyMs: null };

/** Verdicts from row codes: `1`, `0`, the letter of an outcome, or `-` for not asked. */
export const verdicts = (
  codes: string,
  { scores = [], took = [] }: { scores?: readonly number[]; took?: readonly Took[] } = {},
): Verdicts =>
  verdictsIn(
    Array.from(codes, (code, row): Verdict | undefined => {
      const said = saidOf(code);
      if (said === 'not asked') return undefined;
      const score = scores[row];
      const more = { ...TOOK, ...took[row] };
      if (isLabel(said)) {
        return {
          outcome: 'answered',
          label: said,
          ...(score === undefined ? {} : { score }),
          ...more,
        };
      }
      if (said === 'failed') return { outcome: said, error: 'HTTP 503', retryable: true, ...more };
      return { outcome: said, ...more };
    }),
  );

type Took = Partial<Pick<Verdict, 'answeredBy' | 'usage' | 'costUsd' | 'latencyMs'>>;

/** A row of an evaluation file. */
export const labelledRow = (more: Partial<LabelledRow> = {}): LabelledRow => ({
  input: 'text',
  prediction: 'negative',
  origin: 'user',
  human_check: null,
  true_label: null,
  is_jailbreaking: null,
  ds_original_idx: 0,
  ...more,
});

const identity = {
  id: 'model-id',
  provider: 'openai',
  prompt: 'moderator@3f9a',
  file: null,
  priceBasis: 'unknown',
};

export const contender = (
  name: string,
  codes: string,
  { scores, took, ...more }: Partial<AnalysisContender> & Parameters<typeof verdicts>[1] = {},
): AnalysisContender => ({
  ...identity,
  name,
  threshold: null,
  verdicts: verdicts(codes, { ...(scores ? { scores } : {}), ...(took ? { took } : {}) }),
  ...more,
});

/** A table of such rows. */
export const rowTable = (rows: readonly JudgedRow[]) => RowTable.of(rows);

/** A whole analysis from row codes: who is positive, and what teacher and contenders say. */
export function analysisInput(
  codes: { human: string; teacher: string; texts?: readonly string[] },
  contenders: readonly AnalysisContender[],
  settings: Partial<AnalysisInput['settings']> = {},
): Omit<AnalysisInput, 'rows'> & {
  readonly rows: readonly LabelledRow[];
  readonly teacher: AnalysisTeacher;
} {
  const teacher = labels(codes.teacher);
  return {
    task: TOXICITY,
    rows: labels(codes.human).map((true_label, index) =>
      labelledRow({
        ds_original_idx: index,
        input: codes.texts?.[index] ?? `text ${index}`,
        true_label,
        prediction: teacher[index] ?? 'negative',
      }),
    ),
    teacher: { ...identity, name: 'gpt-4', unanswered: {} },
    contenders,
    settings: {
      truth: 'human',
      confidence: 0.95,
      bootstrap: 200,
      seed: 1,
      onUnanswered: 'exclude',
      margin: 0.02,
      sliceColumns: [],
      cluster: null,
      baselines: false,
      ...settings,
    },
    data: {
      file: 'test.jsonl',
      sha256: 'a'.repeat(64),
      dataset: 'sample',
      split: 'test',
      seen: null,
    },
    createdAt: '2026-11-24T08:00:00.000Z',
    toolVersion: '0.1.0',
  };
}
