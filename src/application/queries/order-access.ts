import type { OrderCommand, OrderRejection } from '../../domain/order/commands';
import type { OrderEvent } from '../../domain/order/events';
import type { OrderState, SubmittedOrder } from '../../domain/order/state';
import { aggregates } from '../aggregates';
import { accessTo, type Operation } from '../authorise';
import type { Caller, Role } from '../caller';
import type { CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';

/** Who asks for which order; the token makes anyone its buyer. */
export interface OrderAsked {
  readonly caller: Caller;
  readonly orderId: string;
  readonly accessToken?: string | undefined;
}

export interface ReadOrder {
  readonly state: SubmittedOrder;
  readonly revision: number;
  /** In which role the caller reads it: BUYER when the token opened it. */
  readonly role: Role;
}

export interface OrderReaderPorts {
  readonly commands: Pick<CommandHandling, 'load'>;
  readonly keyring: Keyring;
}

/**
 * The order as its own stream has it now, so never behind, and there also while the read models are away. Null when there is
 * none, or none that this caller may see. Throws Forbidden when the role may see no order at all.
 */
export async function readOrder(
  { commands, keyring }: OrderReaderPorts,
  operation: Operation,
  { caller, orderId, accessToken }: OrderAsked,
): Promise<ReadOrder | null> {
  const { state, revision } = await commands.load<OrderCommand, OrderEvent, OrderState, OrderRejection>(aggregates.order, orderId, true);
  const access = accessTo(operation, caller, state, accessToken, keyring);
  return access === null ? null : { state: access.state, revision, role: access.role };
}
