import type { Pair } from '../analysis/report/comparisons.js';
import type { ModelResult } from '../analysis/report/model.js';
import type { Report } from '../analysis/report/report.js';
import { contendersOf } from '../analysis/roles.js';
import { tieLetters } from '../analysis/tie-letters.js';
import { formatFigure, formatMoney, formatPercent } from '../format.js';
import { escapeControls, wrap } from '../text.js';
import { shortNames } from './short-names.js';
import { renderSection, SCREEN_WIDTH } from './text-section.js';
import { f1Name, findings, onLabelledRows } from './words.js';

/**
 * The answer, last: what was found of one contender in a sentence or two; of several a line each,
 * the best first, and which of them cannot be told apart.
 */
export function renderAnswer(report: Report): string {
  if (contendersOf(report).length > 1) return renderRanking(report);
  return findings(report)
    .map((found) => `${wrap(escapeControls(found), SCREEN_WIDTH).join('\n')}\n`)
    .join('');
}

function renderRanking(report: Report): string {
  const ranked = report.models
    .filter(({ is_truth }) => !is_truth)
    .toSorted((a, b) => (f1Of(b) ?? -1) - (f1Of(a) ?? -1));
  const areApart = (a: ModelResult, b: ModelResult) =>
    pairOf(report, a.name, b.name)?.finding === 'different';
  const names = shortNames(
    ranked.map(({ name, role }) => ({ name, behind: role === 'teacher' ? ' (teacher)' : '' })),
    LONGEST_NAME,
  );
  const letters = tieLetters(ranked.length, (first, second) => {
    const [a, b] = [ranked[first], ranked[second]];
    return a !== undefined && b !== undefined && areApart(a, b);
  });
  const table = renderSection(
    `Ranking by ${f1Name(report)}${onLabelledRows(report)} (models with a letter in common are not told apart)`,
    [
      ['', '', f1Name(report), 'per 1,000 rows', 'answered'],
      ...ranked.map((model, i) => [letters[i] ?? '', names[i] ?? '', ...cellsOf(model)]),
    ],
  );
  const [best, ...others] = ranked.filter(({ role }) => role === 'contender');
  if (best === undefined || f1Of(best) === null) return table;
  const highest = [best, ...others.filter((other) => f1Of(other) === f1Of(best))];
  const tied = ranked.filter((other) => !highest.includes(other) && !areApart(best, other));
  const [found = ''] = best.cascade ? findings(report) : [];
  const answer = escapeControls(found === '' ? answerOf(highest, tied, report) : found);
  return `${table}${wrap(answer, SCREEN_WIDTH).join('\n')}\n`;
}

/** Beside the letters, a figure of two decimals, and what a model costs and answers. */
const LONGEST_NAME = 29;

const cellsOf = ({ figures, cost, coverage }: ModelResult) => [
  formatFigure(figures.positive.f1),
  formatMoney(cost.per_1000_rows),
  formatPercent(coverage.value),
];

function answerOf(
  highest: readonly ModelResult[],
  tied: readonly ModelResult[],
  report: Report,
): string {
  const isOne = highest.length === 1;
  const of = isOne ? 'its' : 'their';
  const names = tied.map(({ name, role }) => (role === 'teacher' ? `${of} teacher ${name}` : name));
  const [has, it] = isOne ? ['has', 'it'] : ['have', 'them'];
  const apart = `${isOne ? 'it is' : 'they are'} told apart from every other model`;
  const rest = names.length === 0 ? apart : `not told apart from ${it}: ${names.join(', ')}`;
  const best = highest.map(({ name }) => name).join(' and ');
  return `${best} ${has} the highest ${f1Name(report)} of the contenders${onLabelledRows(report)}; ${rest}.`;
}

const f1Of = ({ figures }: ModelResult) => figures.positive.f1.value;

/** The comparison of two models, whichever stands first. */
const pairOf = ({ pairs }: Report, one: string, other: string): Pair | undefined =>
  pairs.find(({ a, b }) => (a === one && b === other) || (a === other && b === one));
