/** A value of a dump as it stands there: text of a string or number, or null. */
export type SqlValue = string | null;

/** One row of an INSERT, by the names of its columns. */
export interface SqlRow {
  readonly table: string;
  readonly values: ReadonlyMap<string, SqlValue>;
}

/** The file is no dump that can be read here. Says where, and what to do; quotes nothing, since a dump holds codes. */
export class DumpRefused extends Error {
  override readonly name = 'Refused';
  constructor(line: number, why: string) {
    super(`line ${line}: ${why}`);
  }
}

type Token =
  | { readonly kind: 'word'; readonly text: string }
  /** A name in quotes or backticks. */
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'sign'; readonly text: string };

/** Characters of one value, and of what stands between two of them: far more than a code or a description has. */
const TOKEN_CHARS_MAX = 4 * 1024 * 1024;
const BLANK = /[\s]+/y;
const WORD = /[^\s'"`(),;]+/y;
const PLAIN_IN_STRING = /[^'\\]*/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', 0: '\0', Z: '\x1a' };

/** How strings are written: MySQL escapes with a backslash, the others only by doubling the quote. */
export type Dialect = 'mysql' | 'standard';

/** Cuts text that comes in pieces into tokens; what may go on in the next piece is kept for it. Comments are left out. */
class Tokens {
  private rest = '';
  line = 1;

  constructor(private readonly dialect: Dialect) {}

  *of(piece: string, isEnd: boolean): Generator<Token> {
    this.rest += piece;
    let at = 0;
    for (;;) {
      const found = this.next(at, isEnd);
      if (found === null) break;
      const { to, token } = found;
      for (let feed = this.rest.indexOf('\n', at); feed !== -1 && feed < to; feed = this.rest.indexOf('\n', feed + 1)) this.line++;
      at = to;
      if (token !== null) yield token;
    }
    this.rest = this.rest.slice(at);
    if (this.rest.length > TOKEN_CHARS_MAX)
      throw new DumpRefused(this.line, `a value of more than ${TOKEN_CHARS_MAX} characters, or a quote that is never closed`);
    if (isEnd && this.rest !== '') throw new DumpRefused(this.line, 'the file ends within a string or a comment: it is not whole, dump it again');
  }

  /** The token at a place, and where it ends; null when more of the text is needed, or there is none. */
  private next(at: number, isEnd: boolean): { readonly to: number; readonly token: Token | null } | null {
    const text = this.rest;
    const first = text[at];
    if (first === undefined) return null;
    const blank = this.match(BLANK, at);
    if (blank !== '') return { to: at + blank.length, token: null };
    const two = text.slice(at, at + 2);
    if (two.length < 2 && !isEnd && (first === '-' || first === '/')) return null;
    if (two === '--' || first === '#') return this.until('\n', at, isEnd);
    if (two === '/*') return this.until('*/', at + 2, false);
    if (first === "'") return this.string(at, isEnd);
    if (first === '`' || first === '"') return this.quotedName(at, first);
    if ('(),;'.includes(first)) return { to: at + 1, token: { kind: 'sign', text: first } };
    const word = this.match(WORD, at);
    return at + word.length === text.length && !isEnd ? null : { to: at + word.length, token: { kind: 'word', text: word } };
  }

  private match(what: RegExp, at: number): string {
    what.lastIndex = at;
    return what.exec(this.rest)?.[0] ?? '';
  }

  private until(end: string, at: number, isEnd: boolean): { readonly to: number; readonly token: null } | null {
    const found = this.rest.indexOf(end, at);
    if (found !== -1) return { to: found + end.length, token: null };
    return isEnd ? { to: this.rest.length, token: null } : null;
  }

  private string(from: number, isEnd: boolean): { readonly to: number; readonly token: Token } | null {
    const text = this.rest;
    let value = '';
    for (let at = from + 1; ;) {
      const plain = this.match(PLAIN_IN_STRING, at);
      value += plain;
      at += plain.length;
      const [sign, following] = [text[at], text[at + 1]];
      if (sign === undefined || (following === undefined && !isEnd)) return null;
      if (sign === '\\') {
        if (this.dialect === 'mysql' && following === undefined) return null;
        value += this.dialect === 'mysql' ? (ESCAPES[following ?? ''] ?? following) : sign;
        at += this.dialect === 'mysql' ? 2 : 1;
      } else if (following === "'") {
        value += sign;
        at += 2;
      } else return { to: at + 1, token: { kind: 'string', text: value } };
    }
  }

  private quotedName(at: number, quote: string): { readonly to: number; readonly token: Token } | null {
    const end = this.rest.indexOf(quote, at + 1);
    return end === -1 ? null : { to: end + 1, token: { kind: 'name', text: this.rest.slice(at + 1, end) } };
  }
}

/** Words that begin a part of CREATE TABLE which is no column. */
const NO_COLUMN = new Set(['PRIMARY', 'KEY', 'UNIQUE', 'CONSTRAINT', 'INDEX', 'FOREIGN', 'CHECK', 'FULLTEXT', 'SPATIAL', 'EXCLUDE', 'LIKE']);

const upper = (token: Token | undefined): string => (token?.kind === 'word' ? token.text.toUpperCase() : '');
/** Part of a statement: it takes a token each time, and gives a row when one is whole. */
type Take<T> = Generator<SqlRow | null, T, Token>;

/**
 * Reads the rows of some tables out of a dump that was written with INSERT: by mysqldump, phpMyAdmin, Navicat, `sqlite3 .dump`, or `pg_dump --inserts`.
 * Feed it the text in pieces of any size; what it keeps in memory is one statement's head and one row.
 */
export class SqlDump {
  private readonly tokens: Tokens;
  private readonly columnsOf = new Map<string, readonly string[]>();
  private statement: Take<void>;

  constructor(
    private readonly tables: ReadonlySet<string>,
    dialect: Dialect,
  ) {
    this.tokens = new Tokens(dialect);
    this.statement = this.begin();
  }

  /** The rows that end in this piece. Throws DumpRefused. */
  *rowsOf(piece: string, isEnd: boolean): Generator<SqlRow> {
    for (const token of this.tokens.of(piece, isEnd)) {
      const { value, done } = this.statement.next(token);
      if (value) yield value;
      if (done === true) this.statement = this.begin();
    }
  }

  private begin(): Take<void> {
    const statement = this.oneStatement();
    statement.next();
    return statement;
  }

  /** Takes one token after the other, up to the end of the statement. */
  private *oneStatement(): Take<void> {
    let token = yield null;
    const verb = upper(token);
    if (verb === 'COPY') throw new DumpRefused(this.tokens.line, 'this dump uses COPY: make it with pg_dump --inserts');
    if (verb === 'CREATE') token = yield* this.create();
    else if (verb === 'INSERT' || verb === 'REPLACE') token = yield* this.insert();
    while (!isSign(token, ';')) token = yield null;
  }

  private *create(): Take<Token> {
    let token = yield null;
    if (upper(token) !== 'TABLE') return token;
    do token = yield null;
    while (['IF', 'NOT', 'EXISTS'].includes(upper(token)));
    const { table, next } = yield* this.named(token);
    if (!isSign(next, '(')) return next;
    const columns: string[] = [];
    for (let depth = 1, isFirst = true; depth > 0;) {
      token = yield null;
      if (isFirst && depth === 1 && token.kind !== 'sign' && !NO_COLUMN.has(upper(token))) columns.push(token.text);
      isFirst = depth === 1 && isSign(token, ',');
      if (isSign(token, '(')) depth++;
      if (isSign(token, ')')) depth--;
    }
    this.columnsOf.set(table, columns);
    return yield null;
  }

  /** The name of a table without the schema before it, and what follows it. */
  private *named(first: Token): Take<{ readonly table: string; readonly next: Token }> {
    let name = first;
    let next = yield null;
    while (next.kind === 'word' && next.text === '.') {
      name = yield null;
      next = yield null;
    }
    return { table: name.text.slice(name.text.lastIndexOf('.') + 1), next };
  }

  private *insert(): Take<Token> {
    let token = yield null;
    while (['INTO', 'IGNORE', 'OR', 'REPLACE'].includes(upper(token))) token = yield null;
    const { table, next } = yield* this.named(token);
    return yield* this.rows(table, next);
  }

  private *rows(table: string, behindName: Token): Take<Token> {
    if (!this.tables.has(table)) return behindName;
    let token = behindName;
    let columns = this.columnsOf.get(table);
    if (isSign(token, '(')) {
      const named: string[] = [];
      for (token = yield null; !isSign(token, ')'); token = yield null) if (token.kind !== 'sign') named.push(token.text);
      columns = named;
      token = yield null;
    }
    if (columns === undefined) throw new DumpRefused(this.tokens.line, `what the columns of ${table} are is not said: dump its structure too`);
    if (upper(token) !== 'VALUES') return token;
    for (;;) {
      token = yield null;
      if (!isSign(token, '(')) return token;
      const row = { table, values: yield* this.values(table, columns) };
      token = yield row;
      if (!isSign(token, ',')) return token;
    }
  }

  private *values(table: string, columns: readonly string[]): Take<ReadonlyMap<string, SqlValue>> {
    const values = new Map<string, SqlValue>();
    let taken = 0;
    let value: SqlValue | undefined;
    for (let depth = 1; depth > 0;) {
      const token: Token = yield null;
      if (isSign(token, '(')) depth++;
      if (isSign(token, ')')) depth--;
      if (depth === 0 || (depth === 1 && isSign(token, ','))) {
        const column = columns[taken++];
        if (column !== undefined) values.set(column, value ?? null);
        value = undefined;
      } else if (token.kind === 'string') value = token.text;
      else if (token.kind === 'word') value ??= upper(token) === 'NULL' ? null : token.text;
    }
    if (taken !== columns.length) throw new DumpRefused(this.tokens.line, `a row of ${table} has ${taken} values for ${columns.length} columns`);
    return values;
  }
}

const isSign = (token: Token, text: string): boolean => token.kind === 'sign' && token.text === text;
