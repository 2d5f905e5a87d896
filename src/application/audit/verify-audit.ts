import { type Checkpoint, digestOf, FIRST_PREVIOUS, signedText } from '../../domain/audit/checkpoint';
import type { StreamHead } from '../../domain/audit/merkle';
import type { VerifySignature } from '../ports/audit-signer';
import type { HeadBook } from '../ports/head-book';
import type { Violation } from '../verify/violation';
import { type Followed, followLog } from './follow-log';
import { rootOf } from './make-checkpoint';

/** A checkpoint that was kept outside the shop, with the heads that were signed. */
export interface KeptCheckpoint {
  readonly checkpoint: Checkpoint;
  /** In the order of the streams' names; read once. */
  heads(): AsyncIterable<StreamHead>;
}

export interface AuditKit extends Omit<Followed, 'stops'> {
  /** Those that stand in the log, oldest first. */
  readonly checkpoints: readonly Checkpoint[];
  readonly kept: readonly KeptCheckpoint[];
  readonly verifySignature: VerifySignature;
  /** Public keys that are trusted; a checkpoint by another one is said to be by an unknown hand. Empty: none is known here. */
  readonly trustedKeys: ReadonlySet<string>;
}

export interface AuditReport {
  readonly events: number;
  readonly checkpoints: number;
  /** The newest checkpoint up to which the log is what was signed. */
  readonly soundUpTo: Checkpoint | null;
  readonly violations: readonly Violation[];
}

const VIOLATIONS_MAX = 1_000;

/** Reads the whole log and compares it with its own chains, with every checkpoint signed, and with those kept elsewhere. */
export async function verifyAudit(kit: AuditKit): Promise<AuditReport> {
  const { book, kept } = kit;
  const signed = distinct([...kit.checkpoints, ...kept.map(({ checkpoint }) => checkpoint)]);
  const violations: Violation[] = [...seriesProblems(kit), ...signed.flatMap((checkpoint) => signatureProblems(checkpoint, kit))];
  const due = [...signed].sort((a, b) => a.events - b.events);
  let soundUpTo: Checkpoint | null = null;
  const passed = book.place().events;
  violations.push(...book.remarks().map((remark) => JSON.parse(remark) as Violation));
  const look = async (at: number): Promise<void> => {
    for (const checkpoint of due.filter(({ events }) => events === at)) {
      const problems = await treeProblems(checkpoint, kit);
      if (problems.length === 0) soundUpTo = checkpoint;
      violations.push(...problems);
    }
  };
  if (passed > 0) await look(passed);
  for await (const stop of followLog({ ...kit, stops: due.map(({ events }) => events) })) {
    violations.push(...stop.violations);
    if (violations.length > VIOLATIONS_MAX) break;
    await look(stop.events);
  }
  const { events } = book.place();
  for (const { number, at, events: covered } of due)
    if (covered > events)
      violations.push({
        kind: 'log',
        field: 'events',
        message: `the log ends after ${events} events; checkpoint ${number} of ${at} covers ${covered}: its tail was cut off`,
      });
  for (const one of kept) if (one.checkpoint.events > events) violations.push(...(await differences(one, book)));
  return { events, checkpoints: signed.length, soundUpTo, violations };
}

/** The same checkpoint may stand in the log and in a file. */
function distinct(all: readonly Checkpoint[]): readonly Checkpoint[] {
  return [...new Map(all.map((checkpoint) => [digestOf(checkpoint), checkpoint])).values()];
}

/** A checkpoint that was taken out, put in or changed, and one that is kept elsewhere and does not stand in the log. */
function seriesProblems({ checkpoints, kept }: AuditKit): readonly Violation[] {
  const breaks = checkpoints.flatMap((checkpoint, index): readonly Violation[] => {
    const before = checkpoints[index - 1];
    const previous = before === undefined ? FIRST_PREVIOUS : digestOf(before);
    if (checkpoint.previous === previous && checkpoint.number === index + 1) return [];
    return [{ kind: 'checkpoint', field: 'previous', message: `checkpoint ${checkpoint.number} does not follow the one before it` }];
  });
  const known = new Set(checkpoints.map(digestOf));
  const missing = kept.filter(({ checkpoint }) => !known.has(digestOf(checkpoint)));
  return [
    ...breaks,
    ...missing.map(({ checkpoint: { number, at } }): Violation => ({
      kind: 'checkpoint',
      message: `checkpoint ${number} of ${at}, which was kept elsewhere, is not in the log`,
    })),
  ];
}

function signatureProblems(checkpoint: Checkpoint, { verifySignature, trustedKeys }: AuditKit): readonly Violation[] {
  const { number, keyVersion, publicKey } = checkpoint;
  if (!verifySignature(signedText(checkpoint), checkpoint))
    return [{ kind: 'checkpoint', field: 'signature', message: `checkpoint ${number} is not what was signed` }];
  if (trustedKeys.size === 0 || trustedKeys.has(publicKey)) return [];
  return [
    { kind: 'checkpoint', field: 'publicKey', message: `checkpoint ${number} is signed by a key (version ${keyVersion}) that is not the shop's` },
  ];
}

/** Compares the book, which stands exactly there, with what was signed; names the streams where the heads are kept. */
async function treeProblems(checkpoint: Checkpoint, { book, kept }: AuditKit): Promise<readonly Violation[]> {
  const { root, streams } = rootOf(book);
  if (root === checkpoint.root && streams === checkpoint.streams) return [];
  const message = `the streams are not as checkpoint ${checkpoint.number} of ${checkpoint.at} has them (${streams} streams, ${checkpoint.streams} were signed)`;
  const named = await Promise.all(kept.filter((one) => digestOf(one.checkpoint) === digestOf(checkpoint)).map((one) => differences(one, book)));
  return [{ kind: 'checkpoint', field: streams === checkpoint.streams ? 'root' : 'streams', message }, ...named.flat()];
}

/** Walks both lists of heads in the order of their names. */
async function differences(kept: KeptCheckpoint, book: Pick<HeadBook, 'heads'>): Promise<readonly Violation[]> {
  const found: Violation[] = [];
  const say = (stream: string, revision: number, field: string, what: string): void => {
    if (found.length < VIOLATIONS_MAX)
      found.push({ kind: 'checkpoint', stream, revision, field, message: `${what} (checkpoint ${kept.checkpoint.number})` });
  };
  const now = book.heads()[Symbol.iterator]();
  let mine = now.next();
  for await (const { stream, revision, hash } of kept.heads()) {
    for (; mine.done !== true && mine.value.stream < stream; mine = now.next())
      say(mine.value.stream, 0, 'stream', 'the stream was put in afterwards');
    if (mine.done === true || mine.value.stream !== stream) {
      say(stream, revision, 'stream', 'the stream was removed');
      continue;
    }
    const { value } = mine;
    if (value.revision < revision)
      say(stream, value.revision + 1, 'revision', `its end was cut off: ${revision - value.revision} events are missing`);
    else if (value.revision > revision) say(stream, revision + 1, 'revision', 'events were put in afterwards');
    else if (value.hash !== hash) say(stream, revision, 'metadata.hash', 'the chain was rewritten: it ends in another hash');
    mine = now.next();
  }
  for (; mine.done !== true; mine = now.next()) say(mine.value.stream, 0, 'stream', 'the stream was put in afterwards');
  return found;
}
