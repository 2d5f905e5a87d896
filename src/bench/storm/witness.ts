import { PRICE_MINOR, type Ledger, type Logged, type StormShop } from './storm-shop';

/** When each thing of an order happened, as the log has it. Milliseconds since 1970. */
export interface Life {
  readonly submittedAt: number;
  readonly paidAt?: number;
  readonly deliveredAt?: number;
  /** The words of its ends, in their order. */
  readonly ends: readonly string[];
}

export interface Witness {
  readonly log: readonly Logged[];
  readonly lives: ReadonlyMap<string, Life>;
  /** Acknowledged orders that the shop does not have. */
  readonly lost: number;
  /** Orders of which the gateway keeps more than their price. */
  readonly doubleCharges: number;
  /** Cards that two orders were given, codes that channels sold twice, and orders that channels sold more to than they are for. */
  readonly doubleCards: number;
  /** Orders that are not delivered although the gateway keeps their money. */
  readonly paidAndEmpty: number;
  /** Changes that people made, beside settings. */
  readonly interventions: number;
}

const ENDS: ReadonlySet<string> = new Set(['OrderDelivered', 'OrderCancelled', 'OrderExpired', 'OrderFailed', 'Compensated']);
const PEOPLE: ReadonlySet<string> = new Set(['SUPPORT', 'FINANCE', 'OPS', 'ADMIN']);

export function livesOf(log: readonly Logged[]): ReadonlyMap<string, Life> {
  const lives = new Map<string, Life>();
  for (const { stream, type, occurredAt } of log) {
    if (!stream.startsWith('order-')) continue;
    const id = stream.slice('order-'.length);
    const at = Date.parse(occurredAt);
    const life = lives.get(id) ?? { submittedAt: at, ends: [] };
    lives.set(id, {
      ...life,
      ...(type === 'PaymentConfirmed' ? { paidAt: at } : {}),
      ...(type === 'OrderDelivered' && life.deliveredAt === undefined ? { deliveredAt: at } : {}),
      ...(ENDS.has(type) ? { ends: [...life.ends, type] } : {}),
    });
  }
  return lives;
}

/** What the gateway keeps of each order. Minor units. */
function keptOf({ payments }: Ledger): ReadonlyMap<string, number> {
  const kept = new Map<string, number>();
  for (const { reference, capturedMinor, refundedMinor } of payments) {
    const orderId = reference.split('.')[0] ?? '';
    kept.set(orderId, (kept.get(orderId) ?? 0) + capturedMinor - refundedMinor);
  }
  return kept;
}

const repeats = (words: readonly string[]): number => words.length - new Set(words).size;

/** Counts from what the other sides say, and from what the log says was handed over. */
export async function witness(shop: StormShop): Promise<Witness> {
  const log = await shop.log();
  const lives = livesOf(log);
  const kept = keptOf(await shop.ledger('gateway'));
  const sales = [...(await shop.ledger('upstream-a')).purchases, ...(await shop.ledger('upstream-b')).purchases];
  const codes = sales.flatMap(({ codeHashes }) => codeHashes);
  const soldTo = sales.flatMap(({ requestId, codeHashes }) => codeHashes.map(() => requestId.split('.')[0] ?? ''));
  const delivered = log
    .filter(({ type }) => type === 'OrderDelivered')
    .flatMap(({ data }) => (data['added'] ?? data['cardIds']) as readonly string[]);
  return {
    log,
    lives,
    lost: shop.submits.acknowledged.filter((id) => !lives.has(id)).length,
    doubleCharges: [...kept.values()].filter((minor) => minor > PRICE_MINOR).length,
    doubleCards: repeats(delivered) + repeats(codes) + repeats(soldTo),
    paidAndEmpty: [...kept].filter(([id, minor]) => minor > 0 && lives.get(id)?.deliveredAt === undefined).length,
    interventions: log.filter(({ stream, metadata }) => stream.startsWith('order-') && PEOPLE.has(metadata.actor.kind)).length,
  };
}

/** The time below which so large a part of these lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** When something was first told, after a moment. Undefined: never. */
export const firstAt = (log: readonly Logged[], is: (event: Logged) => boolean, from = 0): number | undefined => {
  const first = log.find((event) => is(event) && Date.parse(event.occurredAt) >= from);
  return first === undefined ? undefined : Date.parse(first.occurredAt);
};
