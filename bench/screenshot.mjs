// Makes the picture that the README shows: node bench/screenshot.mjs REPORT.html [docs/report.png]
import { resolve } from 'node:path';
import { argv, env } from 'node:process';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const WIDTH = 1280;
const HEIGHT = 1500;

const [, , report, picture = 'docs/report.png'] = argv;
if (!report) throw new Error('name an HTML report, and optionally the picture to write');

const browser = await chromium.launch({
  executablePath: env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
});
try {
  const page = await browser.newPage({
    viewport: { width: WIDTH, height: HEIGHT },
    colorScheme: 'light',
  });
  await page.goto(pathToFileURL(resolve(report)).href);
  await page.screenshot({ path: picture });
} finally {
  await browser.close();
}
