import type { Evaluation } from '../evaluate.js';
import { formatCount, plural } from '../format.js';
import type { Audit } from '../run/audit.js';
import type { LabelNames } from '../terms.js';
import { commandStyle, quotePath, type Setup } from './setup.js';

/** What stands in the way of reading a filled sheet, or of doing so at no cost; all but one have a value. */
const OF_THE_DRAW = ['--audit', '--out', '--true-labels'];
const FRESH = '--fresh';

/** Says what was drawn for people to label, or how to say something of the rows nobody labelled. */
export function concludeAudit(
  { audit, report, stoppedBy, interrupted }: Evaluation,
  argv: readonly string[],
  { env, session }: Setup,
): void {
  const { labels } = report.task;
  if (audit) {
    const isOwn = report.models.every(({ role }) => role === 'contender');
    session.note(renderAudit(audit, labels, isOwn));
    const flags = [...withoutDraw(argv), '--human-labels', audit.sheet].map(quotePath);
    session.note(
      `next        fill in the column label with ${labels.positive} or ${labels.negative}, then`,
    );
    session.note(`            ${commandStyle(env)('evaluate', flags.join(' '))}`);
    return;
  }
  const { rows, without_truth: open } = report.data;
  const isDone = stoppedBy === undefined && !interrupted;
  const isSilent = report.models.every(({ all_rows }) => !all_rows);
  // A few rows without a label change little, and all without one have nothing to speak for them.
  if (!isDone || !isSilent || open === rows || open * 2 < rows) return;
  session.note('note: to have figures for all rows, draw some for people: --audit N --out FILE;');
  session.note('  if the labelled ones are a random draw, say so: --human-sample uniform');
}

/** The flags of this run for the next, which reads the sheet. */
function withoutDraw(argv: readonly string[]): string[] {
  return argv.filter((flag, i) => {
    const isOne = OF_THE_DRAW.some((each) => flag === each || flag.startsWith(`${each}=`));
    return !isOne && flag !== FRESH && !OF_THE_DRAW.includes(argv[i - 1] ?? '');
  });
}

/** @param isOwn - whether the file's labels are the answers that are audited */
function renderAudit(
  { sheet, draw, asked, labels, cells }: Audit,
  names: LabelNames,
  isOwn: boolean,
): string {
  const said = { ...names, unanswered: 'unanswered' };
  const isAll = labels < asked;
  return [
    `audit       ${plural(labels, 'row')} to label in ${sheet}; ${draw} keeps how they were drawn`,
    ...(isAll
      ? [`            not ${formatCount(asked)}: the others have a human label, and are not drawn`]
      : []),
    ...cells
      .filter(({ rows }) => rows > 0)
      .map(
        ({ contender, teacher, rows, drawn }) =>
          `            ${formatCount(drawn)} of ${plural(rows, 'row')}: ${isOwn ? said[contender] : `contender ${said[contender]}, teacher ${said[teacher]}`}`,
      ),
    '            give people the sheet alone: the other file shows what the models said',
  ].join('\n');
}
