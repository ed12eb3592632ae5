/** The first key of a student file, which says what the file is. */
export const STUDENT_SCHEMA = 'toxicity-distill/student';

/** Raised when a key goes or changes its meaning; a new optional key leaves it as it is. */
export const STUDENT_VERSION = 1;

/** The labels of a student whose file names no task: files before 0.3. */
export const LABELS_BEFORE_TASKS = { positive: 'toxic', negative: 'not toxic' };

/** What to do about a file that is damaged. */
export const RETRAIN = 'train the student again';
