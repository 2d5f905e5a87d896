/** Reads the cells of one record; null when it is malformed. */
export type ReadCells = (record: string) => readonly string[] | null;

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

/** Quotes go with delimiters of one character (RFC 4180); files cut by longer ones, such as `----`, know none. */
export const hasQuotes = (delimiter: string): boolean => delimiter.length === 1;

/** How a record of this delimiter is cut, blanks around cells trimmed. Reads each character once. */
export function cellReader(delimiter: string): ReadCells {
  if (!hasQuotes(delimiter)) return (record) => record.split(delimiter).map((cell) => cell.trim());
  const end = escaped(delimiter);
  const blank = `[${[' ', '\t'].filter((char) => char !== delimiter).join('')}]`;
  // A quoted cell, its quotes doubled, or a plain one up to the next delimiter; blanks around either are nobody's.
  const cell = new RegExp(`${blank}*(?:"((?:[^"]|"")*)"${blank}*|([^${end}]*))(${end}|$)`, 'y');
  return (record) => cellsOf(record, cell);
}

function cellsOf(record: string, cell: RegExp): readonly string[] | null {
  const cells: string[] = [];
  for (let at = 0; at <= record.length;) {
    cell.lastIndex = at;
    const match = cell.exec(record);
    if (match === null) return null;
    const [whole, quoted, plain = '', end] = match;
    // An opening quote that the first form could not read to its end is a defect, not a plain cell.
    if (quoted === undefined && plain.trimStart().startsWith('"')) return null;
    cells.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"').trim());
    if (end === '') break;
    at += whole.length;
  }
  return cells;
}
