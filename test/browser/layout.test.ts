import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CascadeCurve } from '../../src/analysis/report/comparisons.js';
import type { Report } from '../../src/analysis/report/report.js';
import { cascadeChart } from '../../src/reports/html/cascade-chart.js';
import { render } from '../../src/reports/html/page.js';
import { qualityCostChart } from '../../src/reports/html/quality-cost.js';
import { STYLE } from '../../src/reports/html/style.js';
import { canBrowse, openTab, sharedBrowser, type Tab } from '../helpers/browser.js';
import { makeReport } from '../helpers/report.js';

const DESK = { viewport: { width: 1280, height: 900 } };
const TABLET = { width: 768, height: 1024 };
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

/** A curve: who takes part, its F1 from first to last by way of its best, dollars of the teacher. */
type Curved = readonly [
  student: string,
  teacher: string,
  f1: readonly number[],
  usd: number | null,
];

const PAIR: readonly Drawn[] = [
  [0.7, 0.04, 3],
  [0.6, 0.05, 0],
];
const RISING = [0.6, 0.72, 0.78, 0.8, 0.8, 0.77, 0.7];

/** Charts of cascades, the teacher first. */
const CURVES: Record<string, { models: readonly Drawn[]; curves: readonly Curved[] }> = {
  'a student and its teacher': { models: PAIR, curves: [['student:a', 'teacher', RISING, 3]] },
  'neither is a contender': {
    models: [[0.75, 0.04, 0.4, 'cascade:made']],
    curves: [['student:b', 'people', RISING, null]],
  },
  'a cascade at the knee': {
    models: [...PAIR, [0.78, 0.04, 0.6, 'cascade:made']],
    curves: [['student:a', 'teacher', RISING, 3]],
  },
  'five others': {
    models: [...PAIR, [0.74, 0.04, 0.09], [0.75, 0.04, 0.1], [0.79, 0.03, 30], [0.5, 0.05, 0]],
    curves: [['student:a', 'teacher', RISING, 3]],
  },
  'five others, long names, no cost known': {
    models: [
      [0.7, 0.04, null],
      [0.6, 0.05, 0],
      [0.75, 0.04, null, 'cascade:outputs/2026-11/cascade.json'],
      [0.74, 0.04, 0.09, 'openpipe:my-tuned-mistral-7b-prune-2026-11'],
      [0.79, 0.03, 30, 'W'.repeat(60)],
      [0.5, 0.05, 0, 'x'.repeat(80)],
    ],
    curves: [['student:a', 'teacher', RISING, null]],
  },
  'a teacher that is no better': {
    models: PAIR,
    curves: [['student:a', 'teacher', [0.6, 0.59, 0.58], 3]],
  },
  'three students': {
    models: [...PAIR, [0.65, 0.05, 0], [0.55, 0.05, 0.001]],
    curves: [
      ['student:a', 'teacher', RISING, 3],
      ['gpt-4o-mini', 'teacher', [0.65, 0.75, 0.7], 3],
      ['mmmmmmm', 'teacher', [0.55, 0.7, 0.7], 3],
    ],
  },
};

/** The curve with its points at equal shares. */
function curveOf([student, teacher, f1s, usd]: Curved): CascadeCurve {
  const points = f1s.map((f1, i) => {
    const share = i / (f1s.length - 1);
    const usd_per_1000 = i === 0 ? 0 : usd && usd * share;
    return { share, precision: f1, recall: f1, f1, low: f1 - 0.04, high: f1 + 0.03, usd_per_1000 };
  });
  const knee = (f1s[1] ?? 0) > (f1s[0] ?? 0) ? 1 : -1;
  return { student, teacher, threshold: 0.5, rows: 300, points, knee };
}

/** The report with these figures in place of its own. */
function drawn(figures: readonly Drawn[], curves: readonly Curved[] = []): Report {
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
  return { ...report, models, cascades: curves.map(curveOf) };
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
  /** Of the knees: rings, poles and names. */
  readonly rings: readonly (Box & { readonly colour: string; readonly fromCurve: number })[];
  readonly kneePoles: readonly Box[];
  readonly kneeFlags: readonly (Box & { readonly text: string })[];
  /** Points along the curves. */
  readonly curves: readonly (readonly { readonly x: number; readonly y: number }[])[];
}

/** What is used of an SVG path; the project is compiled without a browser's types. */
interface Path {
  getTotalLength(): number;
  getPointAtLength(length: number): { matrixTransform(matrix: unknown): { x: number; y: number } };
  getScreenCTM(): unknown;
}

/** Where the visible drawings have their parts, in the order of the charts. */
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
      const texts = (selector: string) =>
        [...drawing.querySelectorAll(selector)].map((part) => ({
          ...boxOf(part),
          text: part.textContent ?? '',
        }));
      const curves = [...drawing.querySelectorAll('.curve path')].map((part) => {
        const path = part as unknown as Path;
        const steps = Math.ceil(path.getTotalLength() / 2);
        return Array.from({ length: steps + 1 }, (_, i) => {
          const point = path.getPointAtLength((path.getTotalLength() * i) / steps);
          const { x, y } = point.matrixTransform(path.getScreenCTM());
          return { x, y };
        });
      });
      const rings = parts('.knee circle', 'stroke').map((ring) => {
        const [x, y] = [(ring.left + ring.right) / 2, (ring.top + ring.bottom) / 2];
        const away = curves.flat().map((point) => Math.hypot(point.x - x, point.y - y));
        return { ...ring, fromCurve: Math.min(...away) };
      });
      return {
        frame: boxOf(drawing),
        marks: parts('.point path', 'fill'),
        poles: parts('.pole line', 'stroke'),
        flags: texts('.flag text'),
        rings,
        kneePoles: parts('.knee-pole line', 'stroke'),
        kneeFlags: texts('.knee-flag text'),
        curves,
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
  let page: Page;
  let open: Tab['open'];
  let look: Tab['look'];
  beforeAll(async () => {
    ({ page, open, look } = await openTab(await sharedBrowser()));
  });
  afterAll(() => page?.close());

  it('names each mark of the charts of quality and cost, and no name covers another thing', async () => {
    const plain = Object.entries(CHARTS).map(([title, models]) => ({ title, models }));
    const curved = Object.entries(CURVES).map(([title, { models, curves }]) => {
      const known = models.map(([, , , name], i) => name ?? NAMES[i] ?? '');
      const ends = [...curves.map(([student]) => student), ...curves.map(([, teacher]) => teacher)];
      const others = [...new Set(ends)].filter((name) => !known.includes(name));
      return { title, models, curves, others };
    });
    const sources = [
      ...plain.map(({ models }) => qualityCostChart(drawn(models))?.source),
      ...curved.map(({ models, curves }) => cascadeChart(drawn(models, curves))?.source),
    ];
    await open(`<style>${STYLE}</style>${sources.join('')}`, DESK);
    for (const width of [DESK.viewport.width, TABLET.width, PHONE.width]) {
      await page.setViewportSize({ width, height: 900 });
      const found = await geometry(page);
      expect(found).toHaveLength(plain.length + curved.length);
      for (const [i, { title, models }] of plain.entries()) {
        const names = models.map(([, , , name], place) => name ?? NAMES[place] ?? '');
        expectNamed(found[i] as Chart, names, `${title}, ${width}`);
      }
      for (const [i, { title, models, curves, others }] of curved.entries()) {
        const chart = found[plain.length + i] as Chart;
        const names = models.map(([, , , name], place) => name ?? NAMES[place] ?? '');
        expectNamed(chart, [...names, ...others], `${title}, ${width}`);
        expectCurves(chart, curves, `${title}, ${width}`);
      }
    }
  });

  it('shows what each model costs on a phone', async () => {
    await look(wholePage, { viewport: PHONE });
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
    await look(wholePage, DESK);
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

/** Each mark has its name at the end of its own pole, within the frame, and covers no other. */
function expectNamed({ frame, marks, poles, flags }: Chart, names: readonly string[], at: string) {
  expect([marks.length, flags.length], at).toEqual([names.length, names.length]);
  const ofModel = names.map((name, place) => {
    const colour = `var(--series-${place})`;
    const mark = marks.find((each) => each.colour === colour) as Box;
    const pole = poles.find((each) => each.colour === colour) as Box;
    const end = { ...pole, bottom: pole.top };
    const [flag] = flags.toSorted((a, b) => distance(a, end) - distance(b, end));
    const [head = '', tail = ''] = (flag?.text ?? '').split('…');
    expect(name, `${at}: ${place}`).toMatch(new RegExp(`^${head}.*${tail}$`));
    expect(distance(flag as Box, end), `${at}: ${place}`).toBeLessThan(7);
    expect(Math.abs(centre(pole) - centre(mark)), `${at}: ${place}`).toBeLessThan(1);
    return { mark, pole, flag: flag as Chart['flags'][number] };
  });
  expect(new Set(flags.map(({ text }) => text)).size, at).toBe(names.length);
  for (const [place, { mark, flag }] of ofModel.entries()) {
    const others = ofModel.filter((_, other) => other !== place);
    const covered = [
      ...others.map((other) => overlap(mark, other.mark)),
      ...others.map((other) => overlap(flag, other.flag)),
      ...others.map((other) => overlap(flag, other.pole)),
      ...ofModel.map((other) => overlap(flag, other.mark)),
    ];
    expect(Math.max(...covered), `${at}: ${place}`).toBeLessThanOrEqual(1);
    expectWithin(flag, frame, at);
  }
}

function expectWithin(box: Box, frame: Box, at: string) {
  expect(box.left, at).toBeGreaterThanOrEqual(frame.left);
  expect(box.right, at).toBeLessThanOrEqual(frame.right);
  expect(box.top, at).toBeGreaterThanOrEqual(frame.top);
  expect(box.bottom, at).toBeLessThanOrEqual(frame.bottom);
}

/** Each curve begins at its student; its ring is on it; one that is alone has its name below. */
function expectCurves(chart: Chart, curves: readonly Curved[], at: string) {
  const { frame, marks, poles, flags, rings, kneePoles, kneeFlags } = chart;
  expect(chart.curves, at).toHaveLength(curves.length);
  const withKnee = curves.map(curveOf).filter(({ knee }) => knee >= 0);
  expect(rings, at).toHaveLength(withKnee.length);
  for (const ring of rings) expect(ring.fromCurve, at).toBeLessThan(2);
  for (const name of [...flags, ...kneeFlags]) {
    const { left, right, top, bottom } = name;
    const isCovered = ({ x, y }: { x: number; y: number }) =>
      x > left && x < right && y > top + 1 && y < bottom - 1;
    expect(chart.curves.flat().filter(isCovered), `${at}: ${name.text}`).toEqual([]);
  }
  expect([kneePoles.length, kneeFlags.length], at).toEqual(
    curves.length === 1 ? [withKnee.length, withKnee.length] : [0, 0],
  );
  for (const [i, flag] of kneeFlags.entries()) {
    const [ring, pole] = [rings[i] as Box, kneePoles[i] as Box];
    expect(flag.text, at).toMatch(/^knee: 1[67](\.\d)?%( of rows)?$/);
    expect(Math.abs(centre(pole) - centre(ring)), at).toBeLessThan(1);
    expect(distance(flag, { ...pole, top: pole.bottom }), at).toBeLessThan(7);
    const covered = [...marks, ...flags, ...poles, ...rings].map((other) => overlap(flag, other));
    expect(Math.max(...covered), at).toBeLessThanOrEqual(1);
    expectWithin(flag, frame, at);
  }
}

/** The tables that are wider than their place. */
const cutTables = (page: Page) =>
  page
    .locator('.scroll')
    .evaluateAll((regions) =>
      regions
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map((region) => region.getAttribute('aria-label')),
    );
