export { type CollectOptions, type CollectSummary, collect } from './collect.js';
export { type Dataset, type DatasetOptions, openDataset } from './datasets/index.js';
export type { Selection } from './datasets/selection.js';
export { type Env, readEnv } from './env.js';
export { EXIT, type ExitCode, UserError } from './errors.js';
export {
  type EvalRow,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  type Side,
  TRUTHS,
  type Truth,
} from './evaluate.js';
export { type Line, readJsonl } from './jsonl.js';
export { type Judged, type LabelOptions, label } from './label.js';
export {
  classificationReport,
  type ReportDict,
  type ReportOptions,
  type Scores,
} from './metrics/classification-report.js';
export type { Label } from './metrics/confusion.js';
export { type Classifier, type Model, type ModelOptions, openModel } from './models/index.js';
export {
  LABELS,
  type LabelledRow,
  labelledRowSchema,
  labelSchema,
  type Sample,
  sampleSchema,
  type ToxicityLabel,
  UNANSWERED,
  type UnansweredOutcome,
  type UnansweredRow,
  type Usage,
  unansweredRowSchema,
  usageSchema,
  type Verdict,
  verdictSchema,
} from './records.js';
export { renderText } from './reports/text.js';
export { openTransport, type Transport } from './requests/transport.js';
