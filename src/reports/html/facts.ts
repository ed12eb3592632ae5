import type { Report } from '../../analysis/report/report.js';
import { formatCount, formatNumber, formatPercent, plural } from '../../format.js';
import { policyInWords } from '../words.js';
import { html, type Markup } from './markup.js';

function policyFact(report: Report): string {
  const policy = policyInWords(report);
  return policy === 'exclude' ? 'excluded from the figures' : `counted as ${policy}`;
}

/** Data, settings, models and versions. */
export function facts(report: Report): Markup {
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
  return html`<dl>${lines.map(
    ([term, fact]) => fact !== null && html`<div><dt>${term}</dt><dd>${fact}</dd></div>`,
  )}</dl>`;
}
