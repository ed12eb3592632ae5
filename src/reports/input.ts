import type { GateResult } from '../analysis/gates.js';
import type { Report } from '../analysis/report.js';
import type { ToxicityLabel } from '../records.js';

/** One row of the evaluation file, in its order. */
export interface RowTexts {
  /** Its index in the dataset. */
  readonly index: number;
  readonly input: string;
  readonly human: ToxicityLabel | null;
  readonly teacher: ToxicityLabel;
  /** P(toxic), 0 to 1, by model name, where a model gives one. */
  readonly scores: Readonly<Record<string, number>>;
}

/** What every report is made of: the analysis, the rows behind it, and the gates that were set. */
export interface ReportInput {
  readonly report: Report;
  /** The rows that `report.rows` speaks of, in the same order. */
  readonly rows: readonly RowTexts[];
  /** Absent where no gate was set. */
  readonly gates?: readonly GateResult[] | undefined;
}
