import { describeEventStoreContract } from '../../contracts/event-store.contract';
import { startFakeEventStoreDb } from '../../support/fake-eventstoredb';
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
