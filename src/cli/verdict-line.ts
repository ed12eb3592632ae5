import type { Sample } from '../sample.js';
import type { LabelNames } from '../terms.js';
import { escapeControls } from '../text.js';
import type { Verdict } from '../verdict.js';

const LONGEST_TEXT = 300;

/** One line for -v: the row, what was made of it, and the human label. */
export function renderVerdict(sample: Sample, verdict: Verdict, names: LabelNames): string {
  const human = sample.label === null ? '' : ` (human: ${names[sample.label]})`;
  const answer =
    verdict.outcome === 'answered'
      ? [names[verdict.label], ...(verdict.categories ?? [])].join(' ')
      : `${verdict.outcome}: ${cut(verdict.outcome === 'failed' ? verdict.error : verdict.raw)}`;
  return escapeControls(`row ${sample.index}: ${answer}${human} | ${cut(sample.text)}`);
}

const cut = (text: string) =>
  text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}...` : text;
