import { extname } from 'node:path';
import { UserError } from '../errors.js';
import type { ReportInput } from './input.js';

export type Renderer = (input: ReportInput) => string | Promise<string>;

/** Each kind of report by its ending, loaded when it is asked for: charts are heavy. */
const RENDERERS = {
  '.html': async (input) => (await import('./html/page.js')).render(input),
  '.md': async (input) => (await import('./markdown.js')).render(input),
  '.xml': async (input) => (await import('./junit.js')).render(input),
  '.csv': async (input) => (await import('./csv.js')).render(input),
  '.json': async (input) => (await import('./json.js')).render(input),
} as const satisfies Record<string, Renderer>;

export type ReportEnding = keyof typeof RENDERERS;
export const REPORT_ENDINGS = Object.keys(RENDERERS) as ReportEnding[];

/**
 * The renderer for a file, by its ending.
 *
 * @throws UserError when the ending is none of the five
 */
export function chooseRenderer(path: string): Renderer {
  const ending = extname(path).toLowerCase();
  if (Object.hasOwn(RENDERERS, ending)) return RENDERERS[ending as ReportEnding];
  throw new UserError(`there is no kind of report for the name ${path}`, {
    hint: `its ending says what to write: ${REPORT_ENDINGS.join(', ')}`,
  });
}
