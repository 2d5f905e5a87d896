import { describeEventStoreContract } from '../../contracts/event-store.contract';
import { describeEventStoreDbServer } from '../../contracts/eventstoredb-server.contract';
import { realEventStores } from '../../support/eventstore-servers';
import { eventStoreDbUnderTest } from '../../support/open-eventstoredb';

for (const server of realEventStores()) {
  describe(server.name, () => {
    if ('notRun' in server) {
      console.warn(`${server.name}: the event store contract was not run. ${server.notRun}`);
      it.skip(`keeps the event store contract (not run: ${server.notRun})`, () => undefined);
      return;
    }
    let running: Awaited<ReturnType<typeof server.start>> | undefined;
    beforeAll(async () => {
      running = await server.start();
    });
    afterAll(() => running?.stop());

    const address = (): string => {
      if (running === undefined) throw new Error(`${server.name} did not start`);
      return running.connectionString;
    };
    describeEventStoreContract(server.name, () => eventStoreDbUnderTest(address()));
    describeEventStoreDbServer(server.name, address);
  });
}
