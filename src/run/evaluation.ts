import type { Gate, GateResult } from '../analysis/gates.js';
import type { AnalysisInput } from '../analysis/input.js';
import type { Report } from '../analysis/report/report.js';
import type { AnswerColumns } from '../labels/foreign/answer-columns.js';
import type { HumanSampleKind } from '../labels/human-sample.js';
import type { Model } from '../models/classifier.js';
import type { PriceFile } from '../pricing/price-file.js';
import type { LabelSource } from '../terms.js';
import type { AskOptions } from './ask.js';
import type { ContenderCallbacks } from './ask-model.js';
import type { Audit, AuditOptions } from './audit.js';
import type { AskedContender } from './contenders.js';

export interface EvaluateOptions extends AskOptions {
  /** A file that `collect` wrote, one of the 2024 cookbook's, or a dataset file with human labels. */
  readonly evalFile: string;
  /** The models to ask, one after the other. */
  readonly models?: readonly Model[] | undefined;
  /**
   * Files of kept answers: contenders that nobody asks. Those of other programs are read too: logs of inspect_ai
   * and results of promptfoo in JSON, and tables.
   */
  readonly runs?: readonly string[] | undefined;
  /** The columns of tables among `runs`. Default: usual names. */
  readonly runColumns?: AnswerColumns | undefined;
  /** Whose labels are the truth. Default: human. */
  readonly trueLabels?: LabelSource | undefined;
  /**
   * Sheets of human labels beside those in the file, such as `audit` wrote: CSV files with the
   * columns `row` and `label`. With the draw that `audit` kept beside a sheet, figures for all rows
   * are in the report, by the probabilities with which its rows were drawn.
   */
  readonly humanLabels?: readonly string[] | undefined;
  /**
   * `uniform` where the rows with a human label were drawn at random among all of the file: then
   * figures for all rows are in the report. Without a draw nothing is claimed for the others.
   */
  readonly humanSample?: HumanSampleKind | undefined;
  /**
   * Draws so many rows that people should label next, and writes them to a sheet, `out`, that must
   * not be there yet. It needs exactly one contender.
   */
  readonly audit?: AuditOptions | undefined;
  /** The user's own prices, for a teacher whose rows do not record their cost. */
  readonly prices?: PriceFile | undefined;
  /**
   * A file that a contender learned from: its rows are left out, as are those that the file of a
   * student names.
   */
  readonly trainFile?: string | undefined;
  /** Call a row positive from this score on. */
  readonly threshold?: number | undefined;
  /** Tune the threshold on another file of labels. */
  readonly thresholdFrom?: string | undefined;
  /** How often each row is asked; the figures are means over the runs. Default: 1. */
  readonly runsPerRow?: number | undefined;
  /** What a row without a label counts as. Default: exclude. */
  readonly onUnanswered?: AnalysisInput['settings']['onUnanswered'] | undefined;
  /** Of the intervals. Default: 0.95. */
  readonly confidence?: number | undefined;
  /** Resamples behind the intervals. Default: 2000. */
  readonly bootstrap?: number | undefined;
  /** Of the resamples. Default: 0. */
  readonly seed?: number | undefined;
  /** The share of positive texts where the model is to work: figures are stated for it too. */
  readonly prevalence?: number | undefined;
  /** Columns of the file to give figures by. */
  readonly slice?: readonly string[] | undefined;
  /**
   * A column whose values make clusters of rows that say little more than one of them, such as a
   * conversation. Default: equal texts do.
   */
  readonly cluster?: string | undefined;
  /** Show published results beside those on ToxicChat's test split. */
  readonly baselines?: boolean | undefined;
  /** Files to write reports to, by their endings. */
  readonly reports?: readonly string[] | undefined;
  readonly gates?: readonly Gate[] | undefined;
  /** A JSON report of an earlier run: the positive F1 may not have fallen since then. */
  readonly noWorseThan?: string | undefined;
  /** Differences of the positive F1 below this are of no matter: for pairs, and for that gate. Default: 0.02. */
  readonly margin?: number | undefined;
  /** When the report is made, ISO 8601, UTC. Default: now. */
  readonly createdAt?: string | undefined;
}

export type EvaluateCallbacks = ContenderCallbacks;

/** What an evaluation came to. */
export interface Evaluation {
  readonly report: Report;
  readonly gates: readonly GateResult[];
  /** The contenders that were asked, in their order; the last may be unfinished. */
  readonly asked: readonly AskedContender[];
  /** The reports that were written: none where not one row was answered, or has a truth. */
  readonly written: readonly string[];
  /** Absent where none was asked for, and where the run ended before its time. */
  readonly audit?: Audit;
  /** What ended the run before its time, if anything did. */
  readonly stoppedBy?: unknown;
  readonly interrupted: boolean;
}
