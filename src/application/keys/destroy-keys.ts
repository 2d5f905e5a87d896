import type { KeyCommand } from '../../domain/key/decide';
import { derivedId } from '../../domain/kernel/ids';
import { aggregates, streamOf } from '../aggregates';
import type { CommandContext, CommandHandling } from '../handle-command';
import type { EventStore } from '../ports/event-store';
import type { SubjectKeys } from '../ports/subject-keys';
import type { Runtime } from '../ports/runtime';
import { repeat } from '../repeat';
import type { Settings } from '../settings';
import { countUses } from './count-uses';

export interface DestructionKit {
  readonly store: Pick<EventStore, 'head' | 'subscribe'>;
  readonly subjectKeys: Pick<SubjectKeys, 'countWrappedBy'>;
  readonly commands: CommandHandling;
  readonly settings: Pick<Settings, 'allSealingKeys'>;
  readonly runtime: Runtime;
  /** So long after the order every process has heard that nothing is to be sealed with the key any more. Milliseconds. */
  readonly settleMs: number;
  /** See `isPastRetention`; orders are kept as long. */
  readonly retentionMs: number | null;
  /** Told how it ended. Must not throw. */
  readonly onSettled: (kid: string, status: 'KEPT' | 'DESTROYED') => void;
  /** The store is away; counted anew later. Must not throw. */
  readonly onFailed: (error: unknown) => void;
}

const LOOK_EVERY_MS = 1_000;

/**
 * Counts what depends on a key whose destruction is ordered, over the whole log, and settles it. The log is read anew after a crash: nothing but the
 * end is stored. The key itself leaves each process, and its file, when that one hears of the end. Runs until the signal aborts; never rejects.
 */
export function runKeyDestructions(kit: DestructionKit, signal: AbortSignal): Promise<void> {
  const { settings, commands, settleMs } = kit;
  const settleAll = async (): Promise<void> => {
    const due = settings.allSealingKeys().filter(({ status, since }) => status === 'COUNTING' && commands.clock.now() - since >= settleMs);
    for (const { kid } of due) await settleDestruction(kit, kid, signal);
  };
  return repeat(settleAll, { ...kit, waitMs: () => LOOK_EVERY_MS }, signal);
}

/** Rejects with StoreUnavailable, SubjectKeysUnavailable. */
export async function settleDestruction(kit: DestructionKit, kid: string, signal: AbortSignal): Promise<void> {
  const { store, commands, retentionMs } = kit;
  const counted = await countUses(store, (other) => other === kid, signal);
  if (counted?.upTo == null) return;
  const { use, loss } = counted.uses.of(kid, retentionMs, commands.clock.now());
  const subjects = await kit.subjectKeys.countWrappedBy(kid);
  const command: KeyCommand = { type: 'SettleKeyDestruction', upTo: counted.upTo, use: subjects === 0 ? use : { ...use, subjects }, loss };
  const handled = await commands.handle(aggregates.sealingKey, kid, command, contextOf(kit, kid));
  if (handled.outcome === 'done' && handled.events.length > 0) kit.onSettled(kid, handled.state.status === 'DESTROYED' ? 'DESTROYED' : 'KEPT');
}

function contextOf({ runtime }: DestructionKit, kid: string): CommandContext {
  const stream = streamOf(aggregates.sealingKey, kid);
  const actor = { kind: 'ENGINE', id: 'key-destruction' } as const;
  return { commandId: derivedId('command', stream, runtime.newId()), correlationId: stream, causationId: stream, actor };
}
