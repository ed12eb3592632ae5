import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import { plan } from '../../src/analysis/plan.js';
import { atPrevalence } from '../../src/metrics/prevalence.js';
import { renderPlan } from '../../src/reports/text-plan.js';
import { renderPrevalence } from '../../src/reports/text-prevalence.js';
import { renderRerun } from '../../src/reports/text-rerun.js';
import { labelsOf } from '../../src/rows/labels.js';
import { TOXICITY_LABELS } from '../../src/terms.js';
import { analysisInput, contender, labels, verdicts } from '../helpers/analysis.js';

const TEXT = readFileSync(new URL('../../docs/planning-a-run.md', import.meta.url), 'utf8');
const IN_ONE_LINE = TEXT.replaceAll(/\s+/g, ' ');

/** The file of the example, and any model beside one like it. */
const example = (margin = 0.02) =>
  plan({
    names: TOXICITY_LABELS,
    truth: labelsOf(labels('1'.repeat(70) + '0'.repeat(930))),
    teacher: null,
    contenders: [{ name: 'a model', verdicts: null }],
    policy: 'exclude',
    confidence: 0.95,
    margin,
    runsPerRow: 1,
    assumedF1: 0.7,
  });

/** The model of the example, asked three times. */
function askedAgain() {
  const said = (hits: number, alarms: number) =>
    '1'.repeat(hits) + '0'.repeat(70 - hits) + '1'.repeat(alarms) + '0'.repeat(930 - alarms);
  const human = '1'.repeat(70) + '0'.repeat(930);
  const codes = [said(49, 21), said(47, 24), said(50, 20)];
  const runs = codes.map((each) => verdicts(each));
  const asked = contender('a model', said(49, 21), { runs });
  const f1 = codes.map((each) => {
    const once = analyse(analysisInput({ human, teacher: human }, [contender('a', each)]));
    return once.models[1]?.figures.positive.f1.value ?? 0;
  });
  return { report: analyse(analysisInput({ human, teacher: human }, [asked])), f1 };
}

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

  it('shows what asking again prints', () => {
    const { report, f1 } = askedAgain();
    expect(TEXT).toContain(`\`\`\`\n${renderRerun(report)}\`\`\``);
    const [first, second, third] = f1.map((value) => value.toFixed(2));
    expect(IN_ONE_LINE).toContain(`its F1 would be ${first}, ${second} and ${third}:`);
  });
});

describe('the example of an unequal draw', () => {
  const part = (found: number, alarms: number, missed: number, quiet: number) => ({
    human: `${'1'.repeat(found)}${'0'.repeat(alarms)}${'1'.repeat(missed)}${'0'.repeat(quiet)}`,
    said: `${'1'.repeat(found + alarms)}${'0'.repeat(missed + quiet)}`,
  });
  const [caught, others] = [part(60, 90, 20, 230), part(2, 6, 3, 589)];
  const human = caught.human + others.human;
  const input = analysisInput(
    { human, teacher: human },
    [contender('a model', caught.said + others.said)],
    { bootstrap: 2000, seed: 0 },
  );
  const rows = input.rows.map((row, i) => ({
    ...row,
    sampling_probability: i < caught.human.length ? 1 : 0.05,
  }));
  const report = analyse({ ...input, rows });

  it('is what its rows come to', () => {
    expect([caught.human.length, others.human.length]).toEqual([400, 600]);
    const [title = '', head = '', , line = ''] = renderPrevalence(report).split('\n');
    const shown = TEXT.split('\n').map((each) => each.replaceAll(/ +/g, ' '));
    const withoutTeacher = [title, head, line].map((each) => each.replaceAll(/ +/g, ' '));
    expect(withoutTeacher.filter((each) => !shown.includes(each))).toEqual([]);
  });

  it('sets the rows as drawn beside it', () => {
    const { recall, precision, f1 } = report.models[1]?.figures.positive ?? {};
    const [r, p, f] = [recall, precision, f1].map((figure) => figure?.value?.toFixed(2));
    expect(IN_ONE_LINE).toContain(`a recall of ${r}, a precision of ${p} and an F1 of ${f},`);
  });
});
