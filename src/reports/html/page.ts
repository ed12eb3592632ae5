import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Report } from '../../analysis/report/report.js';
import { formatCount, plural } from '../../format.js';
import type { ReportInput } from '../input.js';
import { intervalInWords, ofFirstRun, truthInWords } from '../words.js';
import { allRowsTable, prevalenceTable, rerunTable } from './beyond.js';
import { cascadeChart } from './cascade-chart.js';
import { classBars } from './class-bars.js';
import {
  accuracyPairsTable,
  agreementTable,
  baselinesTables,
  commonTable,
  pairsNote,
  pairsTable,
  scorePairsTable,
  slicesNote,
  slicesTable,
  threeWay,
} from './comparisons.js';
import { curveCharts } from './curves.js';
import { facts } from './facts.js';
import { lead, limits, otherFindings, titleOf } from './lead.js';
import { html, Markup } from './markup.js';
import { qualityCostChart } from './quality-cost.js';
import { bounds, confusionMatrices, gatesTable, resultsTable } from './results.js';
import { rowBrowser } from './rows.js';
import { calibrationTable, scoresTable } from './scores.js';
import { STYLE } from './style.js';

const SCRIPT = readFileSync(new URL('./client.js', import.meta.url), 'utf8');

/**
 * One self-contained page. Its policy allows its own script and style sheet, by their hashes, and
 * nothing else. It can be read without the script, save for the list of rows.
 */
export function render({ report, gates }: ReportInput): string {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(STYLE)}'`,
    `script-src '${hashOf(SCRIPT)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const sections = sectionsOf(report, gates);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="toxicity-distill">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${titleOf(report)}</title>
<link rel="icon" href="data:,">
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>
${lead(report)}
<nav class="contents" aria-label="Contents">${sections.map(
    ({ id, heading }) => html`<a href="#${id}">${heading}</a>`,
  )}</nav>
</header>
<main>
${sections.map(
  ({ id, heading, parts }) =>
    html`<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${heading}</h2>\n${parts}</section>\n`,
)}</main>
<script type="module">${new Markup(SCRIPT)}</script>
</body>
</html>
`.source;
}

const hashOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

interface Section {
  readonly id: string;
  readonly heading: string;
  readonly parts: readonly (Markup | null)[];
}

/** The sections in their order, but for those that there is nothing to put into. */
function sectionsOf(report: Report, gates: ReportInput['gates']): Section[] {
  const { common } = report;
  const section = (id: string, heading: string, ...parts: (Markup | null)[]): Section => ({
    id,
    heading,
    parts,
  });
  const curve = cascadeChart(report);
  return [
    section('cascade', 'Quality and cost', curve),
    section(
      'results',
      'Results',
      resultsTable(report),
      bounds(report),
      howToRead(report),
      ...otherFindings(report),
    ),
    section('gates', 'Gates', gates ? gatesTable(gates) : null),
    section(
      'charts',
      'Charts',
      curve ? null : qualityCostChart(report),
      classBars(report),
      curveCharts(report),
    ),
    section('scores', 'Scores', scoresTable(report), calibrationTable(report)),
    section('confusion', `Confusion matrix${ofFirstRun(report)}`, confusionMatrices(report)),
    section(
      'beyond',
      'Beyond these rows',
      allRowsTable(report),
      prevalenceTable(report),
      rerunTable(report),
    ),
    section(
      'pairs',
      'Pairs',
      pairsNote(report),
      pairsTable(report),
      accuracyPairsTable(report),
      scorePairsTable(report),
    ),
    section(
      'common',
      'On the rows that every model answered',
      commonTable(report),
      common && html`<p class="note">${plural(common.n, 'row')}.</p>`,
    ),
    section(
      'agreement',
      `Agreement${ofFirstRun(report)}`,
      agreementTable(report),
      ...threeWay(report),
    ),
    section('slices', `Slices${ofFirstRun(report)}`, slicesTable(report), slicesNote(report)),
    section('published', 'Published results', ...baselinesTables(report)),
    section('disagreements', 'Disagreements', rowBrowser(report)),
    section('limits', 'Limitations of the other models', limits(report)),
    section('facts', 'Data and settings', facts(report)),
  ].filter(({ parts }) => parts.some((part) => part !== null));
}

function howToRead(report: Report): Markup {
  const { data } = report;
  return html`<p class="note">The truth is ${truthInWords(report)} of ${plural(data.positive + data.negative, 'row')}, ${formatCount(data.positive)} of them ${report.task.labels.positive}. In brackets is the ${intervalInWords(report)}.${report.pairs.length > 0 && ' Two models whose intervals overlap may still differ: the table of pairs has the tests.'}</p>`;
}
