export type { AppendFault, DeliveryFault, SeenAppend } from './faults';
export { FakeLog } from './log';
export { FakeEventStoreDb, startFakeEventStoreDb } from './server';
