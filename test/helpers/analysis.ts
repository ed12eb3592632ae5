import type { AnalysisContender, AnalysisInput } from '../../src/analysis/input.js';
import type { RowVerdict, Verdicts } from '../../src/analysis/outcomes.js';
import { decodeRows, type RowState } from '../../src/analysis/row-codes.js';
import type { ToxicityLabel } from '../../src/records.js';

/** Labels from row codes: `1` toxic, `0` not toxic, anything else none. */
export const labels = (codes: string): (ToxicityLabel | null)[] =>
  decodeRows(codes).map((state) => (isLabel(state) ? state : null));

/** Verdicts from row codes: `1`, `0`, the letter of an outcome, or `-` for not asked. */
export const verdicts = (codes: string, scores: readonly number[] = []): Verdicts =>
  decodeRows(codes).map((state, row): RowVerdict | undefined => {
    if (state === 'not asked' || state === 'no truth') return undefined;
    const score = scores[row];
    if (isLabel(state)) {
      return { outcome: 'answered', label: state, ...(score === undefined ? {} : { score }) };
    }
    return { outcome: state };
  });

const isLabel = (state: RowState): state is ToxicityLabel =>
  state === 'toxic' || state === 'not toxic';

const provenance = {
  id: 'model-id',
  provider: 'openai',
  prompt: 'moderator@3f9a',
  file: null,
  usage: null,
  cost: { usd: null, basis: 'unknown' },
  latencies: [],
};

export const contender = (
  name: string,
  codes: string,
  more: Partial<AnalysisContender> & { scores?: readonly number[] } = {},
): AnalysisContender => {
  const { scores, ...rest } = more;
  return { ...provenance, name, verdicts: verdicts(codes, scores), ...rest };
};

/** A whole analysis from row codes: who is toxic, and what teacher and contenders say. */
export function analysisInput(
  codes: { human: string; teacher: string; texts?: readonly string[] },
  contenders: readonly AnalysisContender[],
  settings: Partial<AnalysisInput['settings']> = {},
): AnalysisInput {
  const teacher = labels(codes.teacher);
  return {
    rows: labels(codes.human).map((human, index) => ({
      index,
      input: codes.texts?.[index] ?? `text ${index}`,
      human,
      teacher: teacher[index] ?? 'not toxic',
      jailbreaking: null,
      humanChecked: null,
      columns: {},
    })),
    teacher: { ...provenance, name: 'gpt-4', unanswered: {} },
    contenders,
    settings: {
      truth: 'human',
      confidence: 0.95,
      bootstrap: 200,
      seed: 1,
      onUnanswered: 'exclude',
      sliceColumns: [],
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
