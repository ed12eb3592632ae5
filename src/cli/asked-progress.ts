import { formatCount } from '../format.js';
import { type Asked, countAsked, countUnanswered } from '../run/asked.js';
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
  more: () => readonly string[] = () => [],
): void {
  const done = countAsked(soFar) + soFar.skipped;
  progress?.update(done, {
    skipped: soFar.skipped,
    details: () => {
      const unanswered = countUnanswered(soFar);
      const spent = renderSpent(soFar.cost, Math.max(0, total - done));
      return [
        ...(unanswered > 0 ? [`${formatCount(unanswered)} unanswered`] : []),
        ...(spent === undefined ? [] : [spent]),
        ...more(),
      ];
    },
    extra: () => {
      const tokens = soFar.usage.prompt_tokens + soFar.usage.completion_tokens;
      return tokens > 0 ? `${formatCount(tokens)} tokens` : undefined;
    },
  });
}
