import { type Checkpoint, type CheckpointFacts, signedText } from '../../domain/audit/checkpoint';
import { nextAfter } from '../../domain/audit/checkpoints';
import { MerkleRoot } from '../../domain/audit/merkle';
import { derivedId } from '../../domain/kernel/ids';
import { type Instant, toIso } from '../../domain/kernel/time';
import { aggregates, streamOf } from '../aggregates';
import type { CommandHandling } from '../handle-command';
import type { AuditSigner } from '../ports/audit-signer';
import type { HeadBook } from '../ports/head-book';
import type { Violation } from '../verify/violation';
import { type Followed, followLog } from './follow-log';

/** All checkpoints of a shop are one stream. */
export const CHECKPOINTS = 'checkpoints';
export const CHECKPOINT_STREAM = streamOf(aggregates.audit, CHECKPOINTS);

/** What was found is not what the chains of hashes say: such a log is not signed. */
export class LogNotSound extends Error {
  override readonly name = 'LogNotSound';
  constructor(readonly violations: readonly Violation[]) {
    const [{ stream, revision, message } = { message: '' }] = violations;
    super(`the log is not signed: ${stream ?? ''}@${revision ?? ''}: ${message}; run cardrail audit verify`);
  }
}

export interface CheckpointKit extends Omit<Followed, 'stops'> {
  readonly commands: CommandHandling;
  readonly signer: AuditSigner;
  readonly now: () => Instant;
}

export function rootOf(book: Pick<HeadBook, 'heads'>): { readonly root: string; readonly streams: number } {
  const tree = new MerkleRoot();
  for (const head of book.heads()) tree.add(head);
  return { root: tree.root(), streams: tree.streams };
}

/**
 * Brings the book to the end of the log and signs how all streams stand there. `isNew` is false when nothing but checkpoints was
 * stored since the last one. Throws LogNotSound, KeyMissing.
 */
export async function makeCheckpoint(kit: CheckpointKit): Promise<{ readonly checkpoint: Checkpoint; readonly isNew: boolean }> {
  const { commands, signer, book } = kit;
  const { last } = (await commands.load(aggregates.audit, CHECKPOINTS, true)).state;
  if (last !== undefined && last.events === book.place().events && (await isQuietSince(kit))) return { checkpoint: last, isNew: false };
  for await (const { violations } of followLog(kit)) if (violations.length > 0) throw new LogNotSound(violations);
  const remarks = book.remarks();
  if (remarks.length > 0) throw new LogNotSound(remarks.map((remark) => JSON.parse(remark) as Violation));
  const facts: CheckpointFacts = { format: 1, ...nextAfter(last), at: toIso(kit.now()), events: book.place().events, ...rootOf(book) };
  const checkpoint = { ...facts, ...signer.sign(signedText(facts)) };
  const handled = await commands.handle(
    aggregates.audit,
    CHECKPOINTS,
    { type: 'Sign', checkpoint },
    {
      commandId: derivedId('command', CHECKPOINT_STREAM, checkpoint.number, checkpoint.root),
      correlationId: CHECKPOINT_STREAM,
      causationId: CHECKPOINT_STREAM,
      actor: { kind: 'CLI', id: 'audit' },
    },
  );
  if (handled.outcome === 'done' && handled.events.length > 0) return { checkpoint, isNew: true };
  throw new Error('another process has signed a checkpoint meanwhile; run it again');
}

/** A checkpoint is an event, too: signing it is no reason to sign another one. */
async function isQuietSince({ log, book }: CheckpointKit): Promise<boolean> {
  for await (const { events } of log.after(book.place().position)) if (events.some(({ stream }) => stream !== CHECKPOINT_STREAM)) return false;
  return true;
}
