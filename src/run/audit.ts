import type { AnalysisInput, Identity } from '../analysis/input.js';
import { UserError } from '../errors.js';
import { type AuditDraw, drawPath } from '../labels/audit-draw.js';
import { refuseSheet, writeSheet } from '../labels/audit-sheet.js';
import { drawAudit } from '../labels/draw-audit.js';
import type { EvalFile } from '../labels/eval-file.js';
import type { Model } from '../models/classifier.js';
import { NO_LABEL } from '../rows/labels.js';
import { verdictsIn } from '../rows/verdicts-builder.js';
import type { Contender } from './contenders.js';

/** How many rows to draw, and the sheet to write them to. */
export interface AuditOptions {
  readonly labels: number;
  readonly out: string;
}

/** A sheet that was written for people to fill in. */
export interface Audit {
  readonly sheet: string;
  /** How its rows were drawn; it shows what the models said, so it is not for those people. */
  readonly draw: string;
  /** How many rows were to be drawn, and how many there were. */
  readonly asked: number;
  readonly labels: number;
  /** By what contender and teacher said of the rows. */
  readonly cells: readonly Omit<AuditDraw['cells'][number], 'members' | 'sheet'>[];
}

/**
 * Finds out before anything is asked whether there will be an audit.
 *
 * @throws UserError when there is not exactly one contender with an answer or an outcome for each
 *   row, no row to draw, or no place for the sheet
 */
export function refuseAudit(
  { labels, out }: AuditOptions,
  { path, rows, teacher }: EvalFile,
  { models, kept }: { readonly models: readonly Model[]; readonly kept: readonly Contender[] },
): void {
  const contenders = models.length + kept.length;
  if (contenders !== 1) {
    throw new UserError(`\`audit\` goes with one contender, and there are ${contenders}`, {
      hint: 'the rows are drawn by what one contender and the teacher say: name one',
    });
  }
  if (!Number.isInteger(labels) || labels < 1) {
    throw new UserError(`\`audit\` cannot draw ${labels} rows`, {
      hint: 'give a whole number from 1 up',
    });
  }
  if (!teacher) {
    throw new UserError(`${path} has no teacher's labels, and \`audit\` draws by them`, {
      hint: 'label the rows with a teacher first: collect',
    });
  }
  if (!rows.human.includes(NO_LABEL)) {
    throw new UserError('every row has a human label, so `audit` has none to draw', {
      hint: 'leave it out',
    });
  }
  const missing = kept.reduce(
    (sum, { predictions: { verdicts } }) => sum + verdicts.length - verdicts.asked,
    0,
  );
  if (missing > 0) {
    throw new UserError(`${missing} rows have no kept answer, and \`audit\` needs one of each`, {
      hint: 'finish the run of that contender first',
    });
  }
  refuseSheet(out);
}

/**
 * Draws the rows and writes the sheet.
 *
 * @throws UserError when the sheet cannot be written
 */
export function writeAudit(
  { labels, out }: AuditOptions,
  evalFile: EvalFile,
  { contenders: [contender], settings, createdAt, toolVersion }: AnalysisInput,
): Audit | undefined {
  const { teacher } = evalFile;
  if (!contender || !teacher) return undefined;
  const { cells, sheet } = drawAudit(evalFile, verdictsIn(contender.verdicts), {
    labels,
    seed: settings.seed,
    unansweredIsPositive: settings.onUnanswered === 'positive',
  });
  writeSheet(out, sheet, {
    schema: 'toxicity-distill/audit-draw',
    version: 1,
    tool_version: toolVersion,
    created_at: createdAt,
    seed: settings.seed,
    eval_file: {
      path: evalFile.path,
      sha256: evalFile.sha256,
      rows: evalFile.rows.keys.distinct,
    },
    contender: named(contender),
    teacher: named(teacher),
    cells,
  });
  return {
    sheet: out,
    draw: drawPath(out),
    asked: labels,
    labels: sheet.length,
    cells: cells.map(({ members: _members, sheet: _sheet, ...cell }) => cell),
  };
}

const named = ({ name, id, provider, prompt }: Identity) => ({ name, id, provider, prompt });
