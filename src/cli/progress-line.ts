import { formatCount, formatMeasure } from '../format.js';

/** How far a piece of work has come. */
export interface Standing {
  readonly label: string;
  readonly done: number;
  /** Undefined where it is not known beforehand. */
  readonly total: number | undefined;
  readonly unit: string;
  /** Of the last seconds. */
  readonly perSecond: number;
  /** Undefined where nothing tells. */
  readonly secondsLeft: number | undefined;
  /** What must not be lost, such as `3 unanswered`. */
  readonly details: readonly string[];
  /** What may be, such as `1,234 tokens`. */
  readonly extra: string | undefined;
}

/** All that is known, for a line of its own: `collect: 5/40 rows, 3 unanswered, 35s left, 1 rows/s`. */
export function renderLine(standing: Standing): string {
  const { label, details, extra } = standing;
  return `${label}: ${joined([countOf(standing), ...details, leftOf(standing), rateOf(standing), extra])}`;
}

const LEAST_BAR = 6;
const LONGEST_BAR = 40;
const LONGEST_LABEL = 24;

/**
 * A bar with what stands beside it, in so many columns. What does not fit is left out, what matters
 * least first: the extra, the rate, the bar itself, the time that is left. A long label is cut.
 */
export function renderBar(standing: Standing, columns: number): string {
  const label = shorten(standing.label);
  const [count, left, rate] = [countOf(standing), leftOf(standing), rateOf(standing)];
  const { details, extra } = standing;
  const parts = (...optional: (string | undefined)[]) => joined([count, ...details, ...optional]);
  for (const text of [parts(left, rate, extra), parts(left, rate), parts(left)]) {
    const room = columns - label.length - text.length - '  []'.length;
    if (standing.total === undefined && room >= 0) return `${label} ${text}`;
    if (room >= LEAST_BAR)
      return `${label} ${drawBar(standing, Math.min(room, LONGEST_BAR))} ${text}`;
  }
  const bare = `${label} ${parts(left)}`;
  return bare.length <= columns ? bare : `${label} ${parts()}`;
}

function drawBar({ done, total = 0 }: Standing, width: number): string {
  const filled = total === 0 ? 0 : Math.round((Math.min(done, total) / total) * width);
  return `[${'='.repeat(filled).padEnd(width)}]`;
}

const countOf = ({ done, total, unit }: Standing) =>
  `${done}${total === undefined ? '' : `/${total}`} ${unit}`;

const rateOf = ({ perSecond, unit }: Standing) => `${formatMeasure(perSecond)} ${unit}/s`;

const leftOf = ({ secondsLeft }: Standing) =>
  secondsLeft === undefined ? undefined : `${formatSeconds(Math.round(secondsLeft))} left`;

/** `45s`, `2m10s`, `1h05m`. */
function formatSeconds(seconds: number): string {
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  if (minutes === 0) return `${seconds}s`;
  if (hours === 0) return `${minutes}m${pad(seconds % 60)}s`;
  return `${formatCount(hours)}h${pad(minutes % 60)}m`;
}

const pad = (count: number) => String(count).padStart(2, '0');

const shorten = (label: string) =>
  label.length <= LONGEST_LABEL ? label : `${label.slice(0, LONGEST_LABEL - 1)}…`;

const joined = (parts: readonly (string | undefined)[]) =>
  parts.filter((part) => part !== undefined).join(', ');
