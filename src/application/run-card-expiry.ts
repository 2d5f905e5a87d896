import { derivedId } from '../domain/kernel/ids';
import type { Instant } from '../domain/kernel/time';
import { aggregates } from './aggregates';
import { Slots } from './engine/slots';
import type { CommandContext, CommandHandling } from './handle-command';
import type { ReadModels } from './ports/read-models';
import type { Runtime } from './ports/runtime';
import { repeat } from './repeat';

export interface CardExpiryKit {
  readonly commands: CommandHandling;
  readonly readModels: Pick<ReadModels, 'find'>;
  readonly runtime: Runtime;
  /** The store or the read models are away; tried again. Must not throw. */
  readonly onFailed: (error: unknown) => void;
}

/** Nobody can claim an expired card in the meantime; only the numbers wait for this. */
const LOOK_EVERY_MS = 15_000;
const PAGE_CARDS = 500;
const APPENDS_MAX = 32;

/**
 * Writes down that cards have expired, so that every count of what is for sale is right. Two of them do no harm: a card expires once.
 * Runs until the signal aborts; never rejects.
 */
export function runCardExpiry(kit: CardExpiryKit, signal: AbortSignal): Promise<void> {
  const { runtime } = kit;
  const expireAll = async (): Promise<void> => {
    // A model that lags may still show what has just expired: more than one page is a reason to go on, less is none.
    while (!signal.aborted && (await expireCards(kit)) === PAGE_CARDS);
  };
  return repeat(expireAll, { ...kit, waitMs: () => LOOK_EVERY_MS * (0.5 + runtime.random()) }, signal);
}

/** One page of cards whose time is over; resolves with how many expired by this call. */
export async function expireCards({ commands, readModels, runtime }: CardExpiryKit): Promise<number> {
  const due = await readModels.find('cards', {
    filter: { status: { eq: 'AVAILABLE' }, expiresAt: { lte: commands.clock.now() } },
    limit: PAGE_CARDS,
  });
  const sweep = runtime.newId();
  const appends = new Slots(APPENDS_MAX);
  const ends = await Promise.allSettled(
    due.map(({ key }) =>
      appends.run(() => commands.handle(aggregates.card, key, (at: Instant) => ({ type: 'ExpireCard', at }) as const, contextOf(key, sweep))),
    ),
  );
  let expired = 0;
  for (const end of ends) {
    if (end.status === 'rejected') throw end.reason;
    if (end.value.outcome === 'done' && end.value.events.length > 0) expired++;
  }
  return expired;
}

function contextOf(cardId: string, sweep: string): CommandContext {
  const actor = { kind: 'ENGINE', id: 'card-expiry' } as const;
  return { commandId: derivedId('command', cardId, 'ExpireCard', sweep), correlationId: cardId, causationId: cardId, actor };
}
