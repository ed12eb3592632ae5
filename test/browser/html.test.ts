import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { checkGates, parseGate } from '../../src/analysis/gates.js';
import { render } from '../../src/reports/html/page.js';
import { canBrowse, openTab, sharedBrowser, type Tab } from '../helpers/browser.js';
import { HOSTILE_TEXTS, makeReport } from '../helpers/report.js';

const PHONE = { viewport: { width: 375, height: 740 } };
const DESK = { viewport: { width: 1280, height: 900 } };

const input = makeReport();
const gates = checkGates(input.report, [parseGate('toxic.f1=0.7')]);
const page600 = render({ ...input, gates });
const longNames = ['openpipe:my-tuned-mistral-7b-prune-2026-11', 'x'.repeat(80)];

describe.skipIf(!canBrowse)('the HTML report in a browser', () => {
  let page: Page;
  let open: Tab['open'];
  let look: Tab['look'];
  beforeAll(async () => {
    ({ page, open, look } = await openTab(await sharedBrowser()));
  });
  afterAll(() => page?.close());

  it('draws its charts with error bars', async () => {
    await look(page600, DESK);
    expect(await page.locator('div.chart:visible').count()).toBe(5);
    const lengths = await page.locator('div.chart:visible .error-bar line').evaluateAll((bars) =>
      bars.map((bar) => {
        const { width, height } = bar.getBoundingClientRect();
        return Math.max(width, height);
      }),
    );
    expect(lengths).toHaveLength(5 + 15 + 15);
    expect(Math.min(...lengths)).toBeGreaterThan(1);
    const marks = page.locator('figure').first().locator('div.wide .point path');
    expect(await marks.count()).toBe(5);
  });

  it('has room for each table at a desk', async () => {
    await look(page600, DESK);
    const cut = await page
      .locator('.scroll')
      .evaluateAll((regions) =>
        regions
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
          .map((region) => region.getAttribute('aria-label')),
      );
    expect(cut).toEqual([]);
  });

  it('is dark where dark is preferred, and light in print', async () => {
    await look(page600, { ...DESK, colorScheme: 'dark' });
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await background()).toBe('rgb(21, 23, 26)');
    await page.emulateMedia({ media: 'print' });
    expect(await background()).toBe('rgb(255, 255, 255)');
  });

  it('prints its charts and tables without the controls', async () => {
    await look(page600, DESK);
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 720, height: 1000 });
    expect(await page.locator('div.chart:visible').count()).toBe(5);
    expect(await page.locator('#filters').isVisible()).toBe(false);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(720);
    expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('complains of nothing and asks for nothing', async () => {
    for (const options of [DESK, PHONE]) {
      const { complaints, requests } = await open(page600, options);
      await page.locator('#open-all').click();
      await page.locator('#next').click();
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
    }
  });

  it('shows hostile texts as texts', async () => {
    const hostile = makeReport({ contenders: [...HOSTILE_TEXTS.slice(0, 8)], rows: 200 });
    for (const html of [page600, render(hostile)]) {
      const { complaints, requests } = await open(html, DESK);
      await page.locator('#open-all').click();
      expect(await page.locator('#rows p.text').first().textContent()).toBe(HOSTILE_TEXTS[0]);
      expect(await page.locator('#rows p.text').nth(1).isVisible()).toBe(true);
      expect(await page.locator('#rows p.text *').count()).toBe(0);
      expect(
        await page.locator('img, #rows svg, body > :not(header, main, footer, script)').count(),
      ).toBe(0);
      expect(await page.evaluate('window.hacked')).toBeUndefined();
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
    }
  });

  it('keeps each text closed until it is opened', async () => {
    await open(page600, DESK);
    expect(await page.locator('#rows p.text:visible').count()).toBe(0);
    await page.locator('#rows summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('#rows p.text:visible').count()).toBe(1);
  });

  it('sorts by keyboard', async () => {
    await open(page600, DESK);
    const head = page.locator('#rows th', { hasText: 'mistral-7b' });
    await head.locator('button').focus();
    await page.keyboard.press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    const ascending = await scores(page);
    expect(ascending).toEqual(ascending.toSorted((a, b) => a - b));
    await page.keyboard.press('Space');
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    const descending = (await scores(page)).filter(Number.isFinite);
    expect(descending.length).toBeGreaterThan(20);
    expect(descending).toEqual(descending.toSorted((a, b) => b - a));
    expect(descending[0]).toBeGreaterThan(ascending[0] ?? 1);
    await page.locator('#rows th', { hasText: 'Row' }).locator('button').press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('none');
    expect((await indices(page)).slice(0, 3)).toEqual([0, 2, 4]);
  });

  it('filters by keyboard', async () => {
    await open(page600, DESK);
    await page.locator('#kind').focus();
    await page.keyboard.type('missed by wordlist');
    const missed = input.report.disagreements.filter(
      ({ human, said }) => human === 'positive' && said.wordlist === 'negative',
    );
    expect(await page.locator('#status').textContent()).toContain(` of ${missed.length},`);
    expect(await indices(page)).toEqual(missed.slice(0, 50).map(({ index }) => index));
    await page.locator('#search').focus();
    await page.keyboard.type('<SCRIPT>');
    expect(await page.locator('#rows tbody tr').count()).toBe(
      missed.slice(0, 50).filter(({ input: text }) => text.includes('<script>')).length,
    );
    await page.keyboard.type(' no such text');
    expect(await page.locator('#status').textContent()).toMatch(/^No row matches/);
  });

  it('turns pages of fifty', async () => {
    await open(page600, DESK);
    expect(await page.locator('#rows tbody tr').count()).toBe(50);
    expect(await page.locator('#previous').isDisabled()).toBe(true);
    await page.locator('#next').press('Enter');
    const { disagreements } = input.report;
    expect((await indices(page))[0]).toBe(disagreements[50]?.index);
    const pages = Math.ceil(disagreements.length / 50);
    for (let turned = 2; turned < pages; turned++) await page.locator('#next').press('Enter');
    expect(await page.locator('#next').isDisabled()).toBe(true);
    expect((await indices(page)).at(-1)).toBe(disagreements.at(-1)?.index);
  });

  it('has no serious fault of access', async () => {
    await open(page600, DESK);
    await page.locator('#open-all').click();
    await page.locator('.as-table').evaluateAll((all) => {
      for (const details of all) details.setAttribute('open', '');
    });
    // Further rows are like these, and each costs as much again.
    await page.locator('tbody').evaluateAll((bodies, kept) => {
      for (const rows of bodies) {
        const most = rows.closest('#rows') ? kept : 6;
        for (const row of [...rows.children].slice(most)) row.remove();
      }
    }, HOSTILE_TEXTS.length);
    await page.evaluate(axe.source);
    for (const [colorScheme, rules] of [
      ['light', {}],
      // What is not a matter of colours is the same in both schemes.
      ['dark', { runOnly: 'color-contrast' }],
    ] as const) {
      const options = JSON.stringify({ resultTypes: ['violations'], ...rules });
      await page.emulateMedia({ colorScheme });
      for (const { viewport } of [DESK, PHONE]) {
        await page.setViewportSize(viewport);
        const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(${options})`);
        const serious = violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
        expect(serious, `${colorScheme}, ${viewport.width} wide`).toEqual([]);
      }
    }
  });

  it.each(['ordinary', 'long'])(
    'does not scroll sideways at any width: %s names',
    async (names) => {
      const isLong = names === 'long';
      await open(isLong ? render(makeReport({ contenders: longNames })) : page600, DESK);
      await page.locator('#open-all').click();
      for (const width of [320, 375, 768, 1024]) {
        await page.setViewportSize({ width, height: 740 });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      }
    },
  );

  it('opens the 17,000 disagreements of a run of 50,000 rows within two seconds', async () => {
    const { report } = input;
    const disagreements = Array.from({ length: 62 }, () => report.disagreements).flat();
    expect(disagreements.length).toBeGreaterThan(17_000);
    const html = render({ ...input, report: { ...report, disagreements } });
    // Once more, and a third time, where other programs were in the way.
    let ms = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 3 && ms >= 2_000; i++) {
      const start = performance.now();
      await open(html, DESK);
      await page.locator('#rows tbody tr').nth(49).waitFor();
      ms = performance.now() - start;
    }
    expect(ms).toBeLessThan(2_000);
  });

  it('says so where scripts may not run', async () => {
    const { page, open } = await openTab(await sharedBrowser(), { javaScriptEnabled: false });
    onTestFinished(() => page.close());
    await open(page600, DESK);
    expect(await page.locator('noscript').isVisible()).toBe(true);
    expect(await page.locator('#filters').isVisible()).toBe(false);
  });
});

/** The dataset indices on the page shown. */
async function indices(page: Page): Promise<number[]> {
  return (await page.locator('#rows tbody td:first-child').allTextContents()).map(Number);
}

/** The scores of the first contender on the page shown. */
async function scores(page: Page): Promise<number[]> {
  return (await page.locator('#rows tbody td:nth-child(4) .interval').allTextContents()).map(
    Number,
  );
}
