import { isPastRetention } from '../../domain/card/state';
import type { Rotation } from '../../domain/job/rotation';
import type { RotationCounts } from '../../domain/job/rotation-events';
import { derivedId } from '../../domain/kernel/ids';
import type { CardRow } from '../../projections/cards';
import { aggregates, streamOf } from '../aggregates';
import { cardContext } from '../card-text';
import { Slots } from '../engine/slots';
import type { CommandContext, CommandHandling } from '../handle-command';
import type { EventCodec } from '../ports/event-codec';
import type { EventStore } from '../ports/event-store';
import { KeyMissing, type Keyring, SealBroken } from '../ports/keyring';
import type { ReadModels, Row } from '../ports/read-models';
import type { SubjectKeys } from '../ports/subject-keys';
import type { Runtime } from '../ports/runtime';
import type { PositionWaiter } from '../projections/position-waiter';
import { readSealed } from '../sealed-card';
import { rewrapSubjectKeys } from './rewrap-subject-keys';

export type RotationOutcome = 'resealed' | 'unchanged' | 'past_retention' | 'unreadable';

export interface RotationKit {
  readonly store: Pick<EventStore, 'read' | 'head'>;
  readonly codec: EventCodec;
  readonly commands: CommandHandling;
  readonly keyring: Keyring;
  readonly subjectKeys: Pick<SubjectKeys, 'list' | 'rewrap'>;
  readonly readModels: Pick<ReadModels, 'find'>;
  readonly waiter: PositionWaiter;
  readonly runtime: Pick<Runtime, 'sleep' | 'newId'>;
  /** Cards that are looked at each second, at most: they share the disk with orders. */
  readonly cardsPerSecond: number;
  /** See `isPastRetention`. */
  readonly retentionMs: number | null;
  /** Told of each card. Must not throw. */
  readonly onLooked: (outcome: RotationOutcome) => void;
}

/** Cards between two facts about progress: after a crash so many are looked at again, which changes nothing. */
const PAGE_CARDS = 500;
const APPENDS_MAX = 16;
const MODEL_PATIENCE_MS = 30_000;

/** The list of cards is not as far as the log was; tried again later. */
class ListBehind extends Error {
  override readonly name = 'ListBehind';
}

/**
 * Seals every card anew that is not voided and within retention, in the order of their ids, until one whole pass finds none. A card is
 * told on its own stream and its claim is not touched: whoever claims it in the same moment is refused nothing. Works until the job has ended or
 * the signal aborts. Rejects with KeyMissing where this process does not have the key, and when a store is away.
 */
export async function rotateCards(kit: RotationKit, jobId: string, signal: AbortSignal): Promise<void> {
  for (let rotation = await read(kit, jobId); rotation !== undefined && rotation.end === undefined; rotation = await read(kit, jobId)) {
    if (signal.aborted) return;
    const { pass, upTo: from } = rotation;
    if (from === '') await rewrapSubjectKeys(kit, rotation.kid, signal);
    const page = rotation.stopRequested ? [] : await nextCards(kit, from);
    const upTo = page.at(-1)?.key;
    if (upTo === undefined) await tell(kit, jobId, { type: 'EndRotationPass', pass });
    else
      await tell(kit, jobId, {
        type: 'RecordRotationProgress',
        pass,
        from,
        upTo,
        looked: page.length,
        ...(await resealAll(kit, jobId, rotation, page)),
      });
    await kit.runtime.sleep((1_000 * page.length) / kit.cardsPerSecond, signal);
  }
}

const read = async ({ commands }: RotationKit, jobId: string): Promise<Rotation | undefined> =>
  (await commands.load(aggregates.job, jobId, true)).state.rotation;

/** A pass begins with a list that is as far as the log. */
async function nextCards({ store, readModels, waiter }: RotationKit, from: string): Promise<readonly Row<CardRow>[]> {
  const head = from === '' ? await store.head() : null;
  if (head !== null && !(await waiter.waitFor('cards', head, MODEL_PATIENCE_MS))) throw new ListBehind('the list of cards is behind the log');
  return readModels.find<CardRow>('cards', { limit: PAGE_CARDS, ...(from === '' ? {} : { after: { value: null, key: from } }) });
}

async function resealAll(kit: RotationKit, jobId: string, { kid }: Rotation, page: readonly Row<CardRow>[]): Promise<RotationCounts> {
  const appends = new Slots(APPENDS_MAX);
  const ends = await Promise.allSettled(page.map((row) => appends.run(() => reseal(kit, jobId, kid, row))));
  const counts = { resealed: 0, unchanged: 0, past_retention: 0, unreadable: 0 };
  for (const end of ends) {
    if (end.status === 'rejected') throw end.reason;
    counts[end.value] += 1;
    kit.onLooked(end.value);
  }
  return { resealed: counts.resealed, pastRetention: counts.past_retention, unreadable: counts.unreadable };
}

async function reseal(
  kit: RotationKit,
  jobId: string,
  kid: string,
  { key: cardId, value: { state, skuId } }: Row<CardRow>,
): Promise<RotationOutcome> {
  const { commands, keyring, store, codec, retentionMs } = kit;
  if (state.status === 'VOIDED' || state.sealedBy === kid) return 'unchanged';
  if (isPastRetention(state, retentionMs, commands.clock.now())) return 'past_retention';
  const plain = open(keyring, await readSealed(store, codec, cardId), cardContext(cardId, skuId));
  if (plain === null) return 'unreadable';
  const sealed = keyring.seal(plain, cardContext(cardId, skuId), kid);
  const handled = await commands.handle(aggregates.card, cardId, { type: 'ResealCard', sealed }, contextOf(jobId, 'reseal', cardId));
  commands.forget(aggregates.card, cardId);
  return handled.outcome === 'done' && handled.events.length > 0 ? 'resealed' : 'unchanged';
}

/** Null for what cannot be opened: it is left as it is, and whoever opens it for a buyer says what is wrong. */
function open(keyring: Keyring, sealed: Parameters<Keyring['open']>[0] | null, context: string): string | null {
  try {
    return sealed === null ? null : keyring.open(sealed, context);
  } catch (error) {
    if (error instanceof KeyMissing || error instanceof SealBroken) return null;
    throw error;
  }
}

const tell = ({ commands, runtime }: RotationKit, jobId: string, command: Parameters<typeof aggregates.job.decider.decide>[0]): Promise<unknown> =>
  commands.handle(aggregates.job, jobId, command, contextOf(jobId, 'progress', runtime.newId()));

function contextOf(jobId: string, step: string, of: string): CommandContext {
  const stream = streamOf(aggregates.job, jobId);
  return {
    commandId: derivedId('command', jobId, step, of),
    correlationId: stream,
    causationId: stream,
    actor: { kind: 'ENGINE', id: 'card-rotation' },
  };
}
