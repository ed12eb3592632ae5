import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import { figuresOf } from '../../src/analysis/figures.js';
import { reportSchema } from '../../src/analysis/report/report.js';
import { averageScores, meanOf, rerunOf, wholeRuns } from '../../src/analysis/rerun.js';
import { singly } from '../../src/metrics/clusters.js';
import { renderRerun } from '../../src/reports/text-rerun.js';
import { labelsOf } from '../../src/rows/labels.js';
import { analysisInput, contender, labels, verdicts } from '../helpers/analysis.js';

const human = '1111000000';
/** F1 of 3/4 (3 hits, 1 missed, 1 alarm), of 1/2 (2, 2, 2), and of 1. */
const codes = ['1110100000', '1100110000', '1111000000'] as const;
const runs = codes.map((each) => verdicts(each));

const analysed = (all: readonly string[], settings = {}) =>
  analyse(
    analysisInput(
      { human, teacher: human },
      [contender('a', all[0] ?? '', { runs: all.map((each) => verdicts(each)) })],
      settings,
    ),
  );

describe('rows that were asked more than once', () => {
  const report = analysed(codes, { prevalence: 0.1 });
  const model = report.models[1];

  it('have figures that are the means over the runs, of as many rows as there are', () => {
    expect(model?.figures.positive.f1.value).toBeCloseTo((0.75 + 0.5 + 1) / 3, 12);
    expect(model?.figures.accuracy.value).toBeCloseTo((0.8 + 0.6 + 1) / 3, 12);
    expect(model?.figures.accuracy.n).toBe(10);
    expect(model?.figures.positive.support).toBe(4);
    expect(model?.rows).toMatchObject({ total: 10, answered: 10, compared: 10 });
    const recalls = [0.75, 0.5, 1].map((r, i) => 100 * r + 900 * ([1, 2, 0][i] ?? 0) * (1 / 6));
    const alarms = recalls.reduce((sum, each) => sum + each, 0) / 3;
    expect(model?.at_prevalence?.alarms_per_1000.value).toBeCloseTo(alarms, 9);
  });

  it('have an interval that is as wide as that of one run, not of three times the rows', () => {
    const widths = codes.map((each) => {
      const { low, high } = analysed([each]).models[1]?.figures.accuracy ?? {};
      return (high ?? 0) - (low ?? 0);
    });
    const { low, high } = model?.figures.accuracy ?? {};
    const mean = widths.reduce((sum, width) => sum + width, 0) / 3;
    expect((high ?? 0) - (low ?? 0)).toBeCloseTo(mean, 12);
  });

  it('tell what changes between runs', () => {
    // The deviation of .75, .5 and 1 from their mean is .25; rows 2, 3, 4 and 5 change.
    expect(model?.rerun).toEqual({ runs: 3, f1_sd: 0.25, changed: 4, rows: 10 });
    expect(renderRerun(report)).toBe(`Asked again: what changed between runs
     runs  SD of toxic F1  label changed
  a  3     0.250           4 of 10 rows (40%)
`);
    expect(model?.notes.join()).toContain('its rows were asked 3 times');
  });

  it('are in the report as the schema describes it, each run among them', () => {
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(report.rows.said.a).toBe(codes[0]);
    expect(report.rows.reruns).toEqual({ a: codes.slice(1) });
  });

  it('are paired by the means of their runs, in accuracy by the first', () => {
    const [pair] = report.pairs;
    // 3 hits, 1 missed and 1 alarm on average; the teacher is right.
    expect(pair?.f1_difference.value).toBeCloseTo(6 / 8 - 1, 12);
    expect(pair).toMatchObject({ n: 10, positive: 4 });
    const [first] = analysed([codes[0]]).pairs;
    expect(pair?.mcnemar).toEqual(first?.mcnemar);
  });

  it('say nothing of reruns where there was one', () => {
    const once = analysed([codes[0]]);
    expect(once.models[1]).not.toHaveProperty('rerun');
    expect(renderRerun(once)).toBe('');
    expect(once).toEqual(
      analyse(analysisInput({ human, teacher: human }, [contender('a', codes[0])])),
    );
  });
});

describe('what changes between runs', () => {
  const truth = labelsOf(labels(human));

  it('is counted on the rows that every run answered', () => {
    const refusing = [verdicts('r110100000'), verdicts('0110100000')];
    expect(rerunOf(refusing, { truth, policy: 'exclude' })).toMatchObject({ changed: 0, rows: 9 });
    expect(rerunOf(runs.slice(0, 1), { truth, policy: 'exclude' })).toBeNull();
  });

  it('has no deviation where a run has no F1', () => {
    const none = [verdicts('-'.repeat(10)), verdicts(codes[0])];
    expect(rerunOf(none, { truth, policy: 'exclude' })?.f1_sd).toBeNull();
  });

  it('leaves out a run that was stopped', () => {
    const stopped = verdicts('1110------');
    const failed = verdicts('111x100000');
    const [a, b] = runs;
    expect(wholeRuns([...runs, stopped, failed])).toEqual([...runs, failed]);
    expect(wholeRuns([stopped, ...(a && b ? [a, b] : [])])).toHaveLength(3);
  });
});

describe('means over runs', () => {
  it('have no value where one run has none', () => {
    const silent = figuresOf(singly([0, 0, 4, 6]), OPTIONS);
    const other = figuresOf(singly([2, 1, 2, 5]), OPTIONS);
    const { precision, recall } = meanOf([silent, other]).positive;
    expect(precision).toMatchObject({ value: null, low: null, high: null });
    expect(recall.value).toBe(0.25);
    expect(precision.n).toBe(2);
  });

  it('are taken of scores row by row', () => {
    const [a, b] = [
      verdicts('10r', { scores: [0.9, 0.2] }),
      verdicts('1r1', { scores: [0.5, 0, 0.8] }),
    ];
    const scores = Array.from(averageScores([a, b]), (verdict) =>
      verdict?.outcome === 'answered' ? verdict.score : verdict?.outcome,
    );
    expect(scores).toEqual([0.7, 0.2, 'refused']);
  });
});

const OPTIONS = { resamples: 200, confidence: 0.95, seed: 1 };
