import { isUseKnown, openedBy, type ApiKey } from '../../domain/catalog/api-key';
import { derivedId } from '../../domain/kernel/ids';
import type { Instant } from '../../domain/kernel/time';
import { aggregates, streamOf } from '../aggregates';
import type { CommandHandling } from '../handle-command';
import type { Runtime } from '../ports/runtime';
import { repeat } from '../repeat';

/** Texts of API keys whose use is to be told. There are no more of them than texts of keys. */
export class KeyUse {
  private readonly used = new Map<string, string>();

  /** Costs a request a look into memory. */
  note(key: ApiKey, keyHash: string, at: Instant): void {
    const text = openedBy(key, keyHash, at);
    if (text !== null && !isUseKnown(key, text, at)) this.used.set(keyHash, key.id);
  }

  /** The uses noted so far: key id by hash of its text. */
  take(): ReadonlyMap<string, string> {
    const taken = new Map(this.used);
    this.used.clear();
    return taken;
  }
}

export interface KeyUseKit {
  readonly commands: CommandHandling;
  readonly runtime: Runtime;
  readonly use: KeyUse;
  /** The store is away. The next use is noted again. Must not throw. */
  readonly onFailed: (error: unknown) => void;
}

const LOOK_EVERY_MS = 5_000;

/** Writes down which keys are in use, until the signal aborts. Several of them do no harm. Never rejects. */
export const runKeyUse = (kit: KeyUseKit, signal: AbortSignal): Promise<void> =>
  repeat(() => tellKeyUse(kit), { ...kit, waitMs: () => LOOK_EVERY_MS }, signal);

export async function tellKeyUse({ commands, runtime, use }: KeyUseKit): Promise<void> {
  for (const [keyHash, id] of use.take()) {
    const stream = streamOf(aggregates.apiKey, id);
    await commands.handle(aggregates.apiKey, id, (at: Instant) => ({ type: 'MarkUsed', keyHash, at }) as const, {
      commandId: derivedId('command', stream, 'MarkUsed', runtime.newId()),
      correlationId: stream,
      causationId: stream,
      actor: { kind: 'ENGINE', id: 'key-use' },
    });
  }
}
