import { describe, expect, it } from 'vitest';
import { agreementOf } from '../../src/analysis/agreement.js';
import { disagreementsOf } from '../../src/analysis/disagreements.js';
import { labelsOf } from '../../src/rows/labels.js';
import { labelledRow, labels, rowTable, verdicts } from '../helpers/analysis.js';

const options = { resamples: 100, confidence: 0.95, seed: 1 };
const column = (codes: string) => labelsOf(labels(codes));

describe('agreementOf', () => {
  const agreement = agreementOf(
    // Rows: all agree twice, contender alone, teacher alone, human alone, no human, not answered.
    {
      human: column('1000' + '1?1'),
      teacher: column('1001' + '010'),
      contender: column('1010' + '01r'),
      clusterOf: Uint32Array.of(0, 1, 2, 3, 4, 5, 6),
    },
    options,
  );
  it('counts two by two on the rows that the contender answered', () => {
    expect(agreement.with_teacher.agreement).toMatchObject({ value: 4 / 6, n: 6 });
    expect(agreement.with_human?.agreement).toMatchObject({ value: 3 / 5, n: 5 });
    expect(agreement.teacher_with_human?.agreement).toMatchObject({ value: 3 / 5, n: 5 });
  });
  it('computes kappa beyond chance', () => {
    // With the teacher: po 4/6, three of six positive on either side, pe 1/2.
    expect(agreement.with_teacher.kappa.value).toBeCloseTo((4 / 6 - 1 / 2) / (1 / 2), 14);
  });
  it('says who stands alone', () => {
    expect(agreement.three_way).toEqual({
      all_agree: 2,
      contender_alone: 1,
      teacher_alone: 1,
      human_alone: 1,
    });
  });
  it('has nothing to say of people where they labelled nothing', () => {
    const clusterOf = Uint32Array.of(0, 1);
    const none = { human: column('??'), teacher: column('10'), contender: column('11'), clusterOf };
    expect(agreementOf(none, options)).toMatchObject({
      with_human: null,
      teacher_with_human: null,
      three_way: null,
    });
  });
});

describe('disagreementsOf', () => {
  const human = labels('1010?1');
  const rows = labels('100010').map((teacher, index) =>
    labelledRow({
      ds_original_idx: index + 100,
      input: `text ${index}`,
      true_label: human[index] ?? null,
      prediction: teacher ?? 'negative',
    }),
  );
  const found = disagreementsOf(rowTable(rows), [
    { name: 'a', verdicts: verdicts('1r10-0', { scores: [0.9, 0.1, 0.8] }) },
    { name: 'b', verdicts: verdicts('11f010') },
  ]);

  it('holds the rows where not all who gave a label gave the same', () => {
    expect(found.map(({ row }) => row)).toEqual([1, 2, 5]);
  });
  it('says what each said, with the score where there is one', () => {
    expect(found[1]).toEqual({
      row: 2,
      index: 102,
      input: 'text 2',
      human: 'positive',
      teacher: 'negative',
      said: { a: 'positive', b: 'filtered' },
      scores: { a: 0.8 },
    });
  });
});
