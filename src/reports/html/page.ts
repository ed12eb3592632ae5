import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Report } from '../../analysis/report.js';
import type { ReportInput } from '../input.js';
import {
  contendersOf,
  grouped,
  percent,
  plural,
  teacherOf,
  truthInWords,
  verdicts,
} from '../words.js';
import { classBars } from './class-bars.js';
import {
  agreementTable,
  baselinesTable,
  commonTable,
  pairsTable,
  slicesTable,
  threeWay,
} from './comparisons.js';
import { curveCharts } from './curves.js';
import { html, Markup } from './markup.js';
import { qualityCostChart } from './quality-cost.js';
import { bounds, confusionMatrices, gatesTable, resultsTable } from './results.js';
import { rowBrowser } from './rows.js';
import { scoresTable } from './scores.js';
import { STYLE } from './style.js';

const SCRIPT = readFileSync(new URL('./client.js', import.meta.url), 'utf8');

/**
 * One self-contained page. Its policy lets it load nothing, and run and style itself with
 * nothing but its own script and style sheet, known by their hashes.
 */
export function render({ report, gates }: ReportInput): string {
  const title = titleOf(report);
  const [first, ...others] = verdicts(report);
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
<p class="over">Toxicity evaluation of ${report.data.file}, ${report.created_at.slice(0, 10)}</p>
<h1>${title}</h1>
<p class="verdict">${first}</p>
${others.map((verdict) => html`<p class="verdict second">${verdict}</p>`)}
</header>
<main>
${section('results', 'Results', [resultsTable(report), bounds(report), howToRead(report)])}
${gates && section('gates', 'Gates', [gatesTable(gates)])}
${section('charts', 'Charts', [qualityCostChart(report.models), classBars(report.models), curveCharts(report)])}
${section('scores', 'Scores', [scoresTable(report)])}
${section('confusion', 'Right and wrong', [confusionMatrices(report)])}
${section('pairs', 'Models in pairs', [pairsTable(report)])}
${section('common', 'On the rows that every model answered', [commonTable(report), report.common && html`<p class="note">${plural(report.common.n, 'row')}.</p>`])}
${section('agreement', 'Who agrees with whom', [agreementTable(report), ...threeWay(report)])}
${section('slices', 'Slices', [slicesTable(report)])}
${section('published', 'Published results', [baselinesTable(report)])}
${section('disagreements', 'Rows that models disagree on', [rowBrowser(report)])}
${section('limits', 'What these figures may not claim', [limits(report)])}
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
  return teacher === undefined ? contenders : `${contenders} beside ${teacher}`;
}

/** A section with a heading; nothing where there is nothing to put into it. */
function section(id: string, heading: string, parts: (Markup | null)[]): Markup | null {
  if (parts.every((part) => part === null)) return null;
  return html`<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${heading}</h2>\n${parts}</section>`;
}

function howToRead(report: Report): Markup {
  const { settings, data } = report;
  return html`<p class="note">The truth is ${truthInWords(report)} on ${plural(data.toxic + data.not_toxic, 'row')}, ${grouped(data.toxic)} of them toxic. Small figures are ${percent(settings.confidence)} intervals: intervals that overlap do not show that two models are equal, nor that they differ; that is tested on pairs.</p>`;
}

function limits({ notes, models }: Report): Markup | null {
  const all = [
    ...notes,
    ...models.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)),
  ];
  if (all.length === 0) return null;
  return html`<ul>${all.map((note) => html`<li>${note}</li>`)}</ul>`;
}

const POLICIES = {
  exclude: 'count in no figure',
  wrong: 'count as wrong',
  toxic: 'count as toxic',
  'not-toxic': 'count as not toxic',
} as const;

/** Where the figures are from: data, settings, models, versions. */
function facts({ data, settings, models, tool_version, created_at, version }: Report): Markup {
  const seen = data.seen
    ? `${plural(data.seen.rows, 'row')} also in ${data.seen.file}, ${data.seen.excluded ? 'left out' : 'counted all the same'}`
    : null;
  const lines: [string, string | null][] = [
    ['File', data.file],
    ['SHA-256', data.sha256],
    ['Dataset', [data.dataset, data.split].filter(Boolean).join(', ') || null],
    [
      'Rows',
      `${grouped(data.rows)}: ${grouped(data.toxic)} toxic, ${grouped(data.not_toxic)} not toxic, ${grouped(data.without_truth)} without a true label`,
    ],
    ['Repeated texts', grouped(data.duplicate_texts)],
    ['Seen in training', seen],
    ['Rows without a label', POLICIES[settings.on_unanswered]],
    [
      'Intervals',
      `${percent(settings.confidence)}; ${grouped(settings.bootstrap)} bootstrap draws, seed ${settings.seed}`,
    ],
    ...models.map(({ name, role, id, provider, prompt, threshold, cost }): [string, string] => [
      role === 'teacher' ? 'Teacher' : 'Contender',
      [
        name,
        id !== name && id !== null ? `id ${id}` : null,
        provider,
        prompt,
        cost.basis && `cost: ${cost.basis}`,
        threshold && `toxic from a score of ${threshold.value} (${threshold.source})`,
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
