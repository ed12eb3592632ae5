import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../src/analysis/outcomes.js';
import { plan } from '../../src/analysis/plan.js';
import { atPrevalence } from '../../src/metrics/prevalence.js';
import { renderPlan } from '../../src/reports/text-plan.js';
import { labels } from '../helpers/analysis.js';

const TEXT = readFileSync(new URL('../../docs/planning-a-run.md', import.meta.url), 'utf8');
const IN_ONE_LINE = TEXT.replaceAll(/\s+/g, ' ');

/** The file of the example, and any model beside one like it. */
const example = (margin = 0.02) =>
  plan({
    truth: labelsOf(labels('1'.repeat(70) + '0'.repeat(930))),
    teacher: null,
    contenders: [{ name: 'a model', verdicts: null }],
    policy: 'exclude',
    confidence: 0.95,
    margin,
    runsPerRow: 1,
    assumedF1: 0.7,
  });

describe('docs/planning-a-run.md', () => {
  it('shows what --plan prints', () => {
    expect(TEXT).toContain(`\`\`\`\n${renderPlan(example())}\`\`\``);
  });

  it('states what other margins need', () => {
    for (const margin of [0.05, 0.1]) {
      const needed = example(margin).pairs[0]?.rowsForMargin ?? 0;
      expect(IN_ONE_LINE).toContain(`${margin} needs ${needed.toLocaleString('en-US')}`);
    }
  });

  it('states what becomes of the example where 2% are toxic', () => {
    const options = { draws: 2000, confidence: 0.95, seed: 0 };
    const found = atPrevalence({ tp: 49, fn: 21, fp: 21, tn: 909 }, 0.02, options);
    expect(IN_ONE_LINE).toContain(
      `a precision of ${found?.precision.value.toFixed(2)}, an F1 of ${found?.f1.value.toFixed(2)} and ${found?.alarmsPer1000.value.toFixed(0)} alarms in 1,000 rows`,
    );
  });
});
