/** Columns of a screen. A table may be wider: nothing of it is cut. */
export const SCREEN_WIDTH = 80;

/** A title over a table. */
export const renderSection = (title: string, rows: readonly (readonly string[])[]): string =>
  `${title}\n${renderTable(rows)}`;

/** Rows in columns as wide as their widest cell; a row of one cell runs on. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (row.length > 1 ? (row[column] ?? '').length : 0))),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.map((line) => `  ${line}`.trimEnd()).join('\n')}\n`;
}
