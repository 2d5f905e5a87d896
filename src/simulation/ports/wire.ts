import type { CallAnswer, CallOptions } from '../../application/ports/outside-call';
import { orderIdOfReference } from '../../domain/kernel/ids';
import type { Life } from '../node/life';
import type { FaultKind } from '../world/faults';
import type { Surroundings } from '../world/surroundings';
import type { Fate } from './faulty-event-store';

/** A connection takes so long at most before a request leaves: long enough to be stopped in between. */
const CONNECT_MS_MAX = 20;
/** A request that lingers arrives within so long; nobody waits for its answer any more. */
const LINGERS_MS_MAX = 45_000;

/** A process that stands still between the intent and the call. */
const STALL_MS = { least: 1_000, most: 4 * 60_000 };

/** Whoever is called. The name of an outage is `gateway main`, the names of what goes wrong begin with its side. */
export interface Partner {
  readonly side: 'gateway' | 'channel';
  readonly id: string;
}

/** Of each side, what goes wrong on the way there and back. */
const TROUBLES = {
  gateway: { unreachable: 'gateway-unreachable', lost: 'gateway-lost', late: 'gateway-late', silent: 'gateway-silent' },
  channel: {
    unreachable: 'channel-unreachable',
    lost: 'channel-lost',
    late: 'channel-late',
    silent: 'channel-silent',
    fails: 'channel-fails',
    failsAfter: 'channel-fails-after',
    stalls: 'stall',
  },
} as const satisfies Record<
  Partner['side'],
  Partial<Record<'unreachable' | 'lost' | 'late' | 'silent' | 'fails' | 'failsAfter' | 'stalls', FaultKind>>
>;

/** One process calling one partner: the request may be lost, late, or done with its answer lost; after the time-out nobody waits. */
export class Wire {
  private readonly troubles: { readonly [trouble in keyof (typeof TROUBLES)['channel']]?: FaultKind };

  constructor(
    private readonly partner: Partner,
    private readonly around: Surroundings,
    private readonly life: Life,
    private readonly fate: Fate,
  ) {
    this.troubles = TROUBLES[partner.side];
  }

  /** `what` names the call and what it is about; `reference` is ours, `effect` what happens over there; `leaves` hears that it is on its way. */
  call<F>(what: string, reference: string, options: CallOptions, effect: () => CallAnswer<F>, leaves?: () => void): Promise<CallAnswer<F>> {
    const orderId = orderIdOfReference(reference) ?? undefined;
    return new Promise((resolve) => {
      this.fate(`before ${what}`, orderId);
      if (orderId !== undefined && this.isStruck(this.troubles.stalls, what, orderId))
        this.life.standStill(this.around.delays.of(`stall ${what}`, STALL_MS.least, STALL_MS.most));
      this.life.later(this.around.delays.of(`connect ${what}`, 0, CONNECT_MS_MAX), () => {
        if (options.maySend?.() === false) return resolve({ outcome: 'notDone', code: 'TOO_LATE' });
        if (options.signal?.aborted === true) return resolve({ outcome: 'notDone', code: 'ABORTED' });
        if (this.isUnreachable(what, orderId)) return resolve({ outcome: 'notDone', code: 'CONNECTION_REFUSED' });
        leaves?.();
        this.send(what, orderId, options.timeoutMs, effect, resolve);
      });
    });
  }

  private send<F>(
    what: string,
    orderId: string | undefined,
    timeoutMs: number,
    effect: () => CallAnswer<F>,
    resolve: (answer: CallAnswer<F>) => void,
  ): void {
    const { delays, scheduler, story } = this.around;
    const { id } = this.partner;
    const { lost, late, silent, fails, failsAfter } = this.troubles;
    const isStruck = (kind: FaultKind | undefined): boolean => this.isStruck(kind, what, orderId);
    this.life.later(timeoutMs, () => resolve({ outcome: 'unknown', cause: 'TIMEOUT' }));
    if (isStruck(lost)) return;
    const isLate = isStruck(late);
    const thereMs = isLate ? delays.of(`linger ${what}`, timeoutMs, LINGERS_MS_MAX) : delays.of(`call ${what}`, 5, 250);
    scheduler.after(thereMs, () => {
      const answer: CallAnswer<F> = isStruck(fails) ? { outcome: 'unknown', cause: 'HTTP_500' } : effect();
      story.tell(`${id} ${what} ${answer.outcome}${answer.outcome === 'answered' ? ` ${(answer.facts as { status?: string }).status}` : ''}`);
      this.fate(`after ${what}`, orderId);
      const heard: CallAnswer<F> = isStruck(failsAfter) ? { outcome: 'unknown', cause: 'RESET' } : answer;
      if (!isStruck(silent)) this.life.later(delays.of(`answer ${what}`, 5, 100), () => resolve(heard));
    });
  }

  private isUnreachable(what: string, orderId: string | undefined): boolean {
    const { side, id } = this.partner;
    return this.around.outages.has(`${side} ${id}`) || this.isStruck(this.troubles.unreachable, what, orderId);
  }

  private isStruck(kind: FaultKind | undefined, what: string, orderId: string | undefined): boolean {
    return kind !== undefined && this.around.faults.strikes(kind, `${this.partner.id} ${what}`, orderId);
  }
}
