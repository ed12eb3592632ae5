export { analyse } from './analysis/analyse.js';
export { checkGates, type Gate, type GateResult, parseGate } from './analysis/gates.js';
export type { AnalysisInput, HumanSample } from './analysis/input.js';
export { noWorseThan } from './analysis/no-worse-than.js';
export type { Plan } from './analysis/plan.js';
export type { Figure } from './analysis/report/figures.js';
export type { AllRows, ModelResult } from './analysis/report/model.js';
export { type Report, reportSchema } from './analysis/report/report.js';
export { REPORT_VERSION } from './analysis/report/version.js';
export {
  type CollectCallbacks,
  type CollectOptions,
  type CollectSummary,
  collect,
  estimateCollect,
  exportCollect,
} from './collect.js';
export { type Dataset, type DatasetOptions, openDataset } from './datasets/index.js';
export type { Selection } from './datasets/selection.js';
export { type Env, readEnv } from './env.js';
export { EXIT, type ExitCode, UserError } from './errors.js';
export {
  type EvaluateCallbacks,
  type EvaluateOptions,
  type Evaluation,
  estimateEvaluate,
  evaluate,
} from './evaluate.js';
export { readJsonl } from './files/jsonl.js';
export type { Line } from './files/lines.js';
export { answersPath } from './labels/answers-file.js';
export { type AuditDraw, auditDrawSchema } from './labels/audit-draw.js';
export {
  type ChatExportOptions,
  type ChatLine,
  chatLineSchema,
  exportChat,
} from './labels/chat-export.js';
export {
  type EvalFile,
  readEvalFile,
} from './labels/eval-file.js';
export { type HumanLabels, readHumanLabels } from './labels/human-labels.js';
export type { HumanSampleKind } from './labels/human-sample.js';
export {
  type Predictions,
  readPredictions,
} from './labels/predictions.js';
export {
  readTrainingSet,
  type TrainingSet,
  type TrainingSetOptions,
} from './labels/training-set.js';
export {
  classificationReport,
  type ReportDict,
  type ReportOptions,
  type Scores,
} from './metrics/classification-report.js';
export type { Label } from './metrics/confusion.js';
export { type Classifier, type Model, type ModelOptions, openModel } from './models/index.js';
export {
  findModelPrice as findPrice,
  type ModelPriceQuery as PriceQuery,
} from './models/model-price.js';
export { openStudent, type StudentOptions } from './models/student.js';
export {
  estimatePick,
  type PickCallbacks,
  type PickOptions,
  type PickState,
  type PickSummary,
  pick,
} from './pick.js';
export { type PlanOptions, planEvaluate } from './plan.js';
export { CostTotal, costOf } from './pricing/cost.js';
export type { Estimate } from './pricing/estimate.js';
export { parsePrice } from './pricing/price.js';
export { type PriceFile, readPriceFile } from './pricing/price-file.js';
export type { Price, PriceOverrides } from './pricing/prices.js';
export {
  type LabelledRow,
  labelledRowSchema,
  type UnansweredRow,
  unansweredRowSchema,
} from './records.js';
export { chooseRenderer } from './reports/index.js';
export type { ReportInput } from './reports/input.js';
export { readReport } from './reports/read.js';
export { renderText } from './reports/text.js';
export { Budget, BudgetSpentError } from './requests/budget.js';
export type { SenderOptions } from './requests/sender.js';
export { openTransport, type Transport } from './requests/transport.js';
export type { AskOptions, BatchOptions } from './run/ask.js';
export type { Asked, BatchFacts, BatchStanding } from './run/asked.js';
export type { Audit, AuditOptions } from './run/audit.js';
export type { AskedContender, Contender } from './run/contenders.js';
export type { Exported } from './run/export-requests.js';
export { type Judged, type LabelOptions, label } from './run/label.js';
export { type Sample, sampleSchema } from './sample.js';
export type { Embedder } from './student/embedding-head.js';
export { readStudent } from './student/student-file.js';
export { type Student, studentSchema } from './student/student-schema.js';
export {
  LABEL_SOURCES,
  LABELS,
  type LabelSource,
  type RowLabel,
  UNANSWERED,
  type UnansweredOutcome,
} from './terms.js';
export { type TrainCallbacks, type TrainOptions, type TrainSummary, train } from './train.js';
export { labelSchema, type Usage, usageSchema, type Verdict, verdictSchema } from './verdict.js';
