/**
 * How long a server asks to wait: `retry-after-ms`, else `Retry-After` in seconds or as a date,
 * else the `x-ratelimit-reset-*` of what is used up.
 *
 * @param now - milliseconds since the epoch, for a reply without a `Date` of its own: a date is
 *   read by the clock that wrote it
 * @returns milliseconds, undefined where it does not say
 */
export function serverWaitMs(
  headers: Pick<Headers, 'get'> | undefined,
  now = Date.now(),
): number | undefined {
  if (!headers) return undefined;
  return retryAfterMs(headers, now) ?? resetMs(headers);
}

function retryAfterMs(headers: Pick<Headers, 'get'>, now: number): number | undefined {
  const milliseconds = numberIn(headers, 'retry-after-ms');
  if (milliseconds !== undefined) return milliseconds;
  const after = headers.get('retry-after');
  if (!after) return undefined;
  if (/^\s*[+-]?[\d.]+\s*$/.test(after)) return Math.max(0, Number(after) * 1000 || 0);
  const date = Date.parse(after);
  if (Number.isNaN(date)) return undefined;
  const servers = Date.parse(headers.get('date') ?? '');
  return Math.max(0, date - (Number.isNaN(servers) ? now : servers));
}

/** What a server counts. */
const UNITS = ['requests', 'tokens'] as const;
export type Unit = (typeof UNITS)[number];

/** What a server says is left of one unit, and how fast it comes back. */
export interface Allowance {
  readonly unit: Unit;
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  /** Milliseconds until all of it is back. */
  readonly resetMs: number | undefined;
}

/** The allowances that the `x-ratelimit-*` headers of a reply state. */
export function allowancesIn(headers: Pick<Headers, 'get'>): Allowance[] {
  return UNITS.map((unit) => ({
    unit,
    limit: numberIn(headers, `x-ratelimit-limit-${unit}`),
    remaining: numberIn(headers, `x-ratelimit-remaining-${unit}`),
    resetMs: parseDuration(headers.get(`x-ratelimit-reset-${unit}`) ?? ''),
  }));
}

/** The longest reset of what is used up; of all, where the server does not say what is. */
function resetMs(headers: Pick<Headers, 'get'>): number | undefined {
  const stated = allowancesIn(headers).filter((allowance) => allowance.resetMs !== undefined);
  const usedUp = stated.filter(({ remaining = 0 }) => remaining === 0);
  const resets = (usedUp.length > 0 ? usedUp : stated).map((allowance) => allowance.resetMs ?? 0);
  return resets.length > 0 ? Math.max(...resets) : undefined;
}

const MS_PER: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * A duration as Go prints it: `1s`, `6m0s`, `120ms`, `1h2m3.5s`; a plain number is seconds.
 *
 * @returns milliseconds, undefined for anything else
 */
export function parseDuration(text: string): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  const parts = text.matchAll(/([\d.]+)(ms|s|m|h)/g);
  return Array.from(parts, ([, count, unit]) => Number(count) * (MS_PER[unit ?? ''] ?? 0)).reduce(
    (sum, ms) => sum + ms,
    0,
  );
}

function numberIn(headers: Pick<Headers, 'get'>, name: string): number | undefined {
  const text = headers.get(name)?.trim();
  const number = text ? Number(text) : Number.NaN;
  return number >= 0 ? number : undefined;
}
