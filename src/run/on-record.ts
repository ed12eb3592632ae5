import type { EvalFile } from '../labels/eval-file.js';
import type { Model } from '../models/classifier.js';
import { teacherVerdictOf } from '../records.js';
import type { Verdict } from '../verdict.js';

/**
 * Gives a cascade the answers of its teacher that are in the file already, so that nobody pays for
 * them again. Any other model is returned as it is.
 */
export function withRecord(model: Model, { teacher, rows }: EvalFile): Model {
  const { id, provider, prompt } = teacher ?? {};
  if (!model.cascade || !id || !provider || !prompt) return model;
  const byText = new Map<string, Verdict>();
  for (const row of rows) {
    const verdict = teacherVerdictOf(row);
    if (verdict && !byText.has(row.input)) byText.set(row.input, verdict);
  }
  return model.cascade.withAnswers({
    model: id,
    provider,
    prompt,
    verdictOf: (text) => byText.get(text),
  });
}
