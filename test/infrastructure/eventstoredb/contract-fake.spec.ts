import { describeEventStoreContract } from '../../contracts/event-store.contract';
import { describeEventStoreDbServer } from '../../contracts/eventstoredb-server.contract';
import { startFakeEventStoreDb, type FakeEventStoreDb } from '../../support/fake-eventstoredb';
import { eventStoreDbUnderTest } from '../../support/open-eventstoredb';

describeEventStoreContract('EventStoreDB, as the fake plays it,', async () => {
  const fake = await startFakeEventStoreDb();
  const under = await eventStoreDbUnderTest(fake.connectionString);
  return {
    ...under,
    close: async () => {
      await under.close();
      fake.crash();
    },
  };
});

describe('The fake', () => {
  let fake: FakeEventStoreDb;
  beforeAll(async () => {
    fake = await startFakeEventStoreDb();
  });
  afterAll(() => fake.crash());

  describeEventStoreDbServer('The fake', () => fake.connectionString);
});
