import { extname } from 'node:path';
import { UserError } from '../errors.js';
import type { TextKind } from '../files/atomic.js';
import type { ReportInput } from './input.js';

export type Renderer = (input: ReportInput) => string | Promise<string>;

export interface Format {
  readonly description: string;
  /** How a secret is taken out of it. */
  readonly kind: TextKind;
  /** How a report of this format begins. */
  readonly head: RegExp;
  readonly render: Renderer;
}

/** Each format by the ending of its files. It is loaded when it is used: charts are heavy. */
const FORMATS = {
  '.html': {
    description: 'one page with charts and the disagreements, no network needed',
    kind: 'markup',
    head: /^<!doctype html>[\s\S]*<meta name="generator" content="toxicity-distill">/,
    render: async (input) => (await import('./html/page.js')).render(input),
  },
  '.md': {
    description: 'Markdown: the findings, one table and the gates',
    kind: 'text',
    head: /^## .+ evaluation\n/,
    render: async (input) => (await import('./markdown.js')).render(input),
  },
  '.xml': {
    description: 'JUnit: a test case for each gate',
    kind: 'markup',
    head: /^<\?xml .*\n<testsuites name="toxicity-distill"/,
    render: async (input) => (await import('./junit.js')).render(input),
  },
  '.csv': {
    description: 'a line for each prediction',
    kind: 'text',
    head: /^model,role,index,input,human,teacher,truth,said,outcome,score\b/,
    render: async (input) => (await import('./csv.js')).render(input),
  },
  '.json': {
    description: 'everything that was computed, unrounded',
    kind: 'json',
    head: /^\{\s*"schema":\s*"toxicity-distill\/report"/,
    render: async (input) => (await import('./json.js')).render(input),
  },
} as const satisfies Record<string, Format>;

export type ReportEnding = keyof typeof FORMATS;
export const REPORT_ENDINGS = Object.keys(FORMATS) as ReportEnding[];

/**
 * The renderer for a file, by its ending.
 *
 * @throws UserError when there is no format of that ending
 */
export const chooseRenderer = (path: string): Renderer => formatOf(path).render;

/** @throws UserError when there is no format of the file's ending */
export function formatOf(path: string): Format {
  const ending = extname(path).toLowerCase();
  if (Object.hasOwn(FORMATS, ending)) return FORMATS[ending as ReportEnding];
  const known = REPORT_ENDINGS.map((each) => `${each} (${FORMATS[each].description})`);
  throw new UserError(`no report has the ending of ${path}`, {
    hint: `the endings are ${known.join(', ')}`,
  });
}
