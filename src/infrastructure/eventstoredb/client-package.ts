/**
 * The only file that names the client package. Its successor, @kurrent/kurrentdb-client, offers the same under nearly the same names
 * (KurrentDBClient for EventStoreDBClient): changing over means changing this file.
 */
export {
  EventStoreDBClient,
  BACKWARDS,
  END,
  NO_STREAM,
  START,
  StreamNotFoundError,
  WrongExpectedVersionError,
  isCommandError,
  streamNameFilter,
  type AllStreamResolvedEvent,
  type AppendExpectedRevision,
  type JSONEventData,
  type ReadPosition,
  type ResolvedEvent,
  type StreamingRead,
} from '@eventstore/db-client';
