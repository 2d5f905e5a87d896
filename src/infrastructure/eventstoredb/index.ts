export { openEventStoreDb, READ_TIMEOUT_MS, type EventStoreDb, type EventStoreDbOptions } from './event-store-db';
export { APPEND_TIMEOUT_MS, APPENDS_BYTES_MAX, APPENDS_MAX, type AppendObserver } from './appender';
export type { SubscriptionObserver } from './subscription';
export { LogRewound } from './subscription';
export { StreamDamaged } from './record';
export { ConnectionStringRefused } from './connection-string';
