import { openEventStoreDb, type EventStoreDb, type EventStoreDbOptions } from '../../src/infrastructure/eventstoredb';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import type { EventStoreUnderTest } from '../contracts/event-store.contract';

export type TestOptions = Partial<Omit<EventStoreDbOptions, 'connectionString' | 'runtime'>>;

export const openTestStore = (connectionString: string, options: TestOptions = {}): Promise<EventStoreDb> =>
  openEventStoreDb({ connectionString, runtime: new SystemRuntime(), ...options });

/** Handles on one server, closed together. */
export async function eventStoreDbUnderTest(connectionString: string): Promise<EventStoreUnderTest> {
  const store = await openTestStore(connectionString);
  const stores = [store];
  const another = async (): Promise<EventStoreDb> => {
    const other = await openTestStore(connectionString);
    stores.push(other);
    return other;
  };
  return {
    store,
    another,
    reopen: async () => {
      for (const opened of stores.splice(0)) await opened.close();
      return another();
    },
    close: async () => {
      for (const opened of stores) await opened.close();
    },
  };
}
