import { escapeControls } from '../escape.js';
import type { Evaluation, Side } from '../evaluate.js';
import { classificationReport } from '../metrics/classification-report.js';
import type { UnansweredOutcome } from '../records.js';

/** What the 2024 cookbook called its teacher; its files do not name it. */
const UNNAMED_TEACHER = 'GPT4';

/** The two tables of scikit-learn's report, each with the coverage it stands on. */
export function renderText(evaluation: Evaluation): string {
  const { teacher, contender, trueLabels } = evaluation;
  const teacherName = escapeControls(teacher.name ?? UNNAMED_TEACHER);
  const teacherPart =
    trueLabels === 'gpt'
      ? `${teacherName} scores: its own labels are the truth here (--true-labels gpt), so its table would be perfect.\n${renderCoverage(teacher)}\n`
      : renderSide(`${teacherName} scores`, teacher);
  return `${teacherPart}\n${renderSide(`Contender model (${escapeControls(contender.name ?? '')}) scores`, contender)}`;
}

function renderSide(title: string, side: Side): string {
  const table = side.yTrue.length > 0 ? classificationReport(side.yTrue, side.yPred) : '';
  return `${title}:\n${table}${renderCoverage(side)}\n`;
}

/** One line: how many rows the table stands on, and what became of the others. */
export function renderCoverage({ yTrue, total, unanswered, withoutTruth, notAsked }: Side): string {
  const parts = [`answered ${yTrue.length + withoutTruth} of ${total} rows`];
  const outcomes = renderOutcomes(unanswered);
  if (outcomes) parts.push(`unanswered: ${outcomes}`);
  if (notAsked > 0) parts.push(`not asked: ${notAsked}`);
  if (withoutTruth > 0) parts.push(`left out for want of a human label: ${withoutTruth}`);
  return parts.join('; ');
}

/** `2 refused, 1 truncated`, most frequent first; empty where there are none. */
export function renderOutcomes(counts: Partial<Record<UnansweredOutcome, number>>): string {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ');
}
