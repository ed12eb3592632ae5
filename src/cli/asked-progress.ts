import { formatCount } from '../format.js';
import { type Asked, countAsked, countUnanswered } from '../run/ask.js';
import { renderSpent } from './cost-lines.js';
import type { Progress } from './progress.js';

/**
 * Shows how far the rows of a model have come, with those that got no label and what they cost.
 *
 * @param total - rows to be done, those of earlier runs among them
 */
export function showAsked(
  progress: Progress | undefined,
  soFar: Asked,
  total: number,
  more: readonly string[] = [],
): void {
  const { skipped, cost, usage } = soFar;
  const done = countAsked(soFar) + skipped;
  const unanswered = countUnanswered(soFar);
  const tokens = usage.prompt_tokens + usage.completion_tokens;
  const spent = renderSpent(cost, Math.max(0, total - done));
  progress?.update(done, {
    skipped,
    details: [
      ...(unanswered > 0 ? [`${formatCount(unanswered)} unanswered`] : []),
      ...(spent === undefined ? [] : [spent]),
      ...more,
    ],
    extra: tokens > 0 ? `${formatCount(tokens)} tokens` : undefined,
  });
}
