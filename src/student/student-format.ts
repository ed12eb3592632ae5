/** The first key of a student file, which says what the file is. */
export const STUDENT_SCHEMA = 'toxicity-distill/student';

/** Raised when a key goes or changes its meaning; a new optional key leaves it as it is. */
export const STUDENT_VERSION = 1;
