import { createHash } from 'node:crypto';
import { parseHTML } from 'linkedom';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { checkGates, parseGate } from '../../src/analysis/gates.js';
import type { ModelResult } from '../../src/analysis/report/model.js';
import { formatFigure, formatMoney, formatNumber } from '../../src/format.js';
import { escapeHtml, html } from '../../src/reports/html/markup.js';
import { render } from '../../src/reports/html/page.js';
import { chooseRenderer } from '../../src/reports/index.js';
import { HOSTILE_TEXTS, makeReport } from '../helpers/report.js';

const input = makeReport();
const gates = checkGates(input.report, [parseGate('toxic.f1=0.7')]);
const source = render({ ...input, gates });
const { document } = parseHTML(source);

const textOf = (selector: string) => document.querySelector(selector)?.textContent ?? '';
const headings = (of: typeof document) =>
  [...of.querySelectorAll('h2')].map(({ textContent }) => textContent);

describe('the HTML report', () => {
  it('is the same for the same report', () => {
    expect(render({ ...input, gates })).toBe(source);
  });

  it('has its parts, in order', () => {
    expect(headings(document)).toEqual([
      'Quality and cost',
      'Results',
      'Gates',
      'Charts',
      'Scores',
      'Confusion matrix',
      'Pairs',
      'On the rows that every model answered',
      'Agreement',
      'Slices',
      'Published results',
      'Disagreements',
      'Limitations of the other models',
      'Data and settings',
    ]);
  });

  it('begins with the findings in words', () => {
    expect(textOf('.finding')).toMatch(
      /^gpt-6-astra has a toxic F1 of 0\.90 \[0\.\d\d, 0\.\d\d\] \(95% interval\).* In 1,000 rows like these, 223 of them toxic, it misses /,
    );
  });

  it('says right beneath what limits them, and of the other models further down', () => {
    const { notes, models } = input.report;
    const best = models.find(({ name }) => name === 'gpt-6-astra');
    const others = models.filter((model) => model !== best);
    const of = (each: ModelResult) => each.notes.map((note) => `${each.name}: ${note}`);
    const items = (selector: string) =>
      [...document.querySelectorAll(`${selector} li`)].map(({ textContent }) => textContent);
    expect(document.querySelector('.finding + .caveats')).not.toBeNull();
    expect(others.flatMap(of).length).toBeGreaterThan(0);
    expect(items('.caveats')).toEqual([
      ...notes,
      ...(best ? of(best) : []),
      `${others.flatMap(of).length} more on the other models`,
    ]);
    expect(items('#limits')).toEqual(others.flatMap(of));
  });

  it('has a table of contents', () => {
    const links = [...document.querySelectorAll('.contents a')];
    expect(links.map(({ textContent }) => textContent)).toEqual(headings(document));
    for (const link of links) {
      const section = document.querySelector(link.getAttribute('href') ?? '');
      expect(section?.querySelector('h2')?.textContent).toBe(link.textContent);
    }
  });

  it('leaves out what there is nothing to say of', () => {
    const bare = makeReport({ contenders: ['one'], truth: 'teacher' });
    const report = {
      ...bare.report,
      models: bare.report.models.map(
        (model): ModelResult => ({
          ...model,
          curves: null,
          figures: { ...model.figures, auprc: undefined, brier: undefined },
          slices: [],
          agreement: null,
          notes: [],
        }),
      ),
      common: null,
      pairs: [],
      baselines: null,
      disagreements: [],
      notes: [],
    };
    const page = parseHTML(render({ ...bare, report })).document;
    expect(headings(page)).toEqual([
      'Results',
      'Charts',
      'Confusion matrix',
      'Disagreements',
      'Data and settings',
    ]);
    expect(page.querySelector('#disagreements')?.textContent).toContain('agree on every row');
  });

  it('shows the figures of the report and no others', () => {
    const [model] = input.report.models;
    if (!model) throw new Error('the fixture has a teacher');
    expect(textOf('#results tbody tr td')).toBe(formatFigure(model.figures.positive.f1));
    const counts = [...document.querySelectorAll('#confusion table:first-child td.num')];
    expect(counts.map((cell) => Number.parseInt(cell.textContent ?? '', 10))).toEqual([
      model?.confusion.positive.positive,
      model?.confusion.positive.negative,
      model?.confusion.positive.unanswered,
      model?.confusion.negative.positive,
      model?.confusion.negative.negative,
      model?.confusion.negative.unanswered,
    ]);
  });

  it('draws each chart with its intervals, a label and a table', () => {
    const figures = [...document.querySelectorAll('figure')];
    expect(figures.map((figure) => figure.querySelector('h3')?.textContent)).toEqual([
      'Toxic F1 by the cost of 1,000 rows',
      'The class toxic',
      'The class not toxic',
      'Precision and recall',
      'Reliability of the scores',
    ]);
    for (const figure of figures) {
      expect(figure.querySelectorAll('.chart[role=img][aria-label] > svg')).toHaveLength(2);
      expect(figure.querySelector('details table tbody tr')).not.toBeNull();
    }
    const bars = (place: number) =>
      figures[place]?.querySelectorAll('.wide .error-bar line').length;
    expect([bars(0), bars(1), bars(2)]).toEqual([5, 15, 15]);
  });

  it('opens with the curve of a cascade, which stands for the chart of models alone', () => {
    const [curve] = input.report.cascades ?? [];
    if (!curve) throw new Error('the fixture has a curve');
    const figure = document.querySelector('main > section:first-child figure');
    expect(figure?.querySelectorAll('.wide .curve path')).toHaveLength(1);
    expect(figure?.querySelectorAll('.wide .band path')).toHaveLength(1);
    expect(figure?.querySelectorAll('.wide .knee circle')).toHaveLength(1);
    expect(figure?.querySelector('.chart')?.getAttribute('aria-label')).toMatch(
      /^Toxic F1 against the cost of 1,000 rows\. mistral-7b, with gpt-6-astra: 0\.80 at 0% of rows, 0\.82 at 8\.3% of rows \(the knee\), 0\.91 at 100% of rows; .*gpt-4\.1 0\.89 at \$3;/,
    );
    const cells = [...(figure?.querySelectorAll('tbody tr') ?? [])].map((row) =>
      [...row.querySelectorAll('th, td')].map(({ textContent }) => textContent),
    );
    expect(cells).toHaveLength(5 + 11);
    const knee = curve.points[curve.knee];
    if (!knee) throw new Error('the curve of the fixture has a knee');
    expect(cells.find(([name]) => name?.endsWith('(the knee)'))).toEqual([
      'mistral-7b, with gpt-6-astra (the knee)',
      '8.3%',
      formatMoney(knee.usd_per_1000),
      formatFigure({ value: knee.f1, low: knee.low, high: knee.high }),
      formatNumber(knee.precision),
      formatNumber(knee.recall),
    ]);

    const alone = parseHTML(
      render({ ...input, report: { ...input.report, cascades: [] } }),
    ).document;
    expect(headings(alone)[0]).toBe('Results');
    expect(alone.querySelector('#charts h3')?.textContent).toBe('Quality and cost');
    expect(document.querySelectorAll('figure')).toHaveLength(
      alone.querySelectorAll('figure').length,
    );
  });

  it('draws the curve against the share of rows where no cost is known', () => {
    const cascades = input.report.cascades?.map((curve) => ({
      ...curve,
      teacher: 'people',
      points: curve.points.map((point) => ({ ...point, usd_per_1000: null })),
    }));
    const page = parseHTML(render({ ...input, report: { ...input.report, cascades } })).document;
    const figure = page.querySelector('figure');
    expect(figure?.querySelector('h3')?.textContent).toBe(
      'Toxic F1 by the share of rows asked of a teacher',
    );
    const texts = [...(figure?.querySelectorAll('.wide svg text') ?? [])];
    expect(texts.map(({ textContent }) => textContent)).toEqual(
      expect.arrayContaining(['0%', '20%', '100%', 'others', 'people', 'knee: 8.3% of rows']),
    );
    expect(figure?.querySelector('figcaption')?.textContent).toContain(
      'People are right by definition',
    );
  });

  it('says where a model stands whose cost is nothing or not known', () => {
    expect(textOf('figure')).toContain('What is free or of unknown cost stands beside the scale.');
    const ticks = [...document.querySelectorAll('figure .wide svg text')];
    expect(ticks.map(({ textContent }) => textContent)).toEqual(
      expect.arrayContaining(['free', 'unknown']),
    );
  });

  it('says how many times cheaper or dearer than the teacher each contender is', () => {
    const cells = [...document.querySelectorAll('#results tbody tr')].map(
      (row) => row.querySelector('td:nth-last-child(2)')?.textContent,
    );
    expect(cells).toEqual([
      '$3',
      '$0.0811 37 times cheaper',
      '$0',
      '$30 10 times dearer',
      'unknown',
    ]);
  });

  it('allows its own script and style by their hashes, and nothing else', () => {
    const policy = document.querySelector('meta[http-equiv]')?.getAttribute('content') ?? '';
    const hash = (tag: string) => {
      const [, text = ''] =
        new RegExp(`<${tag}(?: type="module")?>([\\s\\S]*?)</${tag}>`).exec(source) ?? [];
      return createHash('sha256').update(text).digest('base64');
    };
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash('style')}'; script-src 'sha256-${hash('script')}'; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(document.querySelectorAll('[style]')).toHaveLength(0);
    expect(document.querySelectorAll('style')).toHaveLength(1);
    expect(document.querySelectorAll('script:not([type="application/json"])')).toHaveLength(1);
  });

  it('refers to nothing outside itself', () => {
    const references = [...document.querySelectorAll('[src], [href], [srcset], [action]')];
    const [icon, ...links] = references.map((element) => element.getAttribute('href') ?? '');
    expect(icon).toBe('data:,');
    for (const link of links) expect(document.querySelector(link)?.tagName).toBe('SECTION');
    expect(source).not.toMatch(/@import|url\(/);
  });

  it('holds the texts as data that no tag ends, with hidden characters shown', () => {
    const block = /<script type="application\/json" id="row-data">(.*?)<\/script>/s.exec(source);
    const data = JSON.parse(block?.[1] ?? '') as { rows: [number, string][] };
    expect(block?.[1]).not.toMatch(/[<>&\u2028\u2029]/);
    expect(data.rows).toHaveLength(input.report.disagreements.length);
    expect(data.rows[0]?.[1]).toBe(HOSTILE_TEXTS[0]);
    expect(source).not.toMatch(/[^\P{C}\n]/u);
  });

  it('takes no name for markup', () => {
    for (let first = 0; first < HOSTILE_TEXTS.length; first += 10) {
      const contenders = HOSTILE_TEXTS.slice(first, first + 10);
      const page = render(makeReport({ contenders, rows: 60, bootstrap: 20 }));
      expect(page).not.toMatch(/<script>|<img|<svg onload|<!--</);
      expect(page.match(/<script/g)).toHaveLength(2);
    }
  });

  it('loads the chart library for an HTML report alone', async () => {
    vi.resetModules();
    vi.doMock('@observablehq/plot', () => {
      throw new Error('the chart library was loaded');
    });
    onTestFinished(() => {
      vi.doUnmock('@observablehq/plot');
      vi.resetModules();
    });
    const { chooseRenderer: choose } = await import('../../src/reports/index.js');
    for (const ending of ['.md', '.xml', '.csv', '.json']) {
      await expect(choose(`report${ending}`)(input)).resolves.toEqual(expect.any(String));
    }
    await expect(choose('report.html')(input)).rejects.toThrow();
  });

  it('is what the ending .html makes', async () => {
    expect(await chooseRenderer('a.html')({ ...input, gates })).toBe(source);
  });
});

describe('html', () => {
  it('escapes what is not markup, and leaves nothing for nothing', () => {
    const inner = html`<b>${'<i>"\'&'}</b>`;
    expect(html`${inner}${null}${false}${undefined}${[1, 'a\u202eb']}`.source).toBe(
      '<b>&#60;i&#62;&#34;&#39;&#38;</b>1a\\u202eb',
    );
    expect(escapeHtml('line\nline\0')).toBe('line\nline\\x00');
  });
});
