import { endOfDay, type Day } from '../../domain/closing/day';
import { derivedId } from '../../domain/kernel/ids';
import { aggregates, LEDGER, streamOf } from '../aggregates';
import { type Operation, requireRole } from '../authorise';
import type { Caller } from '../caller';
import { readLedgerDay } from '../finance/ledger-day';
import { ledgerOfDay, type LedgerView, parkedBooks, sumOfDay } from '../finance/ledger-report';
import type { CommandHandling } from '../handle-command';
import type { EventStore } from '../ports/event-store';
import type { ReadModels } from '../ports/read-models';
import type { PositionWaiter } from '../projections/position-waiter';
import { refusalOf, refuse } from '../refusals';
import type { Refused } from './result';
import type { SettingDesk, SettingInput } from './setting-desk';

const CATCH_UP_MS = 10_000;

export type CloseDayResult = { readonly ok: true; readonly ledger: LedgerView; readonly replayed: boolean } | Refused;

export interface LedgerDeskPorts {
  readonly commands: CommandHandling;
  readonly setting: SettingDesk;
  readonly store: Pick<EventStore, 'head'>;
  readonly readModels: ReadModels;
  readonly waiter: PositionWaiter;
  /** IANA name of the zone that the shop's days are told by. */
  readonly timeZone: string;
}

/** Where days of the ledger are looked at and closed. */
export class LedgerDesk {
  constructor(private readonly ports: LedgerDeskPorts) {}

  get timeZone(): string {
    return this.ports.timeZone;
  }

  ledger(day: Day): Promise<LedgerView> {
    return ledgerOfDay(this.ports.readModels, day, this.ports.timeZone);
  }

  /**
   * Orders the close, adds up what stands before that order in the log, and stores the sums. Cut off anywhere it is gone on with by the
   * next call, and comes to the same sums. Throws Forbidden, and ReadModelsUnavailable.
   */
  async close(operation: Operation, caller: Caller, input: SettingInput & { readonly day: Day }): Promise<CloseDayResult> {
    requireRole(operation, caller);
    const { commands, setting, timeZone } = this.ports;
    const { day } = input;
    const context = setting.contextOf(operation, caller, input, streamOf(aggregates.closing, LEDGER));
    const order = { type: 'OrderClose', day, timeZone, endsAt: endOfDay(day, timeZone), at: commands.clock.now() } as const;
    const ordered = await commands.handle(aggregates.closing, LEDGER, order, context);
    if (ordered.outcome === 'rejected') return { ok: false, refusal: refusalOf(ordered.rejection) };
    const { replayed, state } = ordered;
    if (state.pending?.day !== day) return { ok: true, ledger: await this.ledger(day), replayed };
    if (!(await this.isCaughtUp())) return { ok: false, refusal: refuse('LEDGER_BEHIND', { retryAfterMs: CATCH_UP_MS }) };
    const { readModels } = this.ports;
    const parked = await parkedBooks(readModels);
    if (parked > 0) return { ok: false, refusal: refuse('LEDGER_INCOMPLETE', { details: { parked } }) };
    const ledgerDay = await readLedgerDay(readModels, day);
    if (ledgerDay.row === null) return { ok: false, refusal: refuse('LEDGER_BEHIND', { retryAfterMs: CATCH_UP_MS }) };
    const { fence, endsAt } = ledgerDay.row;
    const sum = await sumOfDay(readModels, ledgerDay, timeZone, fence);
    const record = { type: 'RecordClose', day, endsAt, ...sum, position: fence } as const;
    const { fingerprint: _key, ...unkeyed } = context;
    const closed = await commands.handle(aggregates.closing, LEDGER, record, { ...unkeyed, commandId: derivedId('close-day', day) });
    if (closed.outcome === 'rejected') return { ok: false, refusal: refusalOf(closed.rejection) };
    await this.isCaughtUp();
    return { ok: true, ledger: await this.ledger(day), replayed };
  }

  /** Whether the ledger shows all that is stored now. */
  async isCaughtUp(): Promise<boolean> {
    const head = await this.ports.store.head();
    if (head === null) return true;
    const { waiter } = this.ports;
    const there = await Promise.all(['books', 'ledger-days'].map((name) => waiter.waitFor(name, head, CATCH_UP_MS)));
    return there.every((reached) => reached);
  }
}
