import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Report } from '../../analysis/report.js';
import { contendersOf, teacherOf } from '../../analysis/roles.js';
import { formatCount, formatNumber, formatPercent, plural } from '../../format.js';
import type { ReportInput } from '../input.js';
import {
  evaluationTitle,
  findings,
  intervalInWords,
  policyInWords,
  truthInWords,
} from '../words.js';
import { allRowsTable, prevalenceTable, rerunTable } from './beyond.js';
import { classBars } from './class-bars.js';
import {
  accuracyPairsTable,
  agreementTable,
  baselinesTables,
  commonTable,
  pairsTable,
  scorePairsTable,
  slicesNote,
  slicesTable,
  threeWay,
} from './comparisons.js';
import { curveCharts } from './curves.js';
import { html, Markup } from './markup.js';
import { qualityCostChart } from './quality-cost.js';
import { bounds, confusionMatrices, gatesTable, resultsTable } from './results.js';
import { rowBrowser } from './rows.js';
import { calibrationTable, scoresTable } from './scores.js';
import { STYLE } from './style.js';

const SCRIPT = readFileSync(new URL('./client.js', import.meta.url), 'utf8');

/**
 * One self-contained page. Its policy allows its own script and style sheet, by their hashes, and
 * nothing else.
 */
export function render({ report, gates }: ReportInput): string {
  const title = titleOf(report);
  const [first, ...others] = findings(report);
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(STYLE)}'`,
    `script-src '${hashOf(SCRIPT)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>
<p class="over">${evaluationTitle(report)} of ${report.data.file}, ${report.created_at.slice(0, 10)}</p>
<h1>${title}</h1>
<p class="finding">${first}</p>
${others.map((finding) => html`<p class="finding second">${finding}</p>`)}
</header>
<main>
${section('results', 'Results', [resultsTable(report), bounds(report), howToRead(report)])}
${gates && section('gates', 'Gates', [gatesTable(gates)])}
${section('charts', 'Charts', [qualityCostChart(report), classBars(report), curveCharts(report)])}
${section('scores', 'Scores', [scoresTable(report), calibrationTable(report)])}
${section('confusion', 'Confusion matrix', [confusionMatrices(report)])}
${section('beyond', 'Beyond these rows', [allRowsTable(report), prevalenceTable(report), rerunTable(report)])}
${section('pairs', 'Pairs', [pairsTable(report), accuracyPairsTable(report), scorePairsTable(report)])}
${section('common', 'On the rows that every model answered', [commonTable(report), report.common && html`<p class="note">${plural(report.common.n, 'row')}.</p>`])}
${section('agreement', 'Agreement', [agreementTable(report), ...threeWay(report)])}
${section('slices', 'Slices', [slicesTable(report), slicesNote(report)])}
${section('published', 'Published results', baselinesTables(report))}
${section('disagreements', 'Disagreements', [rowBrowser(report)])}
${section('limits', 'Limitations', [limits(report)])}
</main>
<footer>${facts(report)}</footer>
<script type="module">${new Markup(SCRIPT)}</script>
</body>
</html>
`.source;
}

const hashOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

function titleOf(report: Report): string {
  const names = contendersOf(report).map(({ name }) => name);
  const contenders = names.length > 2 ? `${names.length} contenders` : names.join(' and ');
  const teacher = teacherOf(report)?.name;
  return teacher === undefined ? contenders : `${contenders} compared with ${teacher}`;
}

/** A section with a heading; nothing where there is nothing to put into it. */
function section(id: string, heading: string, parts: (Markup | null)[]): Markup | null {
  if (parts.every((part) => part === null)) return null;
  return html`<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${heading}</h2>\n${parts}</section>`;
}

function howToRead(report: Report): Markup {
  const { data } = report;
  return html`<p class="note">The truth is ${truthInWords(report)} of ${plural(data.positive + data.negative, 'row')}, ${formatCount(data.positive)} of them ${report.task.labels.positive}. In brackets is the ${intervalInWords(report)}.${report.pairs.length > 0 && ' Two models whose intervals overlap may still differ: the table of pairs has the tests.'}</p>`;
}

function limits({ notes, models }: Report): Markup | null {
  const all = [
    ...notes,
    ...models.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)),
  ];
  if (all.length === 0) return null;
  return html`<ul>${all.map((note) => html`<li>${note}</li>`)}</ul>`;
}

function policyFact(report: Report): string {
  const policy = policyInWords(report);
  return policy === 'exclude' ? 'excluded from the figures' : `counted as ${policy}`;
}

/** Data, settings, models and versions. */
function facts(report: Report): Markup {
  const { data, task, settings, models, tool_version, created_at, version } = report;
  const { positive, negative } = task.labels;
  const seen = data.seen ? `${plural(data.seen.rows, 'row')}, left out` : null;
  const lines: [string, string | null][] = [
    ['File', data.file],
    ['SHA-256', data.sha256],
    ['Dataset', [data.dataset, data.split].filter(Boolean).join(', ') || null],
    [
      'Rows',
      `${formatCount(data.rows)}: ${formatCount(data.positive)} ${positive}, ${formatCount(data.negative)} ${negative}, ${formatCount(data.without_truth)} without a human label`,
    ],
    ['Repeated texts', formatCount(data.duplicate_texts)],
    ['Rows count as one by', settings.cluster],
    [
      `Design effect among ${positive} rows`,
      data.design_effect === null ? null : formatNumber(data.design_effect),
    ],
    ['Seen in training', seen],
    ['Unanswered rows', policyFact(report)],
    [
      'Intervals',
      `${formatPercent(settings.confidence, 2)}; ${formatCount(settings.bootstrap)} bootstrap resamples, seed ${settings.seed}`,
    ],
    ...models.map(({ name, role, id, provider, prompt, threshold, cost }): [string, string] => [
      role === 'teacher' ? 'Teacher' : 'Contender',
      [
        name,
        id !== name && id !== null ? `id ${id}` : null,
        provider,
        prompt,
        cost.basis && `cost: ${cost.basis}`,
        threshold &&
          `${positive} from a score of ${formatNumber(threshold.value, 4)} (${threshold.source})`,
      ]
        .filter(Boolean)
        .join(', '),
    ]),
    [
      'Made',
      `${created_at.slice(0, 16).replace('T', ' ')} UTC by toxicity-distill ${tool_version}, report version ${version}`,
    ],
  ];
  return html`<h2>Data and settings</h2><dl>${lines.map(
    ([term, fact]) => fact !== null && html`<div><dt>${term}</dt><dd>${fact}</dd></div>`,
  )}</dl>`;
}
