import type { OrderCommand } from '../../domain/order/commands';
import { canonicalJson } from '../../domain/kernel/hash';
import { derivedId } from '../../domain/kernel/ids';
import type { Instant } from '../../domain/kernel/time';
import { isSubmitted } from '../../domain/order/state';
import { aggregates } from '../aggregates';
import { accessTo, type Access, isStaff, type Operation } from '../authorise';
import type { Caller } from '../caller';
import type { CommandContext, CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';
import { refusalOf, refuse } from '../refusals';
import type { OrderResult, Refused } from './result';

/** What every mutation of one order brings along. */
export interface OrderInput {
  readonly idempotencyKey: string;
  readonly orderId: string;
  readonly accessToken?: string | undefined;
  readonly reason?: string | undefined;
}

type Decide = OrderCommand | ((at: Instant) => OrderCommand);

export const notFound = (): Refused => ({ ok: false, refusal: refuse('NOT_FOUND', { field: ['orderId'] }) });
export const reasonRequired = (): Refused => ({ ok: false, refusal: refuse('REASON_REQUIRED', { field: ['reason'] }) });

/** What a person saw stands with the reason for ever. */
export const reasonWith = (evidence: string, reason: string | undefined): string => (reason === undefined ? evidence : `${reason} (${evidence})`);

/** Where callers come with an order in hand: who may, under which key, and one decision. */
export class OrderDesk {
  constructor(
    private readonly commands: CommandHandling,
    private readonly keyring: Keyring,
  ) {}

  /** The order, read to the end of its stream, if it is the caller's to work on. Throws Forbidden. */
  async open(operation: Operation, caller: Caller, { orderId, accessToken }: OrderInput): Promise<Access | null> {
    const { state } = await this.commands.load(aggregates.order, orderId, true);
    return accessTo(operation, caller, state, accessToken, this.keyring);
  }

  /** One decision on one order. The same key with the same input changes nothing a second time. */
  async run(operation: Operation, caller: Caller, input: OrderInput, decide: Decide): Promise<OrderResult> {
    const access = await this.open(operation, caller, input);
    if (access === null) return notFound();
    if (isStaff(access.role) && input.reason === undefined) return reasonRequired();
    const { accessToken: _token, ...asked } = input;
    const fingerprint = this.keyring.fingerprint(canonicalJson({ operation: operation.operation, ...asked }), 'command');
    return this.decide(input.orderId, decide, { ...this.contextOf(operation, caller, access, input), fingerprint });
  }

  async decide(orderId: string, decide: Decide, context: CommandContext): Promise<OrderResult> {
    const handled = await this.commands.handle(aggregates.order, orderId, decide, context);
    const { state, revision } = handled;
    if (!isSubmitted(state)) return notFound();
    const order = { state, revision };
    return handled.outcome === 'done' ? { ok: true, order, replayed: handled.replayed } : { ok: false, refusal: refusalOf(handled.rejection), order };
  }

  contextOf(operation: Operation, caller: Caller, access: Pick<Access, 'actor' | 'scope'>, input: OrderInput): CommandContext {
    return {
      commandId: derivedId('command', access.scope, input.idempotencyKey, operation.operation),
      correlationId: input.orderId,
      causationId: caller.requestId,
      actor: access.actor,
      ...(input.reason === undefined ? {} : { reason: input.reason }),
      ...(caller.traceparent === undefined ? {} : { traceparent: caller.traceparent }),
    };
  }
}
