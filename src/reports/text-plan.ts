import type { Plan, PlannedModel, PlannedPair } from '../analysis/plan.js';
import { formatCount, formatFigure, formatNumber, formatPercent } from '../format.js';
import { escapeControls } from '../text.js';
import { renderSection } from './text-section.js';

/** What an evaluation can show, in plain words and two tables. */
export function renderPlan(plan: Plan): string {
  const { positive: name } = plan.names;
  const { rows, positive, runsPerRow, confidence, margin } = plan;
  const asked = runsPerRow > 1 ? `; each is asked ${runsPerRow} times, and counts once` : '';
  return [
    renderSection('What this file can show; nothing was sent', [
      [
        `${formatCount(rows)} rows with a true label, of which ${formatCount(positive)} are ${name}${asked}`,
      ],
      ...assumptions(plan).map((line) => [line]),
    ]),
    renderSection(`How exactly it fixes an F1 (${formatPercent(confidence, 2)} interval)`, [
      ['', `${name} F1`, 'half-width', 'from'],
      ...plan.models.map(modelRow),
    ]),
    renderSection(
      `What it can tell apart: differences found in about 4 of 5 runs, and rows for a gate at ${margin}`,
      [['', 'F1 difference', 'rows', `of which ${name}`, 'from'], ...plan.pairs.map(pairRow)],
    ),
  ].join('\n');
}

function assumptions({ assumedF1, assumedCorrelation }: Plan): string[] {
  return [
    ...(assumedF1 === null
      ? []
      : [`assumed: precision and recall of ${assumedF1} where no answers are kept`]),
    ...(assumedCorrelation === null
      ? []
      : [`assumed: errors of two models correlate by ${assumedCorrelation} within a class`]),
  ];
}

const modelRow = ({ name, f1, low, high, pilot }: PlannedModel) => [
  escapeControls(name),
  formatFigure({ value: f1, low, high }),
  formatNumber((high - low) / 2, 3),
  source(pilot),
];

const pairRow = ({ a, b, detectable, rowsForMargin, positiveForMargin, pilot }: PlannedPair) => [
  `${escapeControls(a)} - ${escapeControls(b)}`,
  formatNumber(detectable, 3),
  formatCount(rowsForMargin),
  formatCount(positiveForMargin),
  source(pilot),
];

const source = (pilot: number | null) =>
  pilot === null ? 'assumption' : `${formatCount(pilot)} kept rows`;
