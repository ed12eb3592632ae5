import { readFileSync, writeFileSync } from 'node:fs';

/** The objects of a JSONL file. */
export function readRows(path: string): Record<string, unknown>[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

export function writeRows(path: string, rows: readonly object[]): void {
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

/** A CSV dataset in ToxicChat's columns; a text with TOXIC in it is labelled so. */
export function writeCsv(path: string, texts: readonly string[]): void {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = texts.map(
    (text, i) => `id-${i},${quoted(text)},True,${isPositive(text) ? 1 : 0},0`,
  );
  const header = 'conv_id,user_input,human_annotation,toxicity,jailbreaking';
  writeFileSync(path, [header, ...lines, ''].join('\n'));
}

export const isPositive = (text: string) => text.includes('TOXIC');

/** A row as the 2024 cookbook wrote it: seven keys and nothing else. */
export function originalRow(
  index: number,
  input: string,
  prediction: string,
  trueLabel: string | null,
) {
  return {
    input,
    prediction,
    origin: 'user',
    human_check: true,
    true_label: trueLabel,
    is_jailbreaking: 0,
    ds_original_idx: index,
  };
}
