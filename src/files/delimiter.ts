/** What separates the cells of a CSV file: spreadsheets also write semicolons, or tabs. */
const DELIMITERS = [',', ';', '\t'] as const;

/**
 * The delimiter of a CSV file, by its first line: what stands there most often, outside quotes. A
 * comma where nothing does.
 */
export function delimiterOf(head: string): string {
  const bare = head.replace(/"(?:[^"]|"")*"/g, '');
  const count = (delimiter: string) => bare.split(delimiter).length - 1;
  return DELIMITERS.reduce<string>(
    (best, each) => (count(each) > count(best) ? each : best),
    DELIMITERS[0],
  );
}
