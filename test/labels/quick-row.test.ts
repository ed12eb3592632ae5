import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quickJudgedRow, quickLabelledRow } from '../../src/labels/quick-row.js';
import { judgedRowSchema, labelledRowSchema } from '../../src/records.js';
import { TOXICITY_LABELS } from '../../src/terms.js';

const GOOD = {
  input: 'you idiot',
  prediction: 'toxic',
  origin: 'user',
  human_check: true,
  true_label: 'not toxic',
  is_jailbreaking: 0,
  ds_original_idx: 7,
  columns: { lang: 'en', votes: 3, kept: true, note: null },
  sampling_probability: 0.5,
  sample_fraction: 0.25,
  model: 'm',
  provider: 'openai',
  prompt: 'p@1',
  dataset: 'd',
  split: null,
  usage: { prompt_tokens: 3, completion_tokens: 1 },
  cost_usd: 0.1,
  latency_ms: 12.5,
  score: 0.75,
  another: ['kept', 'as it is'],
};

const OWN = ['categories', 'answered_by', 'student_score', 'run', '__proto__'];

/** What a cell of a line may be, right or wrong. */
const anything = fc.constantFrom<unknown>(
  ...[null, true, 0, 1, 2, -1, 0.5, 2 ** 60, '', 'toxic', 'not toxic', 'Toxic', [], ['a']],
  ...[{}, { a: 1 }, { a: [] }, { prompt_tokens: 1, completion_tokens: 2 }],
  ...[{ prompt_tokens: 1, completion_tokens: 2, cached_tokens: 1 }, { prompt_tokens: 1.5 }],
);

/** A line with some keys taken away and others changed. */
const line = fc
  .tuple(
    fc.subarray(Object.keys(GOOD), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom(...Object.keys(GOOD), ...OWN), anything, { maxKeys: 2 }),
  )
  .map(([without, changed]) => {
    const row = { ...GOOD, ...changed } as Record<string, unknown>;
    for (const key of without) delete row[key];
    return JSON.stringify(row);
  });

describe.each([
  ['quickLabelledRow', quickLabelledRow, labelledRowSchema(TOXICITY_LABELS)],
  ['quickJudgedRow', quickJudgedRow, judgedRowSchema(TOXICITY_LABELS)],
] as const)('%s', (_, quick, schema) => {
  it('makes of a row what the schema does', () => {
    const { prediction: __, ...others } = GOOD;
    for (const row of [GOOD, { ...others, prediction: 'not toxic', split: 'test', usage: null }]) {
      expect(quick(structuredClone(row), TOXICITY_LABELS)).toEqual(schema.parse(row));
    }
  });

  it('takes nothing that the schema refuses, and nothing in another way', () => {
    fc.assert(
      fc.property(line, (json) => {
        const row = quick(JSON.parse(json), TOXICITY_LABELS);
        if (row === undefined) return;
        expect(row).toEqual(schema.parse(JSON.parse(json)));
      }),
      { numRuns: 2_000 },
    );
  });
});
