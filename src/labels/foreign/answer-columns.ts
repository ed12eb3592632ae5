/** Which columns of a table hold what; the usual names are tried where unset. */
export const ANSWER_COLUMNS = ['text', 'prediction', 'score', 'model'] as const;
export type AnswerColumns = { readonly [Column in (typeof ANSWER_COLUMNS)[number]]?: string };
