import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import { checkGates, parseGate } from '../../src/analysis/gates.js';
import { noWorseThan } from '../../src/analysis/no-worse-than.js';
import type { ModelResult } from '../../src/analysis/report/model.js';
import type { Report } from '../../src/analysis/report/report.js';
import { formatFigure } from '../../src/format.js';
import { render as renderHtml } from '../../src/reports/html/page.js';
import { render as renderMarkdown } from '../../src/reports/markdown.js';
import { mistakesInWords } from '../../src/reports/mistakes.js';
import { renderText } from '../../src/reports/text.js';
import { findings } from '../../src/reports/words.js';
import { analysisInput, contender, verdicts } from '../helpers/analysis.js';

const truth = '1'.repeat(20) + '0'.repeat(60);
const said = `${'1'.repeat(15)}${'0'.repeat(62)}111`;
const once = analysisInput({ human: truth, teacher: truth }, [contender('a', said)]);

const htmlOf = (report: Report) => renderHtml({ report, rows: once.rows, verdicts: new Map() });

const markdownOf = (report: Report) =>
  renderMarkdown({ report, rows: once.rows, verdicts: new Map() });

const NONE = { value: null, low: null, high: null };

/** The titles of the screen that state what their tables are of. */
const titles = (report: Report) =>
  renderText(report, { full: true })
    .split('\n')
    .filter((line) => /^(Confusion|Agreement|Pairs|Slices)/.test(line))
    .map((line) => line.replace(/ \(.*/, ''));

describe('what pairs are of', () => {
  it('goes without saying where all rows have a label and were asked once', () => {
    const report = analyse(once);
    expect(titles(report)).toEqual([
      'Confusion matrix',
      'Agreement',
      'Pairs by toxic F1, on rows for which both have a label',
      'Pairs by accuracy',
    ]);
    expect(htmlOf(report)).not.toContain('<p class="note">Pairs');
  });

  it('is said where rows were asked more than once', () => {
    const runs = [said, truth].map((codes) => verdicts(codes));
    const report = analyse({ ...once, contenders: [contender('a', said, { runs })] });
    expect(titles(report)).toEqual([
      'Confusion matrix, first run',
      'Agreement, first run',
      'Pairs by toxic F1, on rows for which both have a label in each run, means over runs',
      'Pairs by accuracy, first run',
    ]);
    const page = htmlOf(report);
    expect(page).toContain('compare means over the runs, those by accuracy the first run.');
    expect(page).toContain('Confusion matrix, first run');
  });

  it('is said where figures for all rows stand beside those of the labelled ones', () => {
    const human = truth.replaceAll(/(..)../g, '$1??');
    const partly = analysisInput({ human, teacher: truth }, [contender('a', said)]);
    const sample = { kind: 'uniform', strata: partly.rows.map(() => 'all'), blank: 0 } as const;
    const report = analyse({ ...partly, humanSample: sample });
    expect(titles(report)).toContain(
      'Pairs by toxic F1, on the labelled rows alone, where both have a label',
    );
    const screen = renderText(report).replaceAll(/\s+/g, ' ');
    expect(screen).toContain(
      '40 rows have no human label: pairs and all figures but those for all rows are of the others alone. [labels-taken-as-random]',
    );
    expect(screen).toContain('On the 40 human-labelled rows for which both have a label, ');
    expect(htmlOf(report)).toContain('Pairs are of the labelled rows alone.');
    const [f1, bound, accuracy, coverage] = checkGates(report, [
      parseGate('toxic.f1=0.99'),
      parseGate('toxic.recall=0.99', 'bound'),
      parseGate('accuracy=0.99'),
      parseGate('coverage=0'),
    ]);
    const [, { all_rows: all } = {}] = report.models;
    expect(f1?.reason).toMatch(/^it is 0\.\d\d for all rows, short by/);
    expect([f1?.value, bound?.value]).toEqual([all?.f1.value, all?.recall.low]);
    expect(accuracy?.reason).toMatch(/^it is 0\.\d\d on the labelled rows alone, short by/);
    const [finding] = findings(report);
    expect(finding).toContain(
      `F1 of ${formatFigure(all?.f1 ?? NONE)} (95% interval) for all 80 rows, of which people labelled 40;`,
    );
    expect(mistakesInWords(report, report.models[1] as ModelResult)).toBeNull();
    expect(htmlOf(report)).toContain('Results on the labelled rows');
    expect(htmlOf(report)).toContain('Quality and cost on the labelled rows');
    expect(markdownOf(report)).toContain('\n\nOn the labelled rows:\n\n| model ');
    for (const page of [htmlOf(report), markdownOf(report)])
      expect(page).toContain('for all 80 rows, of which people labelled 40');
    expect(coverage?.reason).toBe('it is 1.00');
    const [gate] = noWorseThan(report, report, 0.02);
    expect(gate?.reason).toMatch(/^on 40 shared rows with a human label it changed by/);
    const without = analyse(partly);
    expect(titles(without)).toContain('Pairs by toxic F1, on rows for which both have a label');
    expect(noWorseThan(without, without, 0.02)[0]?.reason).toMatch(/^on 40 shared rows it changed/);
  });
});
