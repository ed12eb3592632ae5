import { z } from 'zod';
import { show, UserError } from '../errors.js';
import type { ModelFetch } from '../requests/transport.js';
import { jsonHeaders } from './json-headers.js';

/** The version of the protocol that the service's own SDK speaks. */
const VERSION = '2023-10-01';

/** Severities go from 0 to this. */
const HIGHEST = 7;

const requestSchema = z.object({ model: z.string(), input: z.string() });

const analysisSchema = z.object({
  categoriesAnalysis: z
    .array(z.object({ category: z.string(), severity: z.int().min(0).max(HIGHEST) }))
    .min(1),
});

/**
 * The severity from which a text is positive, of an id such as `severity-4`: the service gives
 * severities, and leaves it to its users which are too high.
 *
 * @throws UserError when the id is no such one
 */
export function severityOf(id: string): number {
  const [, digit] = /^severity-([1-7])$/.exec(id) ?? [];
  if (digit !== undefined) return Number(digit);
  throw new UserError(`content safety has no model ${show(id)}`, {
    hint: 'name the severity from which a text is positive: severity-1 to severity-7, as moderation:content-safety:severity-4',
  });
}

/**
 * Puts requests for a moderation to Azure's content safety service, and its replies into the form of
 * OpenAI's: a category is flagged from the severity that the id names, and its score is its severity as
 * a share of the highest. Errors pass as they are: theirs has its message where OpenAI's has.
 *
 * @see the package azure-ai-contentsafety 1.0.0, by the makers of the service
 */
export const throughContentSafety =
  (send: ModelFetch, apiKey: string | undefined): ModelFetch =>
  async (url, { body, ...request }) => {
    const { model, input } = requestSchema.parse(JSON.parse(body ?? ''));
    const headers = jsonHeaders('ocp-apim-subscription-key', apiKey);
    const path = `/contentsafety/text:analyze?api-version=${VERSION}`;
    const response = await send(url.replace(/\/*\/moderations$/, path), {
      ...request,
      headers,
      body: JSON.stringify({ text: input, outputType: 'EightSeverityLevels' }),
    });
    if (!response.ok) return response;
    return Response.json(moderationOf(await response.json(), severityOf(model)));
  };

/** What is no analysis passes as it is, and its reader says so. */
function moderationOf(value: unknown, least: number): unknown {
  const parsed = analysisSchema.safeParse(value);
  if (!parsed.success) return value;
  const found = parsed.data.categoriesAnalysis;
  const by = <T>(of: (severity: number) => T) =>
    Object.fromEntries(found.map(({ category, severity }) => [category, of(severity)]));
  return {
    results: [
      {
        flagged: found.some(({ severity }) => severity >= least),
        categories: by((severity) => severity >= least),
        category_scores: by((severity) => severity / HIGHEST),
      },
    ],
  };
}
