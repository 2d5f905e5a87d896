import {
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
  type WriteError,
} from 'mongodb';
import { NoAnswer } from './connect';

/** No answer, or an answer on a connection that is gone. */
const NO_ANSWER = [
  NoAnswer,
  MongoNetworkError,
  MongoServerSelectionError,
  MongoNotConnectedError,
  MongoTopologyClosedError,
  MongoClientClosedError,
  // Stored on too few servers to count: it may be rolled back, or turn out to have been stored after all.
  MongoWriteConcernError,
];

/** The driver does not export these. All connections are busy, or were given up. */
const NO_CONNECTION = new Set(['MongoWaitQueueTimeoutError', 'MongoPoolClosedError']);

/** Answers of a server that cannot serve now: a change of primary, a stop, missing rights or space that an operator gives it. */
const NOT_NOW = new Set([
  6, // HostUnreachable
  7, // HostNotFound
  13, // Unauthorized
  18, // AuthenticationFailed
  24, // LockTimeout
  43, // CursorNotFound: the server that knew it was restarted
  50, // MaxTimeMSExpired
  64, // WriteConcernFailed
  89, // NetworkTimeout
  91, // ShutdownInProgress
  100, // UnsatisfiableWriteConcern
  112, // WriteConflict
  134, // ReadConcernMajorityNotAvailableYet
  175, // QueryPlanKilled: the collection was dropped under the query
  189, // PrimarySteppedDown
  237, // CursorKilled
  262, // ExceededTimeLimit
  276, // IndexBuildAborted
  391, // ReauthenticationRequired
  462, // IngressRequestRateLimitExceeded
  9001, // SocketException
  10107, // NotWritablePrimary
  11600, // InterruptedAtShutdown
  11602, // InterruptedDueToReplStateChange
  12587, // BackgroundOperationInProgressForNamespace
  13388, // StaleConfig
  13435, // NotPrimaryNoSecondaryOk
  13436, // NotPrimaryOrSecondary
  14031, // OutOfDiskSpace
]);

/** What a socket says that the server has let go of, when the driver passes it on as it is: it writes before it has heard of the end. */
const SOCKET_GONE = new Set(['EPIPE', 'ECONNRESET', 'ECONNABORTED', 'ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH']);

/** True when waiting, another server or an operator can mend it; all else is a defect of ours and shows as what it is. */
export function isAway(error: unknown): error is Error {
  if (NO_ANSWER.some((kind) => error instanceof kind)) return true;
  if (error instanceof MongoError && NO_CONNECTION.has(error.name)) return true;
  if (error instanceof MongoBulkWriteError && isBulkAway(error)) return true;
  if (error instanceof Error && SOCKET_GONE.has(String((error as NodeJS.ErrnoException).code))) return true;
  if (!(error instanceof MongoServerError)) return false;
  return isNotNow(error) || error.hasErrorLabel('RetryableWriteError') || error.hasErrorLabel('SystemOverloadedError');
}

/** A bulk write hides in its error what has befallen it: the loss of a connection, a concern, or a refusal of single rows. */
function isBulkAway(error: MongoBulkWriteError): boolean {
  const inner: unknown = error.errorResponse;
  return (inner instanceof Error && isAway(inner)) || error.result.getWriteConcernError() !== undefined || writeErrorsOf(error).some(isNotNow);
}

const isNotNow = ({ code }: { readonly code?: unknown }): boolean => NOT_NOW.has(Number(code));

export const writeErrorsOf = ({ writeErrors }: MongoBulkWriteError): readonly WriteError[] => [writeErrors].flat();

export const DUPLICATE_KEY = 11_000;

const NAMESPACE_NOT_FOUND = 26;

const hasCode = (error: unknown, code: number): boolean => error instanceof MongoServerError && error.code === code;

export const isDuplicateKey = (error: unknown): boolean => hasCode(error, DUPLICATE_KEY);
export const isNoCollection = (error: unknown): boolean => hasCode(error, NAMESPACE_NOT_FOUND);
