import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { scratchFolder } from './cli.js';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** In CI a missing browser is a failure: the launch then says so. */
export const canBrowse = existsSync(executablePath) || process.env.CI === 'true';

if (!canBrowse) {
  process.stderr.write(
    `skipping the browser tests: there is no ${executablePath}; install chromium or set CHROMIUM_PATH\n`,
  );
}

let running: Promise<Browser> | undefined;

/**
 * The browser of this process, with a new profile and nothing that calls home. To start one costs
 * more than most tests do, so that the files which share a process share it; it ends with the process.
 */
export const sharedBrowser = (): Promise<Browser> => {
  running ??= chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return running;
};

export interface Opened {
  /** What the page complained of: console errors, warnings, uncaught exceptions. */
  readonly complaints: string[];
  /** What it asked for besides itself. */
  readonly requests: string[];
}

/** A page that waits for as long as a test may take, less the time to say what it waited for. */
export async function newPage(browser: Browser, options?: BrowserContextOptions): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(100_000);
  return page;
}

/** What a reader's device is like. */
export interface Device {
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
}

export interface Tab {
  readonly page: Page;
  /** Loads a report, anew even where it is there already, and keeps an eye on what it does. */
  open(html: string, device: Device): Promise<Opened>;
  /** The same for who only looks: what was loaded by this before, and nothing since, is shown again. */
  look(html: string, device: Device): Promise<void>;
}

/** A page to load one report after the other into: each page costs a process of the browser. */
export async function openTab(browser: Browser, options?: BrowserContextOptions): Promise<Tab> {
  const page = await newPage(browser, options);
  let url = '';
  let complaints: string[] = [];
  let requests: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) requests.push(request.url());
  });
  let untouched = '';
  async function show({ viewport, colorScheme = 'light' }: Device): Promise<void> {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ media: null, colorScheme });
  }
  async function open(html: string, device: Device): Promise<Opened> {
    untouched = '';
    const path = join(scratchFolder(), 'report.html');
    writeFileSync(path, html);
    await show(device);
    [url, complaints, requests] = [pathToFileURL(path).href, [], []];
    await page.goto(url);
    return { complaints, requests };
  }
  async function look(html: string, device: Device): Promise<void> {
    if (html === untouched) await show(device);
    else await open(html, device);
    untouched = html;
  }
  return { page, open, look };
}
