import type { PurchaseRequestV1, PurchaseV1 } from '../protocols/channel-v1';
import { DELAY_MS, type Delays } from './delays';
import type { Fault, Occasion } from './faults';
import type { Courier } from './notices';
import { purchaseView, type Mishap, type PurchaseBook, type PurchaseRecord } from './purchase-book';
import type { Shelf } from './shelf';
import type { FalseNotice, Subject, Teller } from './teller';

export type SandboxFlag = 'replay' | 'lookup' | 'cancel' | 'partialFill';

export interface ChannelParts {
  readonly flags: ReadonlySet<SandboxFlag>;
  readonly book: PurchaseBook;
  readonly shelf: Shelf;
  readonly delays: Delays;
  readonly teller: Teller;
  readonly courier: Courier<PurchaseV1>;
}

/** What the channel does with a purchase, and whom it tells. Every end of one sends its notice from here. */
export class Channel {
  readonly flags: ReadonlySet<SandboxFlag>;
  readonly book: PurchaseBook;
  readonly shelf: Shelf;
  readonly delays: Delays;

  constructor(private readonly parts: ChannelParts) {
    ({ flags: this.flags, book: this.book, shelf: this.shelf, delays: this.delays } = parts);
  }

  buy(request: PurchaseRequestV1, requestText: string, fault: Fault | undefined, occasion: Occasion): PurchaseRecord {
    const purchase = this.book.open(request, requestText);
    if (fault?.fault === 'pending') {
      this.delays.after(fault.ms ?? DELAY_MS.pending, () => this.settle(purchase, occasion));
      this.parts.teller.lieAbout(this.subject(purchase), occasion);
      return purchase;
    }
    if (fault?.fault === 'decline') this.book.end(purchase, 'REFUSED', 'DECLINED');
    else this.book.sell(purchase, mishapOf(fault));
    this.tell(purchase, occasion);
    return purchase;
  }

  /** What was pending is sold now, unless it was cancelled meanwhile. */
  settle(purchase: PurchaseRecord, occasion: Occasion): void {
    if (purchase.status !== 'PENDING') return;
    this.book.sell(purchase);
    this.tell(purchase, occasion);
  }

  cancel(purchase: PurchaseRecord, occasion: Occasion): void {
    if (purchase.status !== 'PENDING') return;
    this.book.end(purchase, 'CANCELLED');
    this.tell(purchase, occasion);
  }

  private tell(purchase: PurchaseRecord, occasion: Occasion): void {
    this.parts.teller.tell(this.subject(purchase), occasion);
  }

  private subject(purchase: PurchaseRecord): Subject<PurchaseV1> {
    const facts = (): PurchaseV1 => purchaseView(purchase);
    return {
      reference: purchase.requestId,
      url: purchase.callbackUrl,
      nextNotice: () => ++purchase.notices,
      facts,
      untruth: (fault) => untruth(facts(), fault),
      courier: this.parts.courier,
    };
  }
}

const FALSE_CODE = 'CODE-OF-A-LIAR';

/** Sold, whatever it is, with a code that nobody ever made; and refused when it was sold. */
function untruth(purchase: PurchaseV1, fault: FalseNotice): PurchaseV1 {
  const sold = { ...purchase, status: 'COMPLETED', cards: [{ code: FALSE_CODE }] } as const;
  if (fault === 'foreign-notice') return { ...sold, cards: [...sold.cards], requestId: 'somebody-elses-purchase' };
  if (fault === 'lying-notice' && (purchase.status === 'COMPLETED' || purchase.status === 'PARTIAL')) {
    const { receipt: _none, ...rest } = purchase;
    return { ...rest, status: 'REFUSED', cards: [], reason: 'OUT_OF_STOCK' };
  }
  return { ...sold, cards: [...sold.cards] };
}

function mishapOf(fault: Fault | undefined): Mishap {
  switch (fault?.fault) {
    case 'partial':
      return { half: true };
    case 'over-price':
      return { overPrice: true };
    case 'malformed':
      return { malformed: true };
    case 'same-card-twice':
      return { soldCode: true };
    default:
      return {};
  }
}
