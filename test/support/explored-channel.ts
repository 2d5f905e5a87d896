import type { PurchaseAnswer, PurchaseReport } from '../../src/domain/order/purchase-commands';
import type { OrderEventData } from '../../src/domain/order/events';
import type { ChannelView } from '../../src/domain/order/plan';
import type { PurchaseWord, ReceivedCard } from '../../src/domain/order/purchase-events';
import type { Chance } from './chance';
import { channelView, sealedText } from './given';

export interface BookedPurchase {
  readonly requestId: string;
  readonly asked: number;
  readonly bookedAt: number;
  readonly placeholder: boolean;
  status: PurchaseWord;
  /** Card ids as they are answered: one may stand there twice. */
  cards: readonly string[];
  malformed: number;
  hasReceipt: boolean;
  unitCostMinor: number;
}

export const exploredCard = (cardId: string): ReceivedCard => ({ cardId, fingerprint: cardId, sealed: sealedText });

/** What was really sold, in memory, with faults on request. It keeps channel v1 as far as its flags promise it. */
export class ExploredChannel {
  readonly purchases = new Map<string, BookedPurchase>();
  readonly broken: string[] = [];
  private sold = 0;

  constructor(
    readonly id: string,
    readonly flags: ChannelView['flags'],
    private readonly chance: Chance,
    /** A code that the shop knows already, if there is one. */
    private readonly knownCode: () => string | undefined,
  ) {}

  view(busy: boolean): ChannelView {
    return channelView({ flags: this.flags, busy });
  }

  /** Completed at once, later (`pending`), in part, wrongly, or refused. */
  purchase(data: OrderEventData<'PurchaseRequested'>, now: number, faulty: boolean, pending: (booked: BookedPurchase) => void): PurchaseAnswer {
    const there = this.purchases.get(data.requestId);
    if (there !== undefined) {
      if (!this.flags.replay && !there.placeholder) this.broken.push(`${data.requestId} was sent twice to a channel that does not replay`);
      return this.report(there);
    }
    if (faulty && this.chance.hit(0.05)) return { kind: 'REFUSED', code: 'INVALID_REQUEST' };
    const booked: BookedPurchase = {
      requestId: data.requestId,
      asked: data.quantity,
      bookedAt: now,
      placeholder: false,
      status: 'PENDING',
      cards: [],
      malformed: 0,
      hasReceipt: false,
      unitCostMinor: 0,
    };
    this.purchases.set(data.requestId, booked);
    if (this.chance.hit(faulty ? 0.75 : 0.9)) this.finish(booked, data.fields !== undefined, faulty);
    else pending(booked);
    return this.report(booked);
  }

  /** What becomes of it; nothing happens to one that is over. */
  finish(booked: BookedPurchase, toppedUp: boolean, faulty: boolean): void {
    if (booked.status !== 'PENDING') return;
    if (this.chance.hit(faulty ? 0.3 : 0.1)) {
      booked.status = 'REFUSED';
      return;
    }
    booked.unitCostMinor = faulty && this.chance.hit(0.1) ? 950 : 900;
    booked.status = 'COMPLETED';
    if (toppedUp && this.chance.hit(0.7)) booked.hasReceipt = true;
    else this.sell(booked, faulty);
  }

  private sell(booked: BookedPurchase, faulty: boolean): void {
    const gives = this.flags.partialFill && this.chance.hit(0.3) ? this.chance.upTo(booked.asked) : booked.asked;
    if (gives < booked.asked) booked.status = 'PARTIAL';
    const cards: string[] = [];
    for (let i = 0; i < gives; i++) {
      const known = this.knownCode();
      const fate = faulty ? this.chance.upTo(19) : 19;
      if (fate === 0) booked.malformed++;
      else if (fate === 1 && cards[0] !== undefined) cards.push(cards[0]);
      else if (fate === 2 && known !== undefined) cards.push(known);
      else cards.push(`${this.id}-${++this.sold}`);
    }
    booked.cards = cards;
  }

  query(requestId: string, now: number, faulty: boolean): PurchaseAnswer {
    if (!this.flags.lookup) this.broken.push(`${requestId} was asked about at a channel that cannot be asked`);
    const booked = this.purchases.get(requestId);
    const appearsLate = faulty && booked !== undefined && now - booked.bookedAt < 10_000 && this.chance.hit(0.3);
    return booked === undefined || appearsLate ? { kind: 'NOT_FOUND', final: false } : this.report(booked);
  }

  cancel(requestId: string, now: number, faulty: boolean): PurchaseAnswer {
    if (!this.flags.cancel) this.broken.push(`${requestId} was cancelled at a channel that cannot cancel`);
    const booked = this.purchases.get(requestId) ?? this.placeholder(requestId, now);
    if (booked.status === 'PENDING' && !(faulty && this.chance.hit(0.5))) booked.status = 'CANCELLED';
    return this.report(booked);
  }

  report(booked: BookedPurchase): PurchaseAnswer {
    const report: PurchaseReport = {
      status: booked.status,
      cards: booked.cards.map(exploredCard),
      malformed: booked.malformed,
      unitCostMinor: booked.unitCostMinor,
      currency: 'CNY',
      ...(booked.hasReceipt ? { receipt: sealedText } : {}),
    };
    return { kind: 'REPORTED', report };
  }

  private placeholder(requestId: string, now: number): BookedPurchase {
    const booked: BookedPurchase = {
      requestId,
      asked: 0,
      bookedAt: now,
      placeholder: true,
      status: 'CANCELLED',
      cards: [],
      malformed: 0,
      hasReceipt: false,
      unitCostMinor: 0,
    };
    this.purchases.set(requestId, booked);
    return booked;
  }
}
