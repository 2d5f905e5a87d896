/** Rows of one answer or list; a file holds at most so many. */
const ROWS_MAX = 20_000;

export type Row = Readonly<Record<string, string>>;

/**
 * Reads a CSV text (RFC 4180, with or without a byte order mark) by its first row. A row with fewer or more cells than that is a row all the same: cells that
 * are missing are left out, and those beyond are not looked at. Undefined for what is no such text: an open quote, two columns of one name, too many rows.
 */
export function readCsv(text: string): readonly Row[] | undefined {
  const lines = cellsOf(text.replace(/^\uFEFF/, ''));
  const [header, ...rows] = lines ?? [];
  if (header === undefined || rows.length > ROWS_MAX || new Set(header).size !== header.length || header.includes('__proto__')) return undefined;
  return rows.map((cells) => Object.fromEntries(header.slice(0, cells.length).map((name, at) => [name, cells[at] ?? ''])));
}

/** Cells by line; lines without any are left out. */
function cellsOf(text: string): readonly (readonly string[])[] | undefined {
  const lines: string[][] = [];
  let line: string[] = [];
  const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  while (CELL.lastIndex < text.length || line.length > 0) {
    const match = CELL.exec(text);
    if (match === null) return undefined;
    line.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') continue;
    if (line.length > 1 || line[0] !== '') lines.push(line);
    line = [];
    if (match[3] === '') return lines;
  }
  return lines;
}
