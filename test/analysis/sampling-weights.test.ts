import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import { reportSchema } from '../../src/analysis/report/report.js';
import { drawnWith } from '../../src/analysis/sampling-weights.js';
import { type JudgedRow, originColumns, rowOf, sampleOf } from '../../src/records.js';
import { render as renderHtml } from '../../src/reports/html/page.js';
import { renderPrevalence } from '../../src/reports/text-prevalence.js';
import { labelsOf } from '../../src/rows/labels.js';
import { TOXICITY_LABELS } from '../../src/terms.js';
import {
  analysisInput,
  contender,
  labels,
  labelledRow as row,
  rowTable,
} from '../helpers/analysis.js';

const truthOf = (codes: string) => labelsOf(labels(codes));
const drawn = (rows: readonly JudgedRow[], codes = '1'.repeat(rows.length)) => {
  const found = drawnWith(rowTable(rows), truthOf(codes));
  return found.kind === 'unequal' ? [...found.probabilities] : found;
};

describe('the probabilities of rows', () => {
  it('are those of a column', () => {
    const rows = [0.05, 1, 0.5].map((sampling_probability) => row({ sampling_probability }));
    expect(drawn(rows)).toEqual([0.05, 1, 0.5]);
  });

  it('say nothing where they are equal, or none is on record', () => {
    const same = [0.1 + 0.2, 0.3].map((sampling_probability) => row({ sampling_probability }));
    expect(drawn(same)).toEqual({ kind: 'equal' });
    expect(drawn([row(), row()])).toEqual({ kind: 'equal' });
  });

  it('weigh nothing where a row with a truth has none', () => {
    const rows = [row({ sampling_probability: 0.5 }), row({ sampling_probability: null }), row()];
    expect(drawn(rows)).toEqual({ kind: 'partly', missing: 2 });
    expect(drawn(rows, '1??')).toEqual({ kind: 'equal' });
  });

  it('are equal in a sample that has grown, and differ between samples of two datasets', () => {
    const of = (dataset: string, sample_fraction: number) => row({ dataset, sample_fraction });
    // The rows of the smaller sample were as likely to be in the larger one as the others.
    expect(drawn([of('a.csv', 0.1), of('a.csv', 0.3)])).toEqual({ kind: 'equal' });
    expect(drawn([of('a.csv', 0.1), of('a.csv', 0.3), of('b.csv', 0.01)])).toEqual([
      0.3, 0.3, 0.01,
    ]);
  });

  it('are multiplied where a sample was drawn of rows that had been drawn', () => {
    const rows = [0.5, 1].map((sampling_probability) =>
      row({ sampling_probability, sample_fraction: 0.2 }),
    );
    expect(drawn(rows)).toEqual([0.1, 0.2]);
  });

  it('go with a row from its dataset to a file and back', () => {
    const sample = {
      ...{ id: null, index: 3, text: 'x', label: null, humanChecked: null, jailbreaking: null },
      ...{ samplingProbability: 0.4, sampleFraction: 0.1 },
    };
    expect(originColumns(sample, TOXICITY_LABELS)).toMatchObject({
      sampling_probability: 0.4,
      sample_fraction: 0.1,
    });
    expect(sampleOf(rowOf(sample))).toEqual(sample);
    expect(sampleOf(row({ sampling_probability: null }))).not.toHaveProperty('samplingProbability');
  });
});

describe('a file that was drawn unequally', () => {
  // 40 rows that a filter had caught, all of them, and 100 of the 2,000 others.
  const human = `${'1'.repeat(20)}${'0'.repeat(20)}${'1'.repeat(5)}${'0'.repeat(95)}`;
  const said = `${'1'.repeat(16)}${'0'.repeat(4)}${'1'.repeat(8)}${'0'.repeat(12)}${'1'.repeat(2)}${'0'.repeat(3)}${'1'}${'0'.repeat(94)}`;
  const input = analysisInput({ human, teacher: human }, [contender('small', said)]);
  const rows = input.rows.map((each, i) => ({ ...each, sampling_probability: i < 40 ? 1 : 0.05 }));
  const weighed = (settings: object) =>
    analyse({ ...input, rows, settings: { ...input.settings, ...settings } });
  const report = weighed({});
  const small = report.models[1]?.at_prevalence;

  it('has figures of what it was drawn from', () => {
    // 20 + 5 x 20 of 2,040 are toxic; 16 + 2 x 20 of them are found; 8 + 20 false alarms.
    expect(small?.share?.value).toBeCloseTo(120 / 2040, 12);
    expect(small?.prevalence).toBe(small?.share?.value);
    expect(small?.recall?.value).toBeCloseTo(56 / 120, 12);
    expect(small?.precision.value).toBeCloseTo(56 / 84, 12);
    expect(small?.f1.value).toBeCloseTo(112 / 204, 12);
    expect(small?.f1).toMatchObject({ n: 140, interval: 'jeffreys' });
    expect(small?.alarms_per_1000.value).toBeCloseTo((1000 * 84) / 2040, 9);
    // The rows as drawn: 18 of 25 found.
    expect(report.models[1]?.figures.positive.recall.value).toBeCloseTo(18 / 25, 12);
  });

  it('moves them to a share that is named', () => {
    const named = weighed({ prevalence: 0.02 }).models[1]?.at_prevalence;
    const [found, wrong] = [0.02 * (56 / 120), 0.98 * (28 / 1920)];
    expect(named?.prevalence).toBe(0.02);
    expect(named?.share).toEqual(small?.share);
    expect(named?.precision.value).toBeCloseTo(found / (found + wrong), 12);
  });

  it('says so in the terminal, on the page and in a note', () => {
    const [title = '', head = '', , line = ''] = renderPrevalence(report).split('\n');
    expect(title).toMatch(
      /^The texts that the rows were drawn from, of which 5\.88% \[\d\.\d+%, \d+\.\d+%\] are toxic$/,
    );
    expect(head).toMatch(/^ +precision +recall +toxic F1 +alarms in 1,000$/);
    expect(line).toMatch(/^ {2}small +0\.67 \[.*\] +0\.47 \[.*\] +0\.55 \[.*\] +41 \[\d+, \d+\]$/);
    expect(renderPrevalence(weighed({ prevalence: 0.02 }))).toMatch(
      /^Where 2% of the texts are toxic; rows weighed by how likely they were to be drawn\n/,
    );
    expect(renderHtml({ report, rows, verdicts: new Map() })).toContain(
      'The texts that the rows were drawn from',
    );
    expect(report.notes.join()).toContain(
      'The rows were drawn with probabilities from 0.05 to 1.00: figures, pairs and gates are of the rows as drawn.',
    );
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  it('changes nothing where the probabilities are equal or not all known', () => {
    const equal = rows.map((each) => ({ ...each, sampling_probability: 0.05 }));
    expect(analyse({ ...input, rows: equal })).toEqual(analyse(input));
    const partly = rows.map((each, i) =>
      i === 3 ? { ...each, sampling_probability: null } : each,
    );
    const found = analyse({ ...input, rows: partly });
    expect(found.models).toEqual(analyse(input).models);
    expect(found.notes.join()).toContain('1 row has no sampling probability on record');
  });

  it('does not depend on the order of its rows', () => {
    const turned = analysisInput(
      { human: [...human].reverse().join(''), teacher: [...human].reverse().join('') },
      [contender('small', [...said].reverse().join(''))],
    );
    const reversed = turned.rows.map((each, i) => ({
      ...each,
      sampling_probability: i < 100 ? 0.05 : 1,
    }));
    expect(analyse({ ...turned, rows: reversed }).models[1]?.at_prevalence).toEqual(small);
  });

  it('is stated as the mean over the runs', () => {
    const runs = [said, human].map((codes) => contender('x', codes).verdicts);
    const twice = analyse({ ...input, rows, contenders: [contender('small', said, { runs })] });
    expect(twice.models[1]?.at_prevalence?.recall?.value).toBeCloseTo((56 / 120 + 1) / 2, 12);
  });
});
