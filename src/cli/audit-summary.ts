import type { Evaluation } from '../evaluate.js';
import type { LabelNames } from '../records.js';
import type { Audit } from '../run/audit.js';
import type { EvaluateFlags } from './evaluate-flags.js';
import { commandStyle, quotePath, type Setup } from './setup.js';

/** Says what was drawn for people to label, or how to say something of the rows nobody labelled. */
export function concludeAudit(
  { audit, report }: Evaluation,
  flags: EvaluateFlags,
  { env, session }: Setup,
): void {
  const { labels } = report.task;
  const { positive, negative } = labels;
  if (audit) {
    const isOwn = report.models.every(({ role }) => role === 'contender');
    session.note(renderAudit(audit, labels, isOwn));
    const again = commandStyle(env)('evaluate', `... --human-labels ${quotePath(audit.sheet)}`);
    const truth = flags.trueLabels === 'teacher' ? ', and without --true-labels' : '';
    session.note(
      `next        fill in the column label with ${positive} or ${negative}, then ${again}`,
    );
    session.note(`            with the flags of this run, but for --audit and --out${truth}`);
    return;
  }
  const isSilent = report.models.every(({ all_rows }) => !all_rows);
  if (!isSilent || report.data.without_truth === 0) return;
  session.note(
    'note: --human-sample uniform, if the labelled rows are a random draw, or --audit N --out FILE gives figures for all rows',
  );
}

/** @param isOwn - whether the file's labels are the answers that are audited */
function renderAudit(
  { sheet, draw, labels, cells }: Audit,
  names: LabelNames,
  isOwn: boolean,
): string {
  const said = { ...names, unanswered: 'unanswered' };
  return [
    `audit       ${labels} rows to label in ${sheet}; ${draw} keeps how they were drawn`,
    ...cells.map(
      ({ contender, teacher, rows, drawn }) =>
        `            ${drawn} of ${rows} rows: ${isOwn ? said[contender] : `contender ${said[contender]}, teacher ${said[teacher]}`}`,
    ),
    '            give people the sheet alone: the other file shows what the models said',
  ].join('\n');
}
