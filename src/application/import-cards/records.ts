/** One record of a file as text, without its line end. `row` counts records from 1, blank ones too, as an editor shows them. */
export type FileRecord = { readonly row: number; readonly text: string } | { readonly row: number; readonly tooLong: true };

/** No code with its fields is longer; a line that is costs no memory, only its row. */
export const RECORD_CHARACTERS_MAX = 16_384;

const QUOTE = '"';

/**
 * Cuts a file into records as it comes: UTF-8 with or without BOM, LF or CRLF. With `quotes`, a line end within a quoted CSV
 * field belongs to the record. Holds one chunk and one record in memory, whatever the file looks like.
 */
export class RecordCutter {
  private readonly decoder = new TextDecoder('utf-8');
  private row = 0;
  private text = '';
  private isTooLong = false;
  private inQuotes = false;
  private atFieldStart = true;

  constructor(private readonly quotes: boolean) {}

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
      const char = text.charAt(at);
      if (char === '\n' && !this.inQuotes) {
        this.keep(text.slice(from, at));
        yield this.finish();
        from = at + 1;
      } else if (this.quotes) this.follow(char);
      // A quote that nobody closes must not swallow the rest of the file.
      if (this.inQuotes && at - from + this.text.length > RECORD_CHARACTERS_MAX) {
        this.inQuotes = false;
        this.isTooLong = true;
      }
    }
    this.keep(text.slice(from));
  }

  /** A quote opens a field only at its start, closes it anywhere, and a second one right behind opens it again: that is an escaped quote. */
  private follow(char: string): void {
    if (this.inQuotes) {
      if (char === QUOTE) this.inQuotes = false;
      // The second of two quotes opens the cell again.
      this.atFieldStart = char === QUOTE;
      return;
    }
    this.inQuotes = char === QUOTE && this.atFieldStart;
    // Blanks before the quote are nobody's.
    this.atFieldStart = char === ',' || (this.atFieldStart && (char === ' ' || char === '\t'));
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
    this.atFieldStart = true;
    return isTooLong ? { row: this.row, tooLong: true } : { row: this.row, text: text.endsWith('\r') ? text.slice(0, -1) : text };
  }
}
