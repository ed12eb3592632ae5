/** The words of the domain, without the schemas that check files by them. */

/** The two labels of every task; the task says how they are called where people see them. */
export const LABELS = ['negative', 'positive'] as const;
export type RowLabel = (typeof LABELS)[number];

/** How the two labels are called in files and where people read them. */
export type LabelNames = Readonly<Record<RowLabel, string>>;

/** Those of the built-in task, and of every file of the 2024 cookbook. */
export const TOXICITY_LABELS: LabelNames = { positive: 'toxic', negative: 'not toxic' };

/** Whose labels are meant, of the two that a row may have. */
export const LABEL_SOURCES = ['human', 'teacher'] as const;
export type LabelSource = (typeof LABEL_SOURCES)[number];

/** Why a row got no label. `failed` is transport or server; the others are the model's doing. */
export const UNANSWERED = ['refused', 'filtered', 'truncated', 'unparseable', 'failed'] as const;
export type UnansweredOutcome = (typeof UNANSWERED)[number];

/** What a row without a label counts as; `positive` and `negative` are labels. */
export const UNANSWERED_POLICIES = ['exclude', 'wrong', 'positive', 'negative'] as const;
export type UnansweredPolicy = (typeof UNANSWERED_POLICIES)[number];

/**
 * Who answered a row of a cascade; `stand-in` is the student where the teacher was asked and gave
 * no label.
 */
export const ANSWERED_BY = ['student', 'teacher', 'stand-in'] as const;

/** How a student says which rows it wants labelled. */
export const PICK_BY = ['score', 'uncertainty', 'mix'] as const;
export type PickBy = (typeof PICK_BY)[number];

/** Who picked the rows that were drawn at random. */
export const UNIFORM = 'uniform';
