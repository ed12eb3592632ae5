import type { ToxicityLabel, UnansweredOutcome, Usage } from '../records.js';
import type { UnansweredPolicy, Verdicts } from './outcomes.js';
import type { ModelResult, Report } from './report.js';
import type { SlicedRow } from './slices.js';

/** A row of the evaluation file. */
export interface AnalysisRow extends SlicedRow {
  /** Its place in the split. */
  readonly index: number;
  readonly human: ToxicityLabel | null;
  readonly teacher: ToxicityLabel;
}

/** What a model is and what it took, apart from what it said. */
export interface Provenance {
  /** How the report calls it; where two are called alike, the later gets a number. */
  readonly name: string;
  readonly id: string | null;
  readonly provider: string | null;
  readonly prompt: string | null;
  readonly file: string | null;
  readonly usage: Usage | null;
  /** Dollars for all rows asked, null where unknown, and where the price is from. */
  readonly cost: { readonly usd: number | null; readonly basis: string };
  /** Milliseconds, of the rows for which they are known. */
  readonly latencies: readonly number[];
  readonly threshold?: ModelResult['threshold'];
}

export interface AnalysisTeacher extends Provenance {
  /** Rows that it left without a label: they are not in the file. */
  readonly unanswered: Partial<Record<UnansweredOutcome, number>>;
  /** P(toxic) by row, where its file has it. */
  readonly scores?: readonly (number | undefined)[];
}

export interface AnalysisContender extends Provenance {
  /** One for each row of the file, after any threshold. */
  readonly verdicts: Verdicts;
}

export interface AnalysisInput {
  readonly rows: readonly AnalysisRow[];
  readonly teacher: AnalysisTeacher;
  readonly contenders: readonly AnalysisContender[];
  readonly settings: {
    readonly truth: 'human' | 'gpt';
    readonly confidence: number;
    /** Resamples. */
    readonly bootstrap: number;
    readonly seed: number;
    readonly onUnanswered: UnansweredPolicy;
    readonly sliceColumns: readonly string[];
    /** Whether to show published results, where there are any for this split. */
    readonly baselines: boolean;
  };
  readonly data: Pick<Report['data'], 'file' | 'sha256' | 'dataset' | 'split' | 'seen'>;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly toolVersion: string;
}
