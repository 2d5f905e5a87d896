import { MemoryEventStore, MemoryLog } from '../../src/simulation/ports/memory-log';
import { MemoryReadModels } from '../../src/simulation/ports/memory-read-models';
import { describeEventStoreContract } from '../contracts/event-store.contract';
import { describeReadModelsContract } from '../contracts/read-models.contract';

describeEventStoreContract('the event store of the simulation', async () => {
  const log = new MemoryLog(() => Date.now());
  return { store: new MemoryEventStore(log), another: async () => new MemoryEventStore(log), close: async () => undefined };
});

describeReadModelsContract('of the simulation', async () => {
  const readModels = new MemoryReadModels();
  return { readModels, dispose: () => readModels.close() };
});
