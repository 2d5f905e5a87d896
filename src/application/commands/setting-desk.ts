import type { DomainEvent } from '../../domain/kernel/event';
import type { Rejection } from '../../domain/kernel/rejection';
import { type Aggregate, streamOf } from '../aggregates';
import { type Operation, requireRole } from '../authorise';
import type { Caller } from '../caller';
import type { CommandContext, CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';
import { refusalOf, type RefusalCode } from '../refusals';
import type { SettingResult } from './result';
import { staffContext } from './staff-context';

/** What every change of the shop's settings brings along. */
export interface SettingInput {
  readonly idempotencyKey: string;
  readonly reason: string;
}

/** Where operators change what is for sale, how it is paid, and who may call. */
export class SettingDesk {
  constructor(
    private readonly commands: CommandHandling,
    private readonly keyring: Keyring,
  ) {}

  /** One decision on one setting. The same key with the same input changes nothing a second time. Throws Forbidden. */
  async run<C, E extends DomainEvent, S, R extends Rejection<RefusalCode>>(
    operation: Operation,
    caller: Caller,
    input: SettingInput,
    aggregate: Aggregate<C, E, S, R>,
    id: string,
    command: C,
  ): Promise<SettingResult> {
    requireRole(operation, caller);
    const handled = await this.commands.handle(aggregate, id, command, this.contextOf(operation, caller, input, streamOf(aggregate, id)));
    if (handled.outcome === 'rejected') return { ok: false, refusal: refusalOf(handled.rejection) };
    return { ok: true, id, revision: handled.revision, changed: handled.events.length > 0, replayed: handled.replayed };
  }

  contextOf(operation: Operation, caller: Caller, input: SettingInput, correlationId: string): CommandContext {
    return staffContext(this.keyring, operation, caller, input, correlationId);
  }
}
