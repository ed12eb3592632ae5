import { type GateResult, namedRows } from '../analysis/gates.js';
import type { ModelResult } from '../analysis/report.js';
import { escapeControls } from '../text.js';
import type { ReportInput } from './input.js';
import {
  grouped,
  money,
  number,
  percent,
  plural,
  timesWord,
  truthInWords,
  verdicts,
  withInterval,
} from './words.js';

/** For a pull request or a job summary: what was found, one table, the gates, how to read it. */
export function render({ report, gates }: ReportInput): string {
  const { settings, data, models, notes } = report;
  const own = models.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`));
  const unasked = notes.concat(own).map((note) => `- ${escapeMarkdown(note)}`);
  return [
    '## Toxicity evaluation',
    ...verdicts(report).map(escapeMarkdown),
    renderTable(
      ['model', 'toxic F1', 'precision', 'recall', 'accuracy', 'answered', '$ per 1,000 rows'],
      models.map(modelCells),
      { figures: true },
    ),
    ...(gates ? [renderGateTable(gates)] : []),
    `How to read it: the truth is ${truthInWords(report)} on ${plural(data.toxic + data.not_toxic, 'row')}` +
      `, ${grouped(data.toxic)} of them toxic. In brackets is the ${percent(settings.confidence)}` +
      ' interval: two models whose intervals overlap may still differ, and the sentences above say' +
      ' what a paired test found.',
    ...(unasked.length > 0 ? [`What these figures may not claim:\n\n${unasked.join('\n')}`] : []),
  ]
    .join('\n\n')
    .concat('\n');
}

function modelCells({ name, role, is_truth, figures, coverage, cost }: ModelResult): string[] {
  const { toxic, accuracy } = figures;
  const quality = [toxic.f1, toxic.precision, toxic.recall, accuracy].map(withInterval);
  const times = cost.times_cheaper_than_teacher;
  return [
    role === 'teacher' ? `${name} (teacher)` : name,
    ...(is_truth ? ['is the truth', '', '', ''] : quality),
    coverage.value === null ? number(null) : percent(coverage.value),
    money(cost.per_1000_rows) + (times === null ? '' : ` (${timesWord(times)}× cheaper)`),
  ];
}

function renderGateTable(gates: readonly GateResult[]): string {
  return renderTable(
    ['gate', 'model', 'result', 'seen'],
    gates.map(({ name, model, passed, reason, rows, rowCount }) => [
      name,
      model,
      passed ? 'passed' : '**failed**',
      rowCount === 0 ? reason : `${reason}; ${namedRows(rows, rowCount)}`,
    ]),
    { figures: false },
  );
}

/** Text to the left; figures to the right. Cells are escaped but for our `**`. */
function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { figures }: { figures: boolean },
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const escaped = rows.map((cells) =>
    line(cells.map((cell) => (cell === '**failed**' ? cell : escapeMarkdown(cell)))),
  );
  return [
    line(head),
    line(head.map((_, i) => (figures && i > 0 ? '--:' : ':--'))),
    ...escaped,
  ].join('\n');
}

/**
 * Text that stays text: nothing in it becomes a tag, link, mention, issue number, table cell or
 * line.
 */
export const escapeMarkdown = (text: string): string =>
  escapeControls(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]|~!]/g, '\\$&')
    .replace(/@(?=\w)/g, '@\u200b')
    .replace(/#/g, '\\#\u200b')
    .replace(/:\/\//g, ':\u200b//')
    .replace(/\bwww\./gi, 'www\u200b.');
