import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { ReconciliationReport } from '../../application/finance/reconcile';
import type { StatementLines } from '../../application/finance/statement';
import type { StatementShape } from '../../application/finance/statement-csv';
import type { Encoding } from '../../application/import-cards/encoding';
import type { ClaimKind } from '../../domain/ledger/claim';
import { Refused, WrongUse } from '../exit';
import { answer } from '../output';
import { configOf, operator, withParts } from '../session';
import { catchUp } from './catch-up';
import { sure, type ChangeOptions } from './desk';
import { dayOr } from './finance';

const MODELS = ['books', 'ledger-days', 'discrepancies', 'statements'];
const ANSWER_WITHIN_MS = 30_000;
const LEDGER_BYTES_MAX = 256 * 1024 * 1024;

export interface ReconcileOptions extends ChangeOptions {
  readonly gateway?: string;
  readonly channel?: string;
  readonly day?: string;
  readonly file?: string;
  readonly ledgerUrl?: string;
  readonly encoding: string;
  readonly delimiter: string;
  readonly columns: string;
  readonly kinds?: string;
  readonly kind: ClaimKind;
  readonly currency: string;
}

interface Source {
  readonly source: string;
  readonly cumulative: boolean;
  readonly contentHash: string;
  readonly lines: StatementLines;
}

/** Holds a statement of one gateway or channel against the books. */
export async function reconcile(options: ReconcileOptions): Promise<void> {
  const reason = sure(options, 'DIFFERENCES_ARE_STORED');
  const { gateway, channel } = options;
  const party = gateway ?? channel;
  if (party === undefined || (gateway !== undefined && channel !== undefined)) throw new WrongUse('STATEMENT_OF_WHOM');
  const [{ Reconciliation }, { StatementUnreadable }, { dayAt }] = await Promise.all([
    import('../../application/finance/reconcile'),
    import('../../application/finance/statement'),
    import('../../domain/closing/day'),
  ]);
  const report = await withParts(configOf(), async (parts, signal): Promise<ReconciliationReport> => {
    const takenAt = parts.runtime.wallMs();
    const source = await sourceOf(options);
    await catchUp(parts, MODELS, signal);
    const timeZone = parts.config.values.CARDRAIL_TIME_ZONE;
    const day = await dayOr(options.day, () => dayAt(takenAt, timeZone));
    const { actor, requestId } = operator(parts);
    const { commands, readModels } = parts;
    const side = gateway === undefined ? 'channel' : 'gateway';
    const ports = { commands, readModels, timeZone, context: { actor, causationId: requestId, reason } };
    return new Reconciliation(ports, { side, party, day, takenAt, ...source }).run();
  }).catch((error: unknown) => {
    throw error instanceof StatementUnreadable ? new Refused('STATEMENT_UNREADABLE', { why: error.message }) : error;
  });
  await answer(
    options.json,
    report,
    () =>
      `${report.party} ${report.day}: ${report.lines} lines, ${report.matched} alike, ${report.differing} differ, ${report.settled} settled by it; see discrepancies`,
  );
}

function sourceOf(options: ReconcileOptions): Promise<Source> {
  const { file, ledgerUrl } = options;
  if (ledgerUrl !== undefined && file === undefined) return ledgerAt(ledgerUrl);
  if (file !== undefined && ledgerUrl === undefined) return statementFile(file, options);
  throw new WrongUse('STATEMENT_WHERE');
}

/** The ledger of a sandbox, from the address that was given and no other. */
export async function ledgerAt(url: string): Promise<Source> {
  const { linesOfLedger } = await import('../finance/sandbox-ledger');
  if (!URL.canParse(url)) throw new WrongUse('ADDRESS_WRONG', { url });
  const answered = await fetch(new URL('/ledger', url), { redirect: 'error', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  if (!answered.ok) throw new Refused('LEDGER_AWAY', { status: answered.status });
  const body = Buffer.from(await answered.arrayBuffer());
  if (body.length > LEDGER_BYTES_MAX) throw new Refused('LEDGER_TOO_LONG', { max: LEDGER_BYTES_MAX });
  const lines = linesOfLedger(JSON.parse(body.toString('utf8')));
  async function* once(): StatementLines {
    yield lines;
  }
  const { host } = new URL(url);
  return { source: `ledger of ${host}`, cumulative: true, contentHash: createHash('sha256').update(body).digest('hex'), lines: once() };
}

async function statementFile(file: string, options: ReconcileOptions): Promise<Source> {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) throw new WrongUse('FILE_UNREADABLE', { file });
  if (options.day === undefined) throw new WrongUse('STATEMENT_DAY_MISSING');
  const { linesOfCsv } = await import('../../application/finance/statement-csv');
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part as Uint8Array);
  const lines = linesOfCsv(createReadStream(file), await shapeOf(file, options));
  return { source: basename(file), cumulative: false, contentHash: hash.digest('hex'), lines };
}

const SAMPLE_BYTES = 64 * 1024;

async function shapeOf(file: string, options: ReconcileOptions): Promise<StatementShape> {
  const { encodingOf } = await import('../../application/import-cards/encoding');
  const columns = pairsOf(options.columns, '--columns');
  const { reference, amount, ...others } = columns;
  const odd = Object.keys(others).find((name) => !['kind', 'currency', 'units'].includes(name));
  if (reference === undefined || amount === undefined || odd !== undefined) throw new WrongUse('STATEMENT_COLUMNS_WRONG');
  const kinds = options.kinds === undefined ? {} : pairsOf(options.kinds, '--kinds');
  const strange = Object.values(kinds).find((kind) => !['PAYMENT', 'REFUND', 'PURCHASE'].includes(kind));
  if (strange !== undefined) throw new WrongUse('STATEMENT_KIND_UNKNOWN', { kind: strange });
  const encoding = options.encoding === 'auto' ? encodingOf(await sampleOf(file)) : encodingNamed(options.encoding);
  const delimiter = options.delimiter === 'tab' ? '\t' : options.delimiter;
  return {
    encoding,
    delimiter,
    columns: { reference, amount, ...others },
    kinds: kinds as Readonly<Record<string, ClaimKind>>,
    kind: options.kind,
    currency: options.currency,
  };
}

const encodingNamed = (name: string): Encoding => (name === 'gbk' ? 'gb18030' : (name as Encoding));

async function sampleOf(file: string): Promise<Uint8Array> {
  for await (const part of createReadStream(file, { end: SAMPLE_BYTES - 1, highWaterMark: SAMPLE_BYTES })) return part as Uint8Array;
  return new Uint8Array();
}

function pairsOf(text: string, flag: string): Readonly<Record<string, string>> {
  const pairs = text.split(',').map((pair) => pair.split('='));
  if (pairs.some((pair) => pair.length !== 2 || pair.some((side) => side.trim() === ''))) throw new WrongUse('PAIRS_WRONG', { flag });
  return Object.fromEntries(pairs.map(([name = '', word = '']) => [name.trim(), word.trim()]));
}
