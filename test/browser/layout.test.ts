import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/analysis/report.js';
import { render } from '../../src/reports/html/page.js';
import { qualityCostChart } from '../../src/reports/html/quality-cost.js';
import { STYLE } from '../../src/reports/html/style.js';
import { canBrowse, launch, openTab, type Tab } from '../helpers/browser.js';
import { makeReport } from '../helpers/report.js';

const DESK = { viewport: { width: 1280, height: 900 } };
const PHONE = { width: 390, height: 844 };
/** A4 less its margins. */
const PAPER = { width: 688, height: 1017 };

const LONG_NAMES = ['openpipe:my-tuned-mistral-7b-prune-2026-11', 'x'.repeat(80)];
const wholePage = render(makeReport({ rows: 200, contenders: LONG_NAMES, bootstrap: 20 }));

const NAMES = ['teacher', 'student:a', 'gpt-4o-mini', 'mmmmmmm', 'llama-guard-3-8b', 'my-server'];
const { report } = makeReport({ rows: 60, contenders: NAMES.slice(1), bootstrap: 20 });

/** What a model has of a chart: F1, the half of its interval, dollars for 1,000 rows. */
type Drawn = readonly [f1: number, half: number, usd: number | null, name?: string];

/** A chart, the teacher first. */
const CHARTS: Record<string, readonly Drawn[]> = {
  'two apart': [
    [0.9, 0.04, 3],
    [0.7, 0.05, 0.08],
  ],
  'one point': NAMES.map(() => [0.8, 0.04, 0.08]),
  'the best among its neighbours': [
    [0.8, 0.04, 3],
    [0.801, 0.04, 0.08],
    [0.802, 0.04, 0.0801],
    [0.803, 0.04, 0.0802],
    [0.8, 0.04, 0.0803],
  ],
  'nothing has a price': NAMES.map((_, i) => [0.85 - 0.001 * i, 0.03, 0]),
  'free, priced and unknown': [
    [0.85, 0.03, 3],
    [0.7, 0.05, 0],
    [0.701, 0.05, 0],
    [0.7, 0.05, null],
    [0.7, 0.05, null],
    [0.9, 0.02, 30],
  ],
  'at the right edge': NAMES.map((_, i) => [0.7 + 0.01 * i, 0.05, 7 - 0.001 * i]),
  'long names': [
    [0.89, 0.03, 3],
    [0.89, 0.03, 30, 'student:outputs/2026-11/student-a.json'],
    [0.88, 0.03, 30, 'student:outputs/2026-11/student-b.json'],
    [0.5, 0.05, 0, 'W'.repeat(60)],
  ],
};

/** The report with these figures in place of its own. */
function drawn(figures: readonly Drawn[]): Report {
  const models = figures.flatMap(([f1, half, usd, name], i) => {
    const model = report.models[i];
    if (!model) return [];
    const { positive } = model.figures;
    const measured = { ...positive.f1, value: f1, low: f1 - half, high: f1 + half };
    return {
      ...model,
      name: name ?? NAMES[i] ?? '',
      figures: { ...model.figures, positive: { ...positive, f1: measured } },
      cost: { ...model.cost, per_1000_rows: usd },
    };
  });
  return { ...report, models };
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
interface Chart {
  readonly frame: Box;
  readonly marks: readonly (Box & { readonly colour: string })[];
  readonly poles: readonly (Box & { readonly colour: string })[];
  readonly flags: readonly (Box & { readonly text: string })[];
}

/** Where the visible drawings have their parts, in the order of CHARTS. */
const geometry = (page: Page): Promise<Chart[]> =>
  page.locator('.chart:visible > svg').evaluateAll((drawings) =>
    drawings.map((drawing) => {
      const boxOf = (part: typeof drawing) => {
        const { left, right, top, bottom } = part.getBoundingClientRect();
        return { left, right, top, bottom };
      };
      const parts = (selector: string, attribute: string) =>
        [...drawing.querySelectorAll(selector)].map((part) => ({
          ...boxOf(part),
          colour: part.getAttribute(attribute) ?? '',
        }));
      return {
        frame: boxOf(drawing),
        marks: parts('.point path', 'fill'),
        poles: parts('.pole line', 'stroke'),
        flags: [...drawing.querySelectorAll('.flag text')].map((part) => ({
          ...boxOf(part),
          text: part.textContent ?? '',
        })),
      };
    }),
  );

const centre = ({ left, right }: Box) => (left + right) / 2;

/** The sides by which two rectangles overlap: the shorter. */
const overlap = (a: Box, b: Box) =>
  Math.min(
    Math.min(a.right, b.right) - Math.max(a.left, b.left),
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top),
  );

const distance = (a: Box, b: Box) =>
  Math.hypot(
    Math.max(0, a.left - b.right, b.left - a.right),
    Math.max(0, a.top - b.bottom, b.top - a.bottom),
  );

describe.skipIf(!canBrowse)('the layout of the HTML report', () => {
  let browser: Browser;
  let page: Page;
  let open: Tab['open'];
  beforeAll(async () => {
    browser = await launch();
    ({ page, open } = await openTab(browser));
  });
  afterAll(() => browser?.close());

  it('names each mark of the chart of quality and cost', async () => {
    const charts = Object.values(CHARTS).map((each) => qualityCostChart(drawn(each))?.source);
    await open(`<style>${STYLE}</style>${charts.join('')}`, DESK);
    for (const width of [DESK.viewport.width, PHONE.width]) {
      await page.setViewportSize({ width, height: 900 });
      const found = await geometry(page);
      expect(found).toHaveLength(charts.length);
      for (const [i, [title, models]] of Object.entries(CHARTS).entries()) {
        const { frame, marks, poles, flags } = found[i] as Chart;
        expect([marks.length, flags.length], `${title}, ${width}`).toEqual([
          models.length,
          models.length,
        ]);
        const ofModel = models.map(([, , , name], place) => {
          const colour = `var(--series-${place})`;
          const mark = marks.find((each) => each.colour === colour) as Box;
          const pole = poles.find((each) => each.colour === colour) as Box;
          const end = { ...pole, bottom: pole.top };
          const [flag] = flags.toSorted((a, b) => distance(a, end) - distance(b, end));
          const [head = '', tail = ''] = (flag?.text ?? '').split('…');
          expect(name ?? NAMES[place], `${title}, ${width}: ${place}`).toMatch(
            new RegExp(`^${head}.*${tail}$`),
          );
          expect(distance(flag as Box, end), `${title}, ${width}: ${place}`).toBeLessThan(7);
          expect(
            Math.abs(centre(pole) - centre(mark)),
            `${title}, ${width}: ${place}`,
          ).toBeLessThan(1);
          return { mark, pole, flag: flag as Chart['flags'][number] };
        });
        expect(new Set(flags.map(({ text }) => text)).size, `${title}, ${width}`).toBe(
          models.length,
        );
        for (const [place, { mark, flag }] of ofModel.entries()) {
          const others = ofModel.filter((_, other) => other !== place);
          const covered = [
            ...others.map((other) => overlap(mark, other.mark)),
            ...others.map((other) => overlap(flag, other.flag)),
            ...others.map((other) => overlap(flag, other.pole)),
            ...ofModel.map((other) => overlap(flag, other.mark)),
          ];
          expect(Math.max(...covered), `${title}, ${width}: ${place}`).toBeLessThanOrEqual(1);
          expect(flag.left, `${title}, ${width}`).toBeGreaterThanOrEqual(frame.left);
          expect(flag.right, `${title}, ${width}`).toBeLessThanOrEqual(frame.right);
          expect(flag.top, `${title}, ${width}`).toBeGreaterThanOrEqual(frame.top);
        }
      }
    }
  });

  it('shows what each model costs on a phone', async () => {
    await open(wholePage, { viewport: PHONE });
    const costs = page.locator('#results [data-label^="$"]');
    expect(await costs.count()).toBe(3);
    for (const cost of await costs.all()) {
      const { x = -1, width = PHONE.width } = (await cost.boundingBox()) ?? {};
      expect(x).toBeGreaterThan(0);
      expect(x + width).toBeLessThan(PHONE.width);
    }
    expect(await cutTables(page)).not.toContain('Results');
  });

  it('cuts no table at a desk or on paper, however long the names', async () => {
    await open(wholePage, DESK);
    expect(await cutTables(page)).toEqual([]);
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize(PAPER);
    expect(await cutTables(page)).toEqual([]);
  });

  it('prints the rows whose text is open, and no others', async () => {
    await open(wholePage, DESK);
    await page.locator('#rows summary').nth(1).click();
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#rows tbody tr:visible').count()).toBe(1);
    await page.emulateMedia({ media: 'screen' });
    await page.locator('#rows summary').nth(1).click();
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#rows:visible').count()).toBe(0);
    expect(await page.locator('.on-paper').isVisible()).toBe(true);
  });
});

/** The tables that are wider than their place. */
const cutTables = (page: Page) =>
  page
    .locator('.scroll')
    .evaluateAll((regions) =>
      regions
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map((region) => region.getAttribute('aria-label')),
    );
