import type { EventCodec } from '../../application/ports/event-codec';
import type { StoredEvent } from '../../domain/kernel/event';
import { canonicalJson, chainHash, GENESIS_HASH } from '../../domain/kernel/hash';
import { idOf } from '../../domain/kernel/ids';
import type { OrderEvent } from '../../domain/order/events';
import { projections } from '../../projections';
import type { Inboxes } from '../people/inboxes';
import type { MemoryLog } from '../ports/memory-log';
import type { MemoryReadModels } from '../ports/memory-read-models';
import { GivenBack } from './given-back';
import { checkLedgerAtRest } from './ledger-at-rest';
import { checkPurchasesAtRest, type PurchasesAtRest } from './purchases-at-rest';
import type { OracleWorld, RunningOracles } from './running';

export interface RestWorld extends OracleWorld {
  readonly fingerprint: (code: string) => string;
  readonly channels: PurchasesAtRest['channels'];
  readonly importedCodes: ReadonlySet<string>;
  readonly log: MemoryLog;
  readonly readModels: MemoryReadModels;
  readonly inboxes: Inboxes;
  readonly codec: EventCodec;
  readonly running: RunningOracles;
  /** Orders whose buyers were told of a delivery. */
  readonly toldOfDelivery: ReadonlySet<string>;
}

/** One order as its own events tell it, folded by nobody but this page. */
interface Account {
  readonly orderId: string;
  quantity: number;
  unitMinor: number;
  end: string | null;
  readonly references: Map<string, string>;
  readonly confirmed: Map<string, number>;
  readonly refunded: Map<string, number>;
  readonly openRefunds: Set<string>;
  readonly reviews: Map<string, string>;
  frozen: boolean;
  delivered: readonly string[];
  /** Units that the buyer has a receipt for. */
  receiptUnits: number;
  readonly givenUp: Set<string>;
  personRefunds: boolean;
  readonly givenBack: GivenBack;
}

const SCAN_ROWS = 1_000;

/** Checked when nothing is left to happen: I1, I3, I4, I5, I7, I9, I10, I12, I20, I21. */
export async function checkAtRest(world: RestWorld): Promise<void> {
  const accounts = accountsOf(world.log.all());
  chains(world);
  for (const [orderId] of world.inboxes.acks) {
    if (!accounts.has(orderId)) world.violated('I5', `order ${orderId} was acknowledged and is not in the store`, orderId);
  }
  for (const account of accounts.values()) {
    ended(world, account);
    money(world, account);
  }
  ledgers(world, accounts);
  told(world, accounts);
  cards(world, accounts);
  checkPurchasesAtRest({ ...world, events: world.log.all(), isRefunded: (orderId) => isRefunded(accounts.get(orderId)) });
  checkLedgerAtRest({ ...world, events: world.log.all(), isShown: (orderId) => isShownOf(accounts.get(orderId)) });
  await readModelsAgree(world);
  await reviewsAgree(world, accounts);
}

function accountsOf(events: Iterable<StoredEvent>): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const event of events) {
    if (!event.stream.startsWith('order-')) continue;
    const orderId = idOf(event.stream);
    const account = accounts.get(orderId) ?? newAccount(orderId);
    accounts.set(orderId, account);
    book(account, event as unknown as OrderEvent);
  }
  return accounts;
}

const newAccount = (orderId: string): Account => ({
  orderId,
  quantity: 0,
  unitMinor: 0,
  end: null,
  references: new Map(),
  confirmed: new Map(),
  refunded: new Map(),
  openRefunds: new Set(),
  reviews: new Map(),
  frozen: false,
  delivered: [],
  receiptUnits: 0,
  givenUp: new Set(),
  personRefunds: false,
  givenBack: new GivenBack(),
});

function book(account: Account, event: OrderEvent): void {
  account.givenBack.see(event);
  switch (event.type) {
    case 'OrderSubmitted':
      account.quantity = event.data.quantity;
      account.unitMinor = event.data.terms.unitPrice.amountMinor;
      return;
    case 'PaymentRequested':
      account.references.set(event.data.reference, event.data.gatewayId);
      return;
    case 'PaymentConfirmed':
    case 'LatePaymentReceived':
    case 'SurplusPaymentConfirmed':
    case 'PaymentMismatched':
      account.confirmed.set(event.data.reference, event.data.captured.amountMinor);
      return;
    case 'RefundOrdered':
      account.openRefunds.add(event.data.refundReference);
      if (event.data.cause === 'PERSON') account.personRefunds = true;
      return;
    case 'RefundRefused':
      account.openRefunds.delete(event.data.refundReference);
      return;
    case 'Compensated':
      if (event.data.method === 'REFUND') {
        account.openRefunds.delete(event.data.refundReference);
        account.refunded.set(event.data.refundReference, event.data.amount.amountMinor);
        if (event.data.full) account.end = 'REFUNDED';
      }
      return;
    case 'OrderDelivered':
      account.end = 'DELIVERED';
      account.delivered = event.data.cardIds;
      account.receiptUnits = event.data.receiptUnits ?? 0;
      return;
    case 'CardsSecured':
      // A late payment may bring back the very cards that were given up with the order.
      for (const cardId of event.data.cardIds) account.givenUp.delete(cardId);
      return;
    case 'CardsGivenUp':
      for (const cardId of event.data.cardIds) account.givenUp.add(cardId);
      return;
    case 'OrderCancelled':
    case 'OrderExpired':
    case 'OrderFailed':
      account.end = event.type;
      return;
    case 'OrderReopened':
      account.end = null;
      return;
    case 'ReissueOrdered':
      if (event.data.cardId !== undefined) account.end = null;
      return;
    case 'ReviewOpened':
      account.reviews.set(event.data.subject, event.data.cause);
      return;
    case 'ReviewResolved':
      account.reviews.delete(event.data.subject);
      return;
    case 'OrderFrozen':
      account.frozen = true;
      return;
    case 'OrderUnfrozen':
      account.frozen = false;
      return;
    default:
      return;
  }
}

const isRefunded = (account: Account | undefined): boolean => account?.end === 'REFUNDED' && !account.personRefunds;
const isShown = ({ reviews, frozen }: Account): boolean => reviews.size > 0 || frozen;
const isShownOf = (account: Account | undefined): boolean => account !== undefined && isShown(account);

/** I4: every stream is chained from its beginning. */
function chains({ log, violated }: RestWorld): void {
  const hashes = new Map<string, { readonly hash: string; readonly revision: number }>();
  for (const event of log.all()) {
    const before = hashes.get(event.stream) ?? { hash: GENESIS_HASH, revision: -1 };
    if (event.revision !== before.revision + 1) violated('I4', `${event.stream} has a gap before revision ${event.revision}`);
    if (chainHash(before.hash, event.stream, event.revision, event) !== event.metadata.hash)
      violated('I4', `${event.stream}@${event.revision} is not chained to what lies before it`);
    hashes.set(event.stream, { hash: event.metadata.hash, revision: event.revision });
  }
}

/** I1: it has ended, or a person is told why not. */
function ended({ violated }: RestWorld, account: Account): void {
  if (account.end === null && !isShown(account)) violated('I1', `${account.orderId} has neither ended nor is it in review`, account.orderId);
  if (account.openRefunds.size > 0 && !isShown(account))
    violated('I1', `${account.orderId} has a refund that nobody finishes and nobody looks at`, account.orderId);
}

/** I3 and I7: the gateway's ledger, our events and what was handed over agree: a buyer is out the price of the goods, less what people gave of it. */
function money({ gateways, violated }: RestWorld, account: Account): void {
  const { orderId, references, confirmed, refunded, delivered, receiptUnits, givenUp, unitMinor, givenBack } = account;
  if (isShown(account)) return;
  let net = 0;
  let kept = 0;
  for (const [reference, gatewayId] of references) {
    const book = gateways.get(gatewayId)?.book;
    const capturedMinor = book?.payments.get(reference)?.capturedMinor ?? 0;
    const refundedMinor = book?.refundedMinor(reference) ?? 0;
    net += capturedMinor - refundedMinor;
    if (capturedMinor > refundedMinor) kept++;
    if (capturedMinor !== (confirmed.get(reference) ?? 0))
      violated('I3', `${orderId}: ${reference} captured ${capturedMinor}, and our events say ${confirmed.get(reference) ?? 0}`, orderId);
  }
  for (const [refundReference, amountMinor] of refunded) {
    const found = [...gateways.values()].map(({ book }) => book.refunds.get(refundReference)).find((refund) => refund !== undefined);
    if (found?.status !== 'REFUNDED' || found.amountMinor !== amountMinor)
      violated('I3', `${orderId}: refund ${refundReference} counts as done, and the gateway says ${found?.status ?? 'nothing'}`, orderId);
  }
  if (kept > 1) violated('I7', `${orderId} keeps ${kept} charges`, orderId);
  const units = delivered.filter((cardId) => !givenUp.has(cardId)).length + receiptUnits;
  const value = account.end === 'DELIVERED' ? units * unitMinor : 0;
  if (net !== Math.max(0, value - givenBack.giftsMinor)) {
    const given = givenBack.giftsMinor === 0 ? '' : `, of which ${givenBack.giftsMinor} was given back`;
    violated('I3', `${orderId} ended ${account.end ?? 'not at all'}: the buyer is out ${net} for goods worth ${value}${given}`, orderId);
  }
}

/** I7: every charge and every refund in the books of a gateway was asked for by an event of ours. */
function ledgers({ gateways, violated }: RestWorld, accounts: ReadonlyMap<string, Account>): void {
  const asked = new Set([...accounts.values()].flatMap(({ references }) => [...references.keys()]));
  for (const { book } of gateways.values()) {
    for (const { reference, capturedMinor } of book.payments.values())
      if (capturedMinor > 0 && !asked.has(reference))
        violated('I7', `${book.id} charged ${capturedMinor} for ${reference}, which no order asked for`);
  }
}

/** I12, for the outbox: its cursor never runs ahead of what was sent. */
function told({ toldOfDelivery, violated }: RestWorld, accounts: ReadonlyMap<string, Account>): void {
  for (const { orderId, delivered, receiptUnits } of accounts.values())
    if (delivered.length + receiptUnits > 0 && !toldOfDelivery.has(orderId))
      violated('I12', `nobody told the buyer that ${orderId} is delivered`, orderId);
}

/** I9: what an order holds it has delivered; what it gave up is nobody's or another's. I20: nobody waits for a card that is there. */
function cards({ log, violated, running }: RestWorld, accounts: ReadonlyMap<string, Account>): void {
  for (const stream of log.streamNames()) {
    if (!stream.startsWith('card-')) continue;
    const cardId = idOf(stream);
    const holder = running.holderOf(cardId);
    if (holder === undefined) continue;
    const account = accounts.get(holder);
    if (account === undefined) violated('I9', `card ${cardId} is claimed by order ${holder}, which does not exist`);
    else if (!isShown(account) && (!account.delivered.includes(cardId) || account.givenUp.has(cardId)))
      violated('I9', `card ${cardId} is claimed by ${holder}, which did not deliver it`, holder);
  }
  for (const { orderId, delivered, givenUp } of accounts.values()) {
    for (const cardId of delivered) {
      if (!givenUp.has(cardId) && running.holderOf(cardId) !== orderId)
        violated('I9', `${orderId} delivered card ${cardId}, which is not its own`, orderId);
    }
  }
}

/** I10 and I12: what is served is what the log says, no further and no less. */
async function readModelsAgree({ log, readModels, codec, violated }: RestWorld): Promise<void> {
  const rebuilt = new Map(projections.map(({ name }) => [name, new Map<string, unknown>()]));
  for (const stored of log.all()) {
    const decoded = codec.decode(stored);
    if (decoded.outcome !== 'read') continue;
    for (const projection of projections) {
      if (!projection.categories.some((category) => stored.stream.startsWith(category))) continue;
      const rows = rebuilt.get(projection.name);
      for (const key of projection.keys(decoded.event)) {
        const before = (rows?.get(key) ?? null) as Parameters<typeof projection.project>[1];
        rows?.set(key, projection.project(decoded.event, before, key));
      }
    }
  }
  for (const { name } of projections) {
    const [active] = (await readModels.generations(name)).filter(({ state }) => state === 'active');
    if (active === undefined) {
      violated('I10', `read model ${name} does not serve`);
      continue;
    }
    if (active.checkpoint !== null && active.checkpoint > (log.head() ?? '')) violated('I12', `the checkpoint of ${name} lies beyond the log`);
    const expected = rebuilt.get(name) ?? new Map<string, unknown>();
    let live = 0;
    for (let after: string | null = null; ;) {
      const page = await readModels.scan(active, after, SCAN_ROWS);
      for (const { key, value } of page) {
        live++;
        if (canonicalJson(value) !== canonicalJson(expected.get(key))) violated('I10', `row ${key} of ${name} is not what the log says`);
      }
      after = page.at(-1)?.key ?? null;
      if (page.length < SCAN_ROWS) break;
    }
    const wanted = [...expected.values()].filter((row) => row !== null).length;
    if (live !== wanted) violated('I10', `${name} has ${live} rows, and the log makes ${wanted}`);
  }
}

/** I21: the list of what waits for a person is what waits for a person. */
async function reviewsAgree({ readModels, violated }: RestWorld, accounts: ReadonlyMap<string, Account>): Promise<void> {
  const waiting = [...accounts.values()].filter(isShown).length;
  const listed = await readModels.count('orders', { inReview: { eq: 1 } }, Number.MAX_SAFE_INTEGER);
  if (waiting !== listed) violated('I21', `${waiting} orders wait for a person, and ${listed} are listed`);
}
