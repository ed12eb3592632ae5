// Makes the picture that the README shows: node bench/screenshot.mjs REPORT.html [docs/report.png]
import { resolve } from 'node:path';
import { argv, env } from 'node:process';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const WIDTH = 1280;
const MARGIN = 40;

const [, , report, picture = 'docs/report.png'] = argv;
if (!report) throw new Error('name an HTML report, and optionally the picture to write');

const browser = await chromium.launch({
  executablePath: env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
});
try {
  const page = await browser.newPage({
    viewport: { width: WIDTH, height: 900 },
    colorScheme: 'light',
  });
  await page.goto(pathToFileURL(resolve(report)).href);
  // Down to the end of the first chart: what a reader sees of the report at a glance.
  const chart = await page.locator('figure').first().boundingBox();
  const height = chart.y + chart.height + MARGIN;
  await page.screenshot({
    path: picture,
    fullPage: true,
    clip: { x: 0, y: 0, width: WIDTH, height },
  });
} finally {
  await browser.close();
}
