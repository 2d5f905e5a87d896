import { createReadStream, existsSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { KeptCheckpoint } from '../../application/audit/verify-audit';
import type { AuditReport } from '../../application/audit/verify-audit';
import type { Checkpoint } from '../../domain/audit/checkpoint';
import type { StreamHead } from '../../domain/audit/merkle';
import { BadNews, requireYes, WrongUse } from '../exit';
import { answer, say } from '../output';
import { progressOf } from '../progress';
import { configOf, withLog, withParts } from '../session';

interface Signed {
  readonly checkpoint: Checkpoint;
  readonly isNew: boolean;
}

/** Signs how all streams stand now, and with `file` writes the checkpoint and all heads for a place outside the shop. */
async function sign(file?: string): Promise<Signed> {
  const config = configOf();
  const [{ filesOf, logOver }, bench, { makeCheckpoint }] = await Promise.all([
    import('../../stores'),
    import('../../workbench'),
    import('../../application/audit/make-checkpoint'),
  ]);
  const files = filesOf(config);
  const signer = bench.openAuditSigner(files.keyring);
  const progress = progressOf('events');
  return withParts(config, async ({ store, codec, commands }) => {
    const book = bench.openHeadBook(files.audit);
    try {
      const onProgress = (events: number): void => progress.at(events, 0, '');
      const signed = await makeCheckpoint({ log: logOver(store), codec, commands, book, signer, now: () => commands.clock.now(), onProgress });
      if (file !== undefined) await bench.writeLines(file, linesOf(signed.checkpoint, book.heads()));
      return signed;
    } finally {
      progress.end();
      book.close();
    }
  });
}

function* linesOf(checkpoint: Checkpoint, heads: Iterable<StreamHead>): Generator<string> {
  yield JSON.stringify({ checkpoint });
  for (const head of heads) yield JSON.stringify(head);
}

const wordsOf = ({ checkpoint: { number, at, events, streams, root, publicKey }, isNew }: Signed): string =>
  `checkpoint ${number} of ${at}${isNew ? '' : ', as before: nothing was stored since'}: ${events} events in ${streams} streams\nroot ${root}\nsigned by ${publicKey}`;

export async function checkpoint({ json }: { readonly json?: true }): Promise<void> {
  const signed = await sign();
  await answer(json, signed, () => wordsOf(signed));
}

export async function exportTo(file: string, { json, yes }: { readonly json?: true; readonly yes?: true }): Promise<void> {
  if (existsSync(file)) requireYes(yes, 'WOULD_BE_REPLACED', { file });
  const signed = await sign(file);
  await answer(json, { file, ...signed }, () => `${wordsOf(signed)}\n${file} is written: keep it where nobody of the shop can change it`);
}

/** A file that `audit export` wrote. Its heads are read when they are wanted. Throws WrongUse. */
async function keptIn(file: string): Promise<KeptCheckpoint> {
  if (!existsSync(file)) throw new WrongUse('FILE_NOT_FOUND', { file });
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const first = parsed(line) as { readonly checkpoint?: Checkpoint } | undefined;
    if (first?.checkpoint === undefined) break;
    return { checkpoint: first.checkpoint, heads: () => headsIn(file) };
  }
  throw new WrongUse('AUDIT_FILE_UNKNOWN', { file });
}

async function* headsIn(file: string): AsyncGenerator<StreamHead> {
  let isFirst = true;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const head = isFirst ? undefined : (parsed(line) as StreamHead | undefined);
    isFirst = false;
    if (head?.stream !== undefined) yield head;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

export interface VerifyAuditOptions {
  readonly against?: readonly string[];
  readonly publicKey?: readonly string[];
  readonly resume?: true;
  readonly json?: true;
}

/** Compares the log with its chains, its checkpoints, and those kept elsewhere. Reads only, and works beside a running shop. */
export async function verify({ against = [], publicKey = [], resume, json }: VerifyAuditOptions): Promise<void> {
  const config = configOf();
  const [{ filesOf }, bench, { verifyAudit }, { CHECKPOINT_STREAM }, { eventsOf }] = await Promise.all([
    import('../../stores'),
    import('../../workbench'),
    import('../../application/audit/verify-audit'),
    import('../../application/audit/make-checkpoint'),
    import('../../application/verify/stream-folds'),
  ]);
  const files = filesOf(config);
  const kept = await Promise.all(against.map(keptIn));
  const ownKeys = existsSync(files.keyring) && publicKey.length === 0 ? [...bench.openAuditSigner(files.keyring).publicKeys().values()] : [];
  const trustedKeys = new Set([...publicKey, ...ownKeys]);
  if (trustedKeys.size === 0) say('whose key signed is not checked: name it with --public-key');
  if (resume !== true) removeBook(files.auditCheck);
  const progress = progressOf('events');
  const report = await withLog(config, async (log) => {
    const book = bench.openHeadBook(files.auditCheck);
    try {
      const checkpoints: Checkpoint[] = [];
      for await (const { type, data } of eventsOf(log, CHECKPOINT_STREAM)) if (type === 'AuditCheckpointSigned') checkpoints.push(data as Checkpoint);
      const onProgress = (events: number): void => progress.at(events, 0, '');
      const codec = bench.createCodec(bench.codecCatalog);
      return await verifyAudit({ log, codec, book, checkpoints, kept, verifySignature: bench.verifySignature, trustedKeys, onProgress });
    } finally {
      progress.end();
      book.close();
    }
  });
  removeBook(files.auditCheck);
  await answer(json, report, () => textOf(report));
  if (report.violations.length > 0) throw new BadNews(`${report.violations.length} violations`);
}

const removeBook = (file: string): void => ['', '-wal', '-shm'].forEach((end) => rmSync(`${file}${end}`, { force: true }));

function textOf({ events, checkpoints, soundUpTo, violations }: AuditReport): string {
  const lines = violations.map(({ kind, stream, revision, field, message }) => {
    const place = [stream === undefined ? undefined : `${stream}@${revision ?? '?'}`, field].filter((part) => part !== undefined).join(' ');
    return `${kind}${place === '' ? '' : ` ${place}`}: ${message}`;
  });
  const upTo = soundUpTo === null ? 'no checkpoint fits' : `as signed up to checkpoint ${soundUpTo.number} of ${soundUpTo.at}`;
  return [
    ...lines,
    `${events} events, ${checkpoints} checkpoints: ${upTo}${violations.length === 0 ? '' : `; ${violations.length} violations`}`,
  ].join('\n');
}
