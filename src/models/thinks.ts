const THINKS = /(?:^|\/)(?:o[134]\b|gpt-[56])|gpt-oss|deepseek-r1|qwq|magistral|reasoner|thinking/i;

/** Whether the id is that of a model which thinks before it answers. */
export const thinks = (id: string) => THINKS.test(id);
