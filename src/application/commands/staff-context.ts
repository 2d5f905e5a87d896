import { canonicalJson } from '../../domain/kernel/hash';
import { derivedId } from '../../domain/kernel/ids';
import type { Operation } from '../authorise';
import type { Caller } from '../caller';
import type { CommandContext } from '../handle-command';
import type { Keyring } from '../ports/keyring';

/**
 * How a command of the shop's own people is known: under their key, with their reason, and with a digest of all that it asks, so that the
 * same key for something else is noticed.
 */
export const staffContext = (
  keyring: Keyring,
  { operation }: Pick<Operation, 'operation'>,
  caller: Caller,
  input: { readonly idempotencyKey: string; readonly reason: string },
  correlationId: string,
): CommandContext => ({
  commandId: derivedId('command', caller.clientId, input.idempotencyKey, operation),
  correlationId,
  causationId: caller.requestId,
  actor: caller.actor,
  reason: input.reason,
  fingerprint: keyring.fingerprint(canonicalJson({ operation, ...input }), 'command'),
  ...(caller.traceparent === undefined ? {} : { traceparent: caller.traceparent }),
});
