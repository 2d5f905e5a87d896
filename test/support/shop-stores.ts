import { randomUUID } from 'node:crypto';
import { eventStoreForShop } from './eventstore-for-shops';
import { FakeMongodb } from './fake-mongodb/fake-mongodb';

/** The pair of stores that a live shop runs on, and what its processes must be told to find them. */
export interface ShopStores {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  /** MongoDB as a test can mistreat it; absent where it is a real one, or none. */
  readonly mongo?: FakeMongodb;
  stop(): Promise<void>;
}

export const embeddedStores = async (): Promise<ShopStores> => ({ name: 'embedded', environment: {}, stop: async () => undefined });

/**
 * EventStoreDB and MongoDB for one shop: the servers of CARDRAIL_TEST_EVENTSTORE_URL (which has to be empty: it holds one shop) and
 * CARDRAIL_TEST_MONGODB_URL (where the shop gets a database of its own), else the fakes.
 */
export async function clusterStores(): Promise<ShopStores> {
  const events = await eventStoreForShop();
  const given = process.env['CARDRAIL_TEST_MONGODB_URL'];
  const mongo = given === undefined ? await FakeMongodb.start({ replicaSet: 'rs0' }) : undefined;
  const address = new URL(mongo?.url ?? given ?? '');
  address.pathname = `/shop-${randomUUID()}`;
  const stop = async (): Promise<void> => {
    await Promise.all([events.stop(), mongo?.stop()]);
  };
  return {
    name: `cluster (${events.name}, ${mongo === undefined ? 'a real MongoDB' : 'the fake MongoDB'})`,
    environment: {
      CARDRAIL_STORE: 'eventstoredb',
      CARDRAIL_EVENTSTORE_URL: events.connectionString,
      CARDRAIL_READ_MODELS: 'mongodb',
      CARDRAIL_MONGODB_URL: String(address),
    },
    ...(mongo === undefined ? {} : { mongo }),
    stop,
  };
}

const PAIRS = { embedded: embeddedStores, cluster: clusterStores } as const;
type Pair = keyof typeof PAIRS;

function pairIn(word: string): Pair {
  if (word !== 'embedded' && word !== 'cluster') throw new Error(`CARDRAIL_TEST_STORE is embedded, cluster or both, not ${word}`);
  return word;
}

/** The stores of a shop whose test does not say which: CARDRAIL_TEST_STORE=cluster tells every story on the cluster pair. */
export async function storesOfTheRun(): Promise<ShopStores> {
  const word = process.env['CARDRAIL_TEST_STORE'];
  return word === undefined || word === 'both' ? embeddedStores() : PAIRS[pairIn(word)]();
}

/** The pairs that a story about the pair itself is told on: CARDRAIL_TEST_STORE=embedded, cluster (the default) or both. */
export function storePairs(): readonly (readonly [Pair, () => Promise<ShopStores>])[] {
  const word = process.env['CARDRAIL_TEST_STORE'] ?? 'cluster';
  const names: readonly Pair[] = word === 'both' ? ['embedded', 'cluster'] : [pairIn(word)];
  return names.map((name) => [name, PAIRS[name]] as const);
}
