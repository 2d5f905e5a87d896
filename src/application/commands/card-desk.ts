import type { CardCommand } from '../../domain/card/decide';
import type { CardState } from '../../domain/card/state';
import type { Instant } from '../../domain/kernel/time';
import { aggregates } from '../aggregates';
import { type Operation, requireRole } from '../authorise';
import type { Caller } from '../caller';
import type { CommandContext, CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';
import { refusalOf } from '../refusals';
import type { Refused } from './result';
import { staffContext } from './staff-context';

/** A card as it stands, without its code. */
export interface CardSeen {
  readonly id: string;
  readonly skuId: string;
  readonly batchId: string;
  readonly state: CardState['status'];
  /** Who holds it while it is claimed. */
  readonly orderId: string | null;
  readonly expiresAt: Instant | null;
}

export type CardResult =
  { readonly ok: true; readonly card: CardSeen; readonly changed: boolean; readonly replayed: boolean } | (Refused & { readonly card?: CardSeen });

export interface CardInput {
  readonly idempotencyKey: string;
  readonly reason: string;
  readonly cardId: string;
}

export function cardSeen(id: string, { skuId, batchId, status, claim, expiresAt }: CardState): CardSeen {
  return { id, skuId, batchId, state: status, orderId: status === 'CLAIMED' ? (claim?.orderId ?? null) : null, expiresAt: expiresAt ?? null };
}

/** Where people take single cards out of sale and put them back. */
export class CardDesk {
  constructor(
    private readonly commands: CommandHandling,
    private readonly keyring: Keyring,
  ) {}

  /** The same key with the same input changes nothing a second time. Throws Forbidden. */
  async run(operation: Operation, caller: Caller, input: CardInput, command: (at: Instant) => CardCommand): Promise<CardResult> {
    requireRole(operation, caller);
    const handled = await this.commands.handle(aggregates.card, input.cardId, command, this.contextOf(operation, caller, input, input.cardId));
    const card = cardSeen(input.cardId, handled.state);
    if (handled.outcome === 'done') return { ok: true, card, changed: handled.events.length > 0, replayed: handled.replayed };
    const refusal = refusalOf(handled.rejection);
    return handled.state.status === 'ABSENT' ? { ok: false, refusal } : { ok: false, refusal, card };
  }

  contextOf(operation: Operation, caller: Caller, input: Omit<CardInput, 'cardId'>, correlationId: string): CommandContext {
    return staffContext(this.keyring, operation, caller, input, correlationId);
  }
}
