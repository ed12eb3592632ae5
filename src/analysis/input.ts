import type { CascadeFacts } from '../models/classifier.js';
import { type RowList, RowTable } from '../rows/table.js';
import type { VerdictList, Verdicts } from '../rows/verdicts.js';
import { verdictsIn } from '../rows/verdicts-builder.js';
import type { Task } from '../task/task.js';
import type { UnansweredOutcome, UnansweredPolicy } from '../terms.js';
import type { Circumstances } from './notes.js';
import type { ModelResult } from './report/model.js';
import type { Report } from './report/report.js';

/** What a model is, apart from what it said. */
export interface Identity {
  /** How the report calls it; where two are called alike, the later gets a number. */
  readonly name: string;
  readonly id: string | null;
  readonly provider: string | null;
  readonly prompt: string | null;
  readonly file: string | null;
  /** Where the price of its tokens is from. */
  readonly priceBasis: string;
}

export interface AnalysisTeacher extends Identity {
  /** Rows that it left without a label: they are not in the file. */
  readonly unanswered: Partial<Record<UnansweredOutcome, number>>;
  /** Rows with its label in the whole file, where some of them are left out. Default: those there are. */
  readonly answered?: number;
}

export interface AnalysisContender extends Identity, Circumstances {
  /** After any threshold; of the first run where rows were asked more than once. */
  readonly verdicts: VerdictList;
  /** All whole runs, `verdicts` first, where there is more than one. */
  readonly runs?: readonly VerdictList[] | undefined;
  readonly threshold: ModelResult['threshold'];
  /** Of a cascade that was opened: whom it asks, what it promises, what it was chosen on. */
  readonly cascade?:
    | Pick<CascadeFacts, 'teacher' | 'student' | 'alone' | 'calibration' | 'promise'>
    | undefined;
}

/** How the rows with a human label were chosen among all. */
export interface HumanSample {
  /** `uniform`: at random among all rows, by the user's word. `drawn`: by draws on record. */
  readonly kind: 'uniform' | 'drawn';
  /** One for each row: within a stratum the labelled rows are a random draw of its rows. */
  readonly strata: readonly string[];
  /** Rows that were drawn and have no label yet. */
  readonly blank: number;
}

export interface AnalysisInput {
  readonly task: Pick<Task, 'name' | 'labels'>;
  /** The evaluation file. The teacher's verdicts are in it. */
  readonly rows: RowList;
  /** Null where only people labelled the rows. */
  readonly teacher: AnalysisTeacher | null;
  readonly contenders: readonly AnalysisContender[];
  readonly settings: {
    readonly truth: Report['settings']['truth'];
    readonly confidence: number;
    /** Resamples. */
    readonly bootstrap: number;
    readonly seed: number;
    readonly onUnanswered: UnansweredPolicy;
    /** Differences of the positive F1 below this are of no matter. */
    readonly margin: number;
    /** A share of positive rows to state figures for, besides that of the rows. */
    readonly prevalence?: number | undefined;
    readonly sliceColumns: readonly string[];
    /** The column whose values make clusters of rows; null where equal texts do. */
    readonly cluster: string | null;
    /** Whether to show published results, where there are any for this split. */
    readonly baselines: boolean;
  };
  readonly data: Pick<Report['data'], 'file' | 'sha256' | 'dataset' | 'split' | 'seen'>;
  /** Absent where that is not known: then nothing is claimed for rows without a human label. */
  readonly humanSample?: HumanSample | undefined;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly toolVersion: string;
}

/** A contender whose verdicts are in columns. */
export interface Judged extends AnalysisContender {
  readonly verdicts: Verdicts;
  readonly runs?: readonly Verdicts[] | undefined;
}

/** What is analysed, in columns: there may be millions of rows. */
export interface InColumns extends AnalysisInput {
  readonly rows: RowTable;
  readonly contenders: readonly Judged[];
}

export const inColumns = (input: AnalysisInput): InColumns => ({
  ...input,
  rows: RowTable.of(input.rows),
  contenders: input.contenders.map((contender) => ({
    ...contender,
    verdicts: verdictsIn(contender.verdicts),
    runs: contender.runs?.map(verdictsIn),
  })),
});
