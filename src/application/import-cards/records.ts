import type { Encoding } from './encoding';

/** One record of a file as text, without its line end. `row` counts records from 1, blank ones too, as an editor shows them. */
export type FileRecord = { readonly row: number; readonly text: string } | { readonly row: number; readonly tooLong: true };

/** No code with its fields is longer; a line that is costs no memory, only its row. */
export const RECORD_CHARACTERS_MAX = 16_384;

const [LF, CR, QUOTE, BLANK, TAB] = [0x0a, 0x0d, 0x22, 0x20, 0x09] as const;

/**
 * Cuts a file into records as it comes; lines end with LF, CRLF or CR. With a `quotedBy` delimiter, a line end within a quoted
 * cell belongs to the record. Holds one chunk and one record in memory, whatever the file looks like.
 */
export class RecordCutter {
  private readonly decoder: InstanceType<typeof TextDecoder>;
  private readonly delimiter: number | undefined;
  private row = 0;
  private text = '';
  private isTooLong = false;
  private inQuotes = false;
  private atCellStart = true;
  private afterCr = false;

  constructor(encoding: Encoding, quotedBy?: string) {
    this.decoder = new TextDecoder(encoding);
    this.delimiter = quotedBy?.charCodeAt(0);
  }

  *push(chunk: Uint8Array): Generator<FileRecord> {
    yield* this.cut(this.decoder.decode(chunk, { stream: true }));
  }

  *end(): Generator<FileRecord> {
    yield* this.cut(this.decoder.decode());
    if (this.text !== '' || this.isTooLong) yield this.finish();
  }

  private *cut(text: string): Generator<FileRecord> {
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const char = text.charCodeAt(at);
      const isSecondOfCrLf = char === LF && this.afterCr;
      this.afterCr = false;
      if (isSecondOfCrLf) from = at + 1;
      else if ((char === LF || char === CR) && !this.inQuotes) {
        this.keep(text.slice(from, at));
        yield this.finish();
        from = at + 1;
        this.afterCr = char === CR;
      } else if (this.delimiter !== undefined) this.follow(char, at - from);
    }
    this.keep(text.slice(from));
  }

  /** A quote opens a cell only at its start, closes it anywhere, and a second one right behind opens it again: that is an escaped quote. */
  private follow(char: number, read: number): void {
    if (this.inQuotes) {
      if (char === QUOTE) this.inQuotes = false;
      this.atCellStart = char === QUOTE;
      // A quote that nobody closes must not swallow the rest of the file.
      if (this.inQuotes && read + this.text.length > RECORD_CHARACTERS_MAX) {
        this.inQuotes = false;
        this.isTooLong = true;
      }
      return;
    }
    this.inQuotes = char === QUOTE && this.atCellStart;
    // Blanks before the quote are nobody's.
    this.atCellStart = char === this.delimiter || (this.atCellStart && (char === BLANK || char === TAB));
  }

  private keep(part: string): void {
    if (this.isTooLong) return;
    if (this.text.length + part.length <= RECORD_CHARACTERS_MAX) this.text += part;
    else {
      this.isTooLong = true;
      this.text = '';
    }
  }

  private finish(): FileRecord {
    const { text, isTooLong } = this;
    this.row++;
    this.text = '';
    this.isTooLong = false;
    this.inQuotes = false;
    this.atCellStart = true;
    return isTooLong ? { row: this.row, tooLong: true } : { row: this.row, text };
  }
}
