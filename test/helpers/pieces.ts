/**
 * Of what progress was told in lines, in its order: `reading a.jsonl`, `train`. It is told anew where a
 * count falls.
 */
export function piecesOf(stderr: string): string[] {
  const told = [...stderr.matchAll(/^(reading \S+|train|round \d): ([\d.]+)/gm)].map(
    ([, label = '', done]) => ({ label, done: Number(done) }),
  );
  return told.flatMap(({ label, done }, i) => {
    const last = told[i - 1];
    return last?.label === label && last.done <= done ? [] : [label];
  });
}
