import { UserError } from '../errors.js';
import { LOCAL, type Price } from './price.js';
import type { PriceFile } from './price-file.js';

export { LOCAL, type Price } from './price.js';

/** The day on which the table was checked. */
const AS_OF = '2026-11-23';
const OPENAI = 'OpenAI list price';

type Row = readonly [
  provider: string,
  id: string,
  input: number,
  cachedInput: number | undefined,
  output: number,
  source: string,
];

/** What the models of this project cost; everything else is asked of genai-prices. */
const TABLE: readonly Row[] = [
  ['openai', 'gpt-4-0125-preview', 10, undefined, 30, OPENAI],
  ['openai', 'gpt-3.5-turbo-0125', 0.5, undefined, 1.5, OPENAI],
  ['openai', 'gpt-4o', 2.5, 1.25, 10, OPENAI],
  ['openai', 'gpt-4o-mini', 0.15, 0.075, 0.6, OPENAI],
  ['openai', 'gpt-4.1', 2, 0.5, 8, OPENAI],
  ['openai', 'gpt-4.1-mini', 0.4, 0.1, 1.6, OPENAI],
  ['openai', 'gpt-6-luna', 0.1, 0.01, 0.5, OPENAI],
  ['openai', 'gpt-6-sol', 2, 0.2, 10, OPENAI],
  ['openai', 'gpt-6-astra', 10, 1, 50, OPENAI],
];

/** The model whose price is wanted. */
export interface PriceQuery {
  readonly provider: string;
  readonly id: string;
  /** Where it is asked; undefined for a model in this process and for one of an earlier run. */
  readonly baseUrl?: string | undefined;
  readonly hasKey?: boolean;
  /** True where it runs on a machine of the user's own. */
  readonly isLocal?: boolean | undefined;
  /** The provider's name in genai-prices; undefined where it is not listed there. */
  readonly genaiProvider?: string | undefined;
}

/** What the user says of prices, which goes before any table. */
export interface PriceOverrides {
  /** Of the one model that is asked. */
  readonly price?: Price | undefined;
  /** By `PROVIDER:ID` or `ID`. */
  readonly file?: PriceFile | undefined;
}

/**
 * Finds what a model costs: what the user says, our table, free where it is local, genai-prices.
 *
 * @returns undefined where nobody knows, which must never be read as 0
 */
export async function findPrice(
  query: PriceQuery,
  { price, file }: PriceOverrides = {},
): Promise<Price | undefined> {
  return price ?? inFile(query, file) ?? inTable(query) ?? local(query) ?? inGenaiPrices(query);
}

function inFile({ provider, id }: PriceQuery, file: PriceFile | undefined): Price | undefined {
  const entry = file?.prices.get(`${provider}:${id}`) ?? file?.prices.get(id);
  return entry && { ...entry, basis: `from ${file?.path}` };
}

function inTable(query: PriceQuery): Price | undefined {
  const row = TABLE.find(([provider, id]) => provider === query.provider && id === query.id);
  if (!row) return undefined;
  const [, , input, cachedInput, output, source] = row;
  return { input, cachedInput, output, basis: `${source}, ${AS_OF}` };
}

/** A server on this machine that asks for no key; one with a key may be a gateway to a paid one. */
function local({ isLocal, baseUrl, hasKey }: PriceQuery): Price | undefined {
  if (isLocal) return LOCAL;
  if (hasKey || baseUrl === undefined) return undefined;
  const { hostname } = new URL(baseUrl);
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname) ? LOCAL : undefined;
}

const MILLION = 1_000_000;

/** So few tokens that no tier for long prompts applies. */
const PROBE = 1_000;

async function inGenaiPrices({ genaiProvider, id }: PriceQuery): Promise<Price | undefined> {
  if (genaiProvider === undefined) return undefined;
  const { calcPrice } = await import('@pydantic/genai-prices');
  const of = (usage: Record<string, number>) => calcPrice(usage, id, { providerId: genaiProvider });
  const plain = of({ input_tokens: PROBE, output_tokens: PROBE });
  if (!plain) return undefined;
  const cached = of({ input_tokens: PROBE, cache_read_tokens: PROBE, output_tokens: 0 });
  const perMillion = (usd: number) => Number(((usd / PROBE) * MILLION).toPrecision(12));
  return {
    input: perMillion(plain.input_price),
    cachedInput: cached ? perMillion(cached.input_price) : undefined,
    output: perMillion(plain.output_price),
    basis: `genai-prices, ${plain.provider.id}:${plain.model.id}`,
  };
}

/** The error of a cost limit for a model that nobody knows the price of. */
export function priceUnknown(id: string, provider: string): UserError {
  return new UserError(`\`maxCost\` needs a price, and that of ${id} at ${provider} is unknown`, {
    hint: 'give it with `price` IN/OUT, in dollars per million tokens',
  });
}
