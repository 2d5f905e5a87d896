import fc from 'fast-check';
import { type Dialect, SqlDump, type SqlValue } from '../../../src/cli/moving-in/sql-dump';

type Rows = readonly [string, Record<string, SqlValue>][];

interface How {
  readonly dialect?: Dialect;
  readonly cuts?: readonly number[];
}

function read(text: string, { dialect = 'mysql', cuts = [] }: How = {}): Rows {
  const dump = new SqlDump(new Set(['t']), dialect);
  const rows: [string, Record<string, SqlValue>][] = [];
  const take = (piece: string, isEnd: boolean): void => {
    for (const { table, values } of dump.rowsOf(piece, isEnd)) rows.push([table, Object.fromEntries(values)]);
  };
  let at = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    take(text.slice(at, cut), false);
    at = cut;
  }
  take(text.slice(at), true);
  return rows;
}

const MYSQL = `-- a dump; with a ' in a comment
/*!40101 SET NAMES utf8 */;
DROP TABLE IF EXISTS \`t\`;
CREATE TABLE \`t\` (
  \`id\` bigint NOT NULL AUTO_INCREMENT COMMENT 'id, of course',
  \`price\` decimal(10, 2) NOT NULL DEFAULT '0.00',
  \`code\` text,
  PRIMARY KEY (\`id\`),
  KEY \`by_price\` (\`price\`,\`id\`) USING BTREE
) ENGINE=InnoDB;
LOCK TABLES \`t\` WRITE;
INSERT INTO \`t\` VALUES (1,9.90,'it\\'s; a (code),\\n\\\\ and ''more'''),(2,-0.5,NULL);
INSERT INTO \`other\` VALUES (1,'INSERT INTO \`t\` VALUES (9,9,9)');
INSERT INTO \`shop\`.\`t\` (\`code\`, \`id\`) VALUES ('x', now());
UNLOCK TABLES;
`;
const MYSQL_ROWS: Rows = [
  ['t', { id: '1', price: '9.90', code: "it's; a (code),\n\\ and 'more'" }],
  ['t', { id: '2', price: '-0.5', code: null }],
  ['t', { code: 'x', id: 'now' }],
];

describe('rows out of a dump', () => {
  it('as mysqldump writes it', () => expect(read(MYSQL)).toEqual(MYSQL_ROWS));
  it('are the same wherever the text is cut', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(MYSQL.length), { maxLength: 40 }), (cuts) => expect(read(MYSQL, { cuts })).toEqual(MYSQL_ROWS)),
      { numRuns: 300 },
    ));
  it('of SQLite and PostgreSQL keep their backslashes, and know their schemas and casts', () => {
    const text = `CREATE TABLE IF NOT EXISTS "t" ("id" integer PRIMARY KEY AUTOINCREMENT, "code" text NOT NULL, CONSTRAINT "one" UNIQUE ("code"));
      INSERT INTO "t" VALUES(1,'a\\b''c');
      INSERT INTO public.t (id, code) VALUES (2, 'json'::text);
      INSERT INTO "public"."t" ("id", "code") VALUES (3, '{"zh-CN": "点卡"}');`;
    expect(read(text, { dialect: 'standard' })).toEqual([
      ['t', { id: '1', code: "a\\b'c" }],
      ['t', { id: '2', code: 'json' }],
      ['t', { id: '3', code: '{"zh-CN": "点卡"}' }],
    ]);
  });
  it('come back as any code was written', () =>
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (codes) => {
        const escaped = codes.map((code) => `('${code.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}')`);
        const text = codes.length === 0 ? '' : `INSERT INTO t (code) VALUES ${escaped.join(',')};`;
        expect(read(text)).toEqual(codes.map((code) => ['t', { code }]));
      }),
    ));
  it.each([
    ['COPY t (id) FROM stdin;', 'line 1: this dump uses COPY: make it with pg_dump --inserts'],
    ['\n\nINSERT INTO t VALUES (1);', 'line 3: what the columns of t are is not said'],
    ['INSERT INTO t (a, b) VALUES (1);', 'line 1: a row of t has 1 values for 2 columns'],
    ["INSERT INTO t (a) VALUES ('SECRET-CODE", 'line 1: the file ends within a string'],
    ['/* never closed', 'line 1: the file ends within a string or a comment'],
  ])('that cannot be read are refused by their line, and not quoted: %s', (text, why) => {
    expect(() => read(text)).toThrow(why);
    expect(() => read(text)).not.toThrow('SECRET-CODE');
  });
});
