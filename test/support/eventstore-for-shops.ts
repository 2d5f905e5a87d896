import { startFakeEventStoreDb } from './fake-eventstoredb';

export interface EventStoreForShop {
  readonly name: string;
  readonly connectionString: string;
  stop(): Promise<void>;
}

/** An EventStoreDB that one shop may fill: the server of CARDRAIL_TEST_EVENTSTORE_URL, which has to be empty, else the fake. */
export async function eventStoreForShop(): Promise<EventStoreForShop> {
  const given = process.env['CARDRAIL_TEST_EVENTSTORE_URL'];
  if (given !== undefined) return { name: 'a real EventStoreDB', connectionString: given, stop: async () => undefined };
  const fake = await startFakeEventStoreDb();
  return { name: 'the fake EventStoreDB', connectionString: fake.connectionString, stop: async () => fake.crash() };
}
