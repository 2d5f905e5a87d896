import { createHmac } from 'node:crypto';
import type { BalanceFacts, ChannelFlags, ChannelNotice, PurchaseFacts, PurchaseRequest, StockFacts } from '../../application/ports/channel';
import type { CallAnswer, IncomingNotice, NoticeVerdict } from '../../application/ports/outside-call';
import { orderIdOfReference } from '../../domain/kernel/ids';
import { MINUTE_MS } from '../../domain/kernel/time';
import { drawnUnit } from '../world/chance';
import type { FaultKind } from '../world/faults';
import type { Surroundings } from '../world/surroundings';
import { type Article, type BookedPurchase, ChannelBook, hasSold, type SaleFaults } from './channel-book';
import { NoticeRound, type OutgoingNotice } from './notice-round';

export interface SimulatedChannelOptions {
  readonly id: string;
  readonly flags: ChannelFlags;
  readonly notFoundFinalAfterSeconds: number;
  readonly articles: readonly Article[];
  readonly balanceMinor: number;
  /** Purchases that it refuses for reasons of its own, as a share of all. */
  readonly declines?: number;
  /** As in the settings of a channel; what one engine may have under way there. */
  readonly maxInFlight?: number;
  readonly ratePerSecond?: number;
}

/** How long a purchase may still be unknown to a question, shorter than what counts as final. */
const APPEARS_WITHIN_MS = 10_000;
const STALE_MS = 5_000;
const LATE_MS_MAX = 60 * MINUTE_MS;
const PENDING_MS_MAX = 40 * MINUTE_MS;
const NO_FAULTS: SaleFaults = { half: false, overPrice: false, malformed: false, soldCode: null };
const FALSE_CODE = 'CODE-of-a-liar';

/** An upstream on virtual time: books that are always right, and everything around them that is not. */
export class SimulatedChannel {
  readonly book: ChannelBook;
  readonly notices: NoticeRound;

  constructor(
    readonly options: SimulatedChannelOptions,
    private readonly around: Surroundings,
    ring: (channelId: string, notice: OutgoingNotice) => Promise<boolean>,
    /** Hears of every request for a purchase when it leaves the shop, whatever becomes of it. */
    readonly onItsWay: (request: PurchaseRequest) => void,
  ) {
    const { id, flags, articles, balanceMinor } = options;
    this.notices = new NoticeRound(id, around, (notice) => ring(id, notice));
    this.book = new ChannelBook(
      {
        id,
        flags,
        now: () => around.scheduler.now,
        broken: (invariant, about, requestId) => around.violated(invariant, about, orderIdOfReference(requestId) ?? undefined),
        onChange: (purchase) => this.changed(purchase),
      },
      articles.map((article) => ({ ...article })),
      balanceMinor,
    );
  }

  purchase(request: PurchaseRequest): CallAnswer<PurchaseFacts> {
    const { requestId, product, quantity, maxUnitCostMinor, currency } = request;
    const article = this.book.articles.get(product);
    const isKnown = this.book.purchases.has(requestId);
    if (!isKnown && (article === undefined || article.currency !== currency)) return { outcome: 'refused', code: 'UNKNOWN_PRODUCT' };
    if (!isKnown && this.strikes('channel-refuses', requestId)) return { outcome: 'refused', code: 'REFUSED' };
    const opened = this.book.open({ requestId, product, quantity, maxUnitCostMinor, currency, body: JSON.stringify(request) });
    if (opened === 'mismatch') return { outcome: 'refused', code: 'REQUEST_ID_REUSED' };
    if (opened.isNew) this.decide(opened.purchase);
    return { outcome: 'answered', facts: factsOf(opened.purchase) };
  }

  private decide(purchase: BookedPurchase): void {
    const { requestId } = purchase;
    const declines = drawnUnit(this.around.seed, `declines ${this.options.id} ${requestId}`) < (this.options.declines ?? 0);
    if (declines || this.strikes('channel-declines', requestId)) return this.book.end(purchase, 'REFUSED', 'DECLINED');
    if (!this.strikes('channel-pending', requestId)) return this.book.sell(purchase, this.saleFaults(requestId));
    const unit = drawnUnit(this.around.seed, `pending ${requestId}`);
    this.around.scheduler.after(unit * unit * PENDING_MS_MAX, () => this.settle(purchase));
    if (this.isLiar && this.strikes('notice-false', requestId)) this.lie(purchase);
  }

  /** What was pending is sold now, unless it was cancelled meanwhile. */
  private settle(purchase: BookedPurchase): void {
    if (purchase.status === 'PENDING') this.book.sell(purchase, NO_FAULTS);
  }

  private saleFaults(requestId: string): SaleFaults {
    return {
      half: this.options.flags.partialFill && this.strikes('channel-partial', requestId),
      overPrice: this.strikes('channel-over-price', requestId),
      malformed: this.strikes('channel-malformed', requestId),
      soldCode: this.strikes('channel-same-card', requestId) ? (drawnUnit(this.around.seed, `sold ${requestId}`) < 0.5 ? 'earlier' : 'twice') : null,
    };
  }

  query(requestId: string): CallAnswer<PurchaseFacts> {
    const { now } = this.around.scheduler;
    if (!this.options.flags.lookup) this.around.violated('I8', `purchase ${requestId} was asked about at a channel that cannot be asked`);
    const purchase = this.book.purchases.get(requestId);
    if (purchase === undefined) return { outcome: 'notFound' };
    const age = now - purchase.bookedAt;
    if (age < APPEARS_WITHIN_MS && this.strikes('channel-appears-late', requestId)) return { outcome: 'notFound' };
    if (age < STALE_MS && this.strikes('channel-stale', requestId)) return { outcome: 'answered', facts: asItWas(purchase) };
    return { outcome: 'answered', facts: factsOf(purchase) };
  }

  cancel(requestId: string): CallAnswer<PurchaseFacts> {
    if (!this.options.flags.cancel) this.around.violated('I8', `purchase ${requestId} was cancelled at a channel that cannot cancel`);
    const there = this.book.purchases.get(requestId);
    if (there?.status === 'PENDING' && this.strikes('channel-cancels-late', requestId)) this.settle(there);
    return { outcome: 'answered', facts: factsOf(this.book.cancel(requestId)) };
  }

  stock(product: string): CallAnswer<StockFacts> {
    const article = this.book.articles.get(product);
    if (article === undefined) return { outcome: 'refused', code: 'UNKNOWN_PRODUCT' };
    const { available, unitCostMinor, currency } = article;
    return { outcome: 'answered', facts: { available, unitCostMinor, currency } };
  }

  balance(): CallAnswer<BalanceFacts> {
    const [article] = this.book.articles.values();
    return { outcome: 'answered', facts: { balanceMinor: this.book.balanceMinor, currency: article?.currency ?? 'CNY' } };
  }

  /** A channel that can be asked may lie in its notices: it is asked. The signed word of another one counts, so it has to be true. */
  private get isLiar(): boolean {
    return this.options.flags.lookup || this.options.flags.cancel;
  }

  /** Something happened to a purchase: the shop is told, late, often, never, or of something else. */
  private changed(purchase: BookedPurchase): void {
    const { requestId, status } = purchase;
    this.around.story.tell(`book ${this.options.id} ${requestId} ${status} ${purchase.units} at ${purchase.unitCostMinor}`);
    if (purchase.body === '' || this.strikes('notice-lost', requestId)) return;
    const noticeId = `n-${this.options.id}-${requestId}-${status}`;
    const times = this.strikes('notice-repeated', requestId) ? 10 : 1;
    for (let i = 0; i < times; i++) {
      const { delays } = this.around;
      const lateMs = this.strikes('notice-late', requestId) ? delays.of(`late notice ${requestId}`, 15_000, LATE_MS_MAX) : 0;
      this.tell(lateMs + delays.of(`notice ${requestId}`, 20, 500), noticeId, () => factsOf(purchase));
    }
    if (this.isLiar && this.strikes('notice-false', requestId)) this.lie(purchase);
    if (this.strikes('notice-foreign', requestId)) this.tell(0, `${noticeId}-x`, () => ({ ...factsOf(purchase), requestId: `unknown-${requestId}` }));
    if (this.strikes('notice-forged', requestId)) this.forge(purchase);
  }

  /** Well signed and not true: sold with a code that nobody made, or refused where it was sold. */
  private lie(purchase: BookedPurchase): void {
    const facts = factsOf(purchase);
    const untrue: PurchaseFacts = hasSold(purchase)
      ? { ...withoutReceipt(facts), status: 'REFUSED', cards: [], malformedCards: 0, reason: 'OUT_OF_STOCK' }
      : { ...facts, status: 'COMPLETED', cards: [{ code: FALSE_CODE }] };
    this.tell(1_000, `lie-${purchase.requestId}-${facts.status}`, () => untrue);
  }

  /** Somebody without the key says that it is sold; it must not be taken. */
  private forge(purchase: BookedPurchase): void {
    const body = bodyOf({ ...factsOf(purchase), status: 'COMPLETED', cards: [{ code: FALSE_CODE }] });
    const headers = { 'webhook-id': `forged-${purchase.requestId}`, 'webhook-signature': signatureOf('somebody else', body) };
    this.notices.once(500, { headers, body }, (isTaken) => {
      if (isTaken)
        this.around.violated('I14', `a forged notice about ${purchase.requestId} was taken`, orderIdOfReference(purchase.requestId) ?? undefined);
    });
  }

  private tell(inMs: number, id: string, facts: () => PurchaseFacts): void {
    this.notices.begin(inMs, () => {
      const body = bodyOf(facts());
      return { headers: { 'webhook-id': id, 'webhook-signature': signatureOf(this.options.id, body) }, body };
    });
  }

  private strikes(kind: FaultKind, requestId: string): boolean {
    return this.around.faults.strikes(kind, `${this.options.id} ${requestId}`, orderIdOfReference(requestId) ?? undefined);
  }
}

function factsOf({ requestId, status, cards, malformed, receipt, unitCostMinor, currency, reason }: BookedPurchase): PurchaseFacts {
  return {
    requestId,
    status,
    cards,
    malformedCards: malformed,
    unitCostMinor,
    currency,
    ...(receipt === null ? {} : { receipt }),
    ...(reason === null ? {} : { reason }),
  };
}

/** As it stood when it was asked for. */
const asItWas = ({ requestId, currency }: BookedPurchase): PurchaseFacts => ({
  requestId,
  status: 'PENDING',
  cards: [],
  malformedCards: 0,
  unitCostMinor: 0,
  currency,
});

const withoutReceipt = ({ receipt: _none, ...facts }: PurchaseFacts): PurchaseFacts => facts;
const bodyOf = (facts: PurchaseFacts): Buffer => Buffer.from(JSON.stringify(facts), 'utf8');
const signatureOf = (channelId: string, body: Buffer): string => createHmac('sha256', `secret of ${channelId}`).update(body).digest('base64');

/** What the shop makes of a notice that came in for this channel. */
export function verifyChannelNotice(channelId: string, { headers, body }: IncomingNotice): NoticeVerdict<ChannelNotice> {
  if (headers['webhook-signature'] !== signatureOf(channelId, body)) return { outcome: 'forged', why: 'signature' };
  const facts = JSON.parse(body.toString('utf8')) as PurchaseFacts;
  return { outcome: 'genuine', notice: { noticeId: String(headers['webhook-id']), facts } };
}
