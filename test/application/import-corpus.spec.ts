import fc from 'fast-check';
import { Readable } from 'node:stream';
import { namedColumns } from '../../src/application/import-cards/columns';
import { expiryOf } from '../../src/application/import-cards/expiry';
import { countsOf, type RowProblem } from '../../src/application/import-cards/card-rows';
import { RECORD_CHARACTERS_MAX } from '../../src/application/import-cards/records';
import { type ImportRow, type RowReason, rowsOf } from '../../src/application/import-cards/rows';
import { SAMPLE_BYTES, shapeOf, type ShapeWish } from '../../src/application/import-cards/shape';

const CSV: ShapeWish = { format: 'csv' };
const TXT: ShapeWish = { format: 'txt' };
const columns = (...names: readonly string[]): ShapeWish => ({ ...CSV, columns: namedColumns(names) ?? [] });

function* pieces(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(file: string | Buffer, wish: ShapeWish = CSV, size = 5): Promise<readonly ImportRow[]> {
  const bytes = Buffer.from(file);
  const rows: ImportRow[] = [];
  for await (const chunk of rowsOf(Readable.from(pieces(bytes, size)), shapeOf(bytes.subarray(0, SAMPLE_BYTES), wish))) rows.push(...chunk);
  return rows;
}

/** What a row came to in a word: the code, its fields and its expiry, or the reason. */
const brief = (rows: readonly ImportRow[]): readonly string[] =>
  rows.map((row) => {
    if ('reason' in row) return `!${row.reason}`;
    const { code, fields = {}, expiresAt } = row.card;
    return [
      code,
      ...Object.entries(fields).map(([name, value]) => `${name}=${value}`),
      ...(expiresAt === undefined ? [] : [`until ${expiresAt}`]),
    ].join(' ');
  });

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
/** 卡密 and 密码 in GBK: the platform decodes it and does not encode it. */
const GBK = { 卡密: [0xbf, 0xa8, 0xc3, 0xdc], 密码: [0xc3, 0xdc, 0xc2, 0xeb] } as const;
const gbk = (...parts: readonly (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));

describe('a file of cards is read as it was meant', () => {
  it.each<[string, string | Buffer, ShapeWish, readonly string[]]>([
    ['nothing at all', '', CSV, []],
    ['only blank lines', '\n\r\n  \n\t\n', CSV, []],
    ['a heading and no card', 'code,pin\n', CSV, []],
    ['a byte order mark and nothing else', '\uFEFF', TXT, []],
    ['UTF-8 with a mark', '\uFEFFcode\nA1\n', CSV, ['A1']],
    ['UTF-16 LE with a mark', Buffer.from('\uFEFFcode;pin\r\n充1;2\r\n', 'utf16le'), CSV, ['充1 pin=2']],
    ['UTF-16 LE without a mark', Buffer.from('CODE-1\r\nCODE-2\r\n', 'utf16le'), TXT, ['CODE-1', 'CODE-2']],
    ['UTF-16 BE with a mark', utf16be('\uFEFFcode\tpin\r\nA\t1\r\n'), CSV, ['A pin=1']],
    ['UTF-16 BE without a mark', utf16be('CODE-1\nCODE-2\n'), TXT, ['CODE-1', 'CODE-2']],
    ['GBK with Chinese headings', gbk(GBK.卡密, ',', GBK.密码, '\r\nA,', GBK.密码, '\r\n'), CSV, ['A 密码=密码']],
    ['GBK that was announced', gbk('A,', GBK.密码), { ...columns('code', 'pin'), encoding: 'gb18030' }, ['A pin=密码']],
    ['line ends of three kinds', 'A\r\nB\rC\nD', TXT, ['A', 'B', 'C', 'D']],
    ['CRLF cut in two by the transport', 'A\r\n\r\nB', TXT, ['A', 'B']],
    ['semicolons', 'code;pin\nA;1\n', CSV, ['A pin=1']],
    ['tabs, empty cells kept apart', 'pin\tcode\n\tA\n1\tB\n', CSV, ['A', 'B pin=1']],
    ['pipes', 'number|code\n7|A\n', CSV, ['A number=7']],
    ['dashes, as card sites write them', 'A----1\nB----2\n', { ...TXT, ...columns('code', 'pin'), format: 'txt' }, ['A pin=1', 'B pin=2']],
    ['a declared delimiter', 'A::1\n', { ...columns('code', 'pin'), delimiter: '::' }, ['A pin=1']],
    ['number and password, headed', '卡号,密码\nN1,P1\n', CSV, ['N1 密码=P1']],
    ['number and code, the code is what is sold', '卡号,卡密\nN1,P1\n', CSV, ['P1 卡号=N1']],
    ['columns left out', 'x,A,y\n', columns('-', 'code', ''), ['A']],
    ['two columns of one name', 'code,pin,pin\nA,1,2\n', CSV, ['A pin=1 pin 3=2']],
    ['a code that holds the delimiters of others', 'AB;CD|EF\n', CSV, ['AB;CD|EF']],
    ['a line of text is a code, whatever it holds', 'a,b;"c"\n', TXT, ['a,b;"c"']],
    ['quotes, doubled quotes, line breaks within', '"A ""1""\r\nB",\n', CSV, ['A "1"\nB']],
    ['ragged rows: too short', 'code,a,b\nA\nB,1\n', CSV, ['A', 'B a=1']],
    ['ragged rows: too long', 'code,a\nA,1,2\nB,1,,\n', CSV, ['!TOO_MANY_COLUMNS', 'B a=1']],
    ['trailing blanks of every kind', 'A \t\n\u3000B\u00a0\nC\u200b\n', TXT, ['A', 'B', 'C']],
    ['%0A, once', 'A%0aB\nC%0D%0AD\nE%250AF\n', TXT, ['A\nB', 'C\nD', 'E%250AF']],
    ['only %0A', '%0A\n', TXT, ['!EMPTY_CODE']],
    [
      'expiry dates',
      'code,有效期\nA,2030-01-31\nB,2030/1/2 08:00\nC,20300131\nD,\n',
      CSV,
      ['A until 2030-01-31T23:59:59.999Z', 'B until 2030-01-02T08:00:00.000Z', 'C until 2030-01-31T23:59:59.999Z', 'D'],
    ],
    ['expiry dates of somewhere', 'A,2030-01-01\n', { ...columns('code', 'expires'), utcOffset: '+08:00' }, ['A until 2030-01-01T15:59:59.999Z']],
    ['expiry dates that are none', 'code,expiry\nA,soon\nB,2030-02-31\nC,1\n', CSV, ['!BAD_EXPIRY', '!BAD_EXPIRY', '!BAD_EXPIRY']],
    ['names that programs trip over', 'code,__proto__,constructor\nA,1,2\n', CSV, ['A __proto__=1 constructor=2']],
    ['formulas stay text', 'code\n=cmd|x\n+1\n@a\n', CSV, ['=cmd|x', '+1', '@a']],
    ['a quote that stands wrong', '"A"x\nB\n', CSV, ['!MALFORMED_CSV', 'B']],
    ['a code that is not text', Buffer.from([0x41, 0x0a, 0xff, 0xff, 0x0a, 0x42]), TXT, ['A', '!BAD_ENCODING', 'B']],
    [
      'half characters of UTF-16',
      Buffer.concat([Buffer.from('\uFEFFA\n', 'utf16le'), Buffer.from([0x3d, 0xd8, 0x0a, 0x00])]),
      TXT,
      ['A', '!BAD_ENCODING'],
    ],
    ['NUL and bells', 'A\u0000\nB\u0007\nC\u001b[31m\n', TXT, ['!BAD_CHARACTER', '!BAD_CHARACTER', '!BAD_CHARACTER']],
  ])('%s', async (_what, file, wish, expected) => {
    for (const size of [1, 3, 4_096]) expect(brief(await read(file, wish, size))).toEqual(expected);
  });

  it('an unclosed quote costs one record, and a line without an end one row and no memory', async () => {
    const rows = await read(`"open\n${'x\n'.repeat(RECORD_CHARACTERS_MAX)}LAST`, CSV, 4_096);
    expect(rows[0]).toEqual({ row: 1, reason: 'LINE_TOO_LONG' });
    expect(brief(rows).at(-1)).toBe('LAST');
  });

  it('columns have to name the code, once', () => {
    expect(namedColumns(['number', 'pin'])).toBeNull();
    expect(namedColumns(['code', 'Code'])).toBeNull();
    expect(namedColumns(['number', 'code', 'valid until', '-'])).toEqual(['number', 'code', 'expiresAt', null]);
  });

  it.each([
    ['2030-12-31', '+08:00', '2030-12-31T15:59:59.999Z'],
    ['2030.12.31 10:30:00', 'Z', '2030-12-31T10:30:00.000Z'],
    ['2030年1月2日', 'Z', '2030-01-02T23:59:59.999Z'],
    ['2030-12-31T10:30:00+0800', 'Z', '2030-12-31T02:30:00.000Z'],
    ['2030-12-31T10:30:00.123Z', '+08:00', '2030-12-31T10:30:00.000Z'],
    ['2030-13-01', 'Z', null],
    ['2030-12-31 25:00', 'Z', null],
    ['31/12/2030', 'Z', null],
    ['', 'Z', null],
  ])('the date %s written at %s is %s', (text, offset, expected) => expect(expiryOf(text, offset)).toBe(expected));
});

describe('whatever a file holds', () => {
  const nasty = fc.constantFrom(
    '"',
    '""',
    ',',
    ';',
    '\t',
    '|',
    '----',
    '\n',
    '\r\n',
    '\r',
    ' ',
    '\uFEFF',
    '\u0000',
    '%0A',
    'code',
    '卡密',
    '有效期',
    '2030-01-01',
    'A',
    '\ud83d\ude00',
    'é',
    '=1',
    'A,x\n',
  );
  const text = fc.array(fc.oneof(nasty, fc.string({ maxLength: 6 })), { maxLength: 60 }).map((parts) => parts.join(''));
  const file = fc.oneof(
    text.map((all) => Buffer.from(all)),
    text.map((all) => Buffer.from(`\uFEFF${all}`, 'utf16le')),
    text.map((all) => utf16be(`\uFEFF${all}`)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  );
  const wish = fc.constantFrom<ShapeWish>(
    CSV,
    TXT,
    columns('code', 'pin'),
    columns('-', 'code', 'expires'),
    columns('code', 'expires'),
    { ...CSV, delimiter: '----' },
    { ...TXT, delimiter: ' ' },
  );

  it('it is read without a crash, alike in pieces of any size, and every row is a card or has a reason', async () => {
    const seen = new Set<RowReason | 'card'>();
    await fc.assert(
      fc.asyncProperty(file, wish, fc.integer({ min: 1, max: 64 }), async (bytes, how, size) => {
        const whole = await read(bytes, how, 1_000_000);
        expect(await read(bytes, how, size)).toEqual(whole);
        const problems = whole.filter((row): row is RowProblem & { reason: RowReason } => 'reason' in row);
        for (const row of whole) seen.add('reason' in row ? row.reason : 'card');
        const { rows, accepted, duplicates, rejected } = countsOf(whole.length, problems);
        expect(accepted + duplicates + rejected).toBe(rows);
        expect(problems.every((problem) => Object.keys(problem).sort().join() === 'reason,row')).toBe(true);
        const numbers = whole.map(({ row }) => row);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      }),
      { numRuns: 600 },
    );
    expect([...seen]).toEqual(
      expect.arrayContaining(['card', 'EMPTY_CODE', 'BAD_CHARACTER', 'BAD_ENCODING', 'MALFORMED_CSV', 'TOO_MANY_COLUMNS', 'BAD_EXPIRY']),
    );
  });
});
