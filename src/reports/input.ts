import type { GateResult } from '../analysis/gates.js';
import type { Verdicts } from '../analysis/outcomes.js';
import type { Report } from '../analysis/report.js';
import type { LabelledRow } from '../records.js';

/** What every report is made of: the analysis, the rows behind it, and the gates that were set. */
export interface ReportInput {
  readonly report: Report;
  /** The evaluation file: the rows that `report.rows` speaks of, in the same order. */
  readonly rows: readonly LabelledRow[];
  /** What each contender said of them, by its name in the report. */
  readonly verdicts: ReadonlyMap<string, Verdicts>;
  /** Absent where no gate was set. */
  readonly gates?: readonly GateResult[] | undefined;
}
