/** A quoted cell, its quotes doubled, or a plain one up to the next comma; blanks around either are nobody's. */
const CELL = /[ \t]*(?:"((?:[^"]|"")*)"[ \t]*|([^,]*))(,|$)/y;

/** The cells of one CSV record (RFC 4180, blanks trimmed); null when text stands behind a closing quote. Reads each character once. */
export function cellsOf(record: string): readonly string[] | null {
  const cells: string[] = [];
  for (let at = 0; at <= record.length;) {
    CELL.lastIndex = at;
    const match = CELL.exec(record);
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
