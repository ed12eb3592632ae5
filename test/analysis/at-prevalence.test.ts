import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import { reportSchema } from '../../src/analysis/report/report.js';
import { renderPrevalence } from '../../src/reports/text-prevalence.js';
import { analysisInput, contender } from '../helpers/analysis.js';

/** 10 positive rows and 90 others, of which a model finds 6 and calls 9 positive. */
const human = '1'.repeat(10) + '0'.repeat(90);
const said = '1'.repeat(6) + '0'.repeat(4) + '1'.repeat(9) + '0'.repeat(81);

const analysed = (codes: { said: string; human?: string }, settings = {}) =>
  analyse(
    analysisInput(
      { human: codes.human ?? human, teacher: human },
      [contender('small', codes.said)],
      settings,
    ),
  );
const smallOf = (report: ReturnType<typeof analyse>) => report.models[1];

describe('figures at another prevalence', () => {
  const report = analysed({ said }, { prevalence: 0.02 });

  it('are those of the recall and the false-alarm rate of the rows', () => {
    const at = smallOf(report)?.at_prevalence;
    // .02 * .6 = .012 are found, .98 * .1 = .098 are false alarms.
    expect(at?.precision.value).toBeCloseTo(0.012 / 0.11, 12);
    expect(at?.f1.value).toBeCloseTo((2 * 0.012) / (0.012 + 0.02 + 0.098), 12);
    expect(at?.alarms_per_1000.value).toBeCloseTo(110, 9);
    expect(at?.precision).toMatchObject({ n: 100, interval: 'jeffreys' });
    expect(at?.precision.low).toBeLessThan(0.1);
    expect(at?.precision.high).toBeGreaterThan(0.12);
  });

  it('are in the report, and the same each time', () => {
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(analysed({ said }, { prevalence: 0.02 })).toEqual(report);
  });

  it('are given for the teacher too, and shown', () => {
    expect(renderPrevalence(report)).toBe(`Where 2% of the texts are toxic
         precision          toxic F1           alarms in 1,000
  gpt-4  1.00 [0.39, 1.00]  1.00 [0.55, 1.00]  20 [16, 50]
  small  0.11 [0.05, 0.22]  0.18 [0.08, 0.33]  110 [64, 192]
`);
  });

  it('are absent where nobody asked', () => {
    const plain = analysed({ said });
    expect(smallOf(plain)).not.toHaveProperty('at_prevalence');
    expect(renderPrevalence(plain)).toBe('');
  });

  it('count unanswered rows as the other figures do', () => {
    const refused = { said: `${'1'.repeat(6)}rrrr${said.slice(10)}` };
    const recallOf = (settings: object) => smallOf(analysed(refused, settings))?.at_prevalence;
    // Excluded, 6 of 6 are found; wrong, 6 of 10.
    expect(recallOf({ prevalence: 0.5 })?.alarms_per_1000.value).toBeCloseTo(550, 9);
    const wrong = recallOf({ prevalence: 0.5, onUnanswered: 'wrong' });
    expect(wrong?.alarms_per_1000.value).toBeCloseTo(350, 9);
  });

  it('are null where the rows do not tell, and have no precision without an alarm', () => {
    const oneKind = analysed({ human: '0000', said: '0100' }, { prevalence: 0.02 });
    expect(smallOf(oneKind)?.at_prevalence).toBeNull();
    expect(renderPrevalence(oneKind)).toContain('not known: the rows are all of one kind');
    const silent = smallOf(analysed({ said: '0'.repeat(100) }, { prevalence: 0.02 }));
    expect(silent?.at_prevalence?.precision).toEqual({
      value: null,
      low: null,
      high: null,
      n: 100,
      interval: null,
    });
    expect(silent?.at_prevalence?.f1.value).toBe(0);
    expect(silent?.at_prevalence?.f1.high).toBeGreaterThan(0);
  });
});
