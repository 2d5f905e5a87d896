import { Metadata, status as Code, type ServiceError } from '@grpc/grpc-js';
import {
  AllStreamPosition,
  Empty,
  StreamDeleted,
  StreamIdentifier,
  Timeout,
  UUID,
  WrongExpectedVersion,
} from '@eventstore/db-client/generated/shared_pb';
import { Status } from '@eventstore/db-client/generated/status_pb';
import { AppendResp, BatchAppendResp, ReadResp, type AppendReq, type BatchAppendReq } from '@eventstore/db-client/generated/streams_pb';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { Empty as GoogleEmpty } from 'google-protobuf/google/protobuf/empty_pb';
import type { Decision, ExpectedRevision, FakeRecord, ProposedEvent } from './log';

/** .NET counts in units of 100 nanoseconds. */
const TICKS_PER_MS = 10_000n;
const PACKAGE = 'event_store.client';
/** There are no bigints in the generated classes: 64 bits travel as decimal text. */
const text = (value: number): string => String(value);

export const streamNameOf = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

export function streamIdentifier(stream: string): StreamIdentifier {
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream, 'utf8'));
  return identifier;
}

export function uuid(value: string): UUID {
  const id = new UUID();
  id.setString(value);
  return id;
}

/** The client sends ids in either of the two forms that the protocol has. */
export function uuidText(id: UUID | undefined): string {
  const structured = id?.getStructured();
  if (structured === undefined) return id?.getString() ?? '';
  const half = (bits: string): string => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');
  const hex = half(structured.getMostSignificantBits()) + half(structured.getLeastSignificantBits());
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function proposedEvent(message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage): ProposedEvent {
  const names = message.getMetadataMap();
  return {
    id: uuidText(message.getId()),
    type: names.get('type') ?? '',
    contentType: names.get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

export function readEvent(record: FakeRecord): ReadResp {
  const recorded = new ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(uuid(record.id));
  recorded.setStreamIdentifier(streamIdentifier(record.stream));
  recorded.setStreamRevision(text(record.revision));
  recorded.setCommitPosition(text(record.position));
  recorded.setPreparePosition(text(record.position));
  recorded.getMetadataMap().set('type', record.type);
  recorded.getMetadataMap().set('content-type', record.contentType);
  recorded.getMetadataMap().set('created', String(BigInt(record.createdMs) * TICKS_PER_MS));
  recorded.setCustomMetadata(record.metadata);
  recorded.setData(record.data);
  const event = new ReadResp.ReadEvent();
  event.setEvent(recorded);
  event.setCommitPosition(text(record.position));
  const response = new ReadResp();
  response.setEvent(event);
  return response;
}

export function confirmation(id: string): ReadResp {
  const confirmed = new ReadResp.SubscriptionConfirmation();
  confirmed.setSubscriptionId(id);
  const response = new ReadResp();
  response.setConfirmation(confirmed);
  return response;
}

export function checkpoint(position: number): ReadResp {
  const reached = new ReadResp.Checkpoint();
  reached.setCommitPosition(text(position));
  reached.setPreparePosition(text(position));
  const response = new ReadResp();
  response.setCheckpoint(reached);
  return response;
}

export function caughtUp(): ReadResp {
  const response = new ReadResp();
  response.setCaughtUp(new ReadResp.CaughtUp());
  return response;
}

export function streamNotFound(stream: string): ReadResp {
  const notFound = new ReadResp.StreamNotFound();
  notFound.setStreamIdentifier(streamIdentifier(stream));
  const response = new ReadResp();
  response.setStreamNotFound(notFound);
  return response;
}

/** An answer on the batch path; undefined where the server gives none. */
export function batchAnswer(
  correlationId: UUID | undefined,
  stream: string,
  expected: ExpectedRevision,
  decision: Decision,
): BatchAppendResp | undefined {
  if (decision.kind === 'not-replicated') return undefined;
  const response = new BatchAppendResp();
  response.setCorrelationId(correlationId);
  response.setStreamIdentifier(streamIdentifier(stream));
  if (decision.kind === 'written' || decision.kind === 'already-there') {
    const position = new AllStreamPosition();
    position.setCommitPosition(text(decision.last.position));
    position.setPreparePosition(text(decision.last.position));
    const success = new BatchAppendResp.Success();
    success.setCurrentRevision(text(decision.last.revision));
    success.setPosition(position);
    response.setSuccess(success);
  } else if (decision.kind === 'stream-deleted') {
    const deleted = new StreamDeleted();
    deleted.setStreamIdentifier(streamIdentifier(stream));
    response.setError(problem(deleted.serializeBinary(), 'StreamDeleted'));
  } else {
    const wrong = new WrongExpectedVersion();
    if (decision.current === undefined) wrong.setCurrentNoStream(new GoogleEmpty());
    else wrong.setCurrentStreamRevision(text(decision.current));
    if (expected === 'no-stream') wrong.setExpectedNoStream(new GoogleEmpty());
    else wrong.setExpectedStreamPosition(text(expected));
    response.setError(problem(wrong.serializeBinary(), 'WrongExpectedVersion'));
  }
  return response;
}

export function batchTimeout(correlationId: UUID | undefined, stream: string): BatchAppendResp {
  const response = new BatchAppendResp();
  response.setCorrelationId(correlationId);
  response.setStreamIdentifier(streamIdentifier(stream));
  response.setError(problem(new Timeout().serializeBinary(), 'Timeout'));
  return response;
}

/** What the call for one append answers by a message; all else is an error of the call. */
export type Answered = Exclude<Decision, { readonly kind: 'stream-deleted' | 'not-replicated' }>;

/** An answer of the call for one append. */
export function singleAnswer(expected: ExpectedRevision, decision: Answered): AppendResp {
  const response = new AppendResp();
  if (decision.kind === 'wrong-expected-version') {
    const wrong = new AppendResp.WrongExpectedVersion();
    if (decision.current === undefined) wrong.setCurrentNoStream(new Empty());
    else wrong.setCurrentRevision(text(decision.current));
    if (expected === 'no-stream') wrong.setExpectedNoStream(new Empty());
    else wrong.setExpectedRevision(text(expected));
    response.setWrongExpectedVersion(wrong);
    return response;
  }
  const position = new AppendResp.Position();
  position.setCommitPosition(text(decision.last.position));
  position.setPreparePosition(text(decision.last.position));
  const success = new AppendResp.Success();
  success.setCurrentRevision(text(decision.last.revision));
  success.setPosition(position);
  response.setSuccess(success);
  return response;
}

function problem(details: Uint8Array, name: string): Status {
  const packed = new Any();
  packed.pack(details, `${PACKAGE}.${name}`);
  const status = new Status();
  status.setMessage(name);
  status.setDetails(packed);
  return status;
}

/** An error of the call itself, with what the client reads from its trailers. */
export function callError(code: Code, details: string, trailers: Readonly<Record<string, string>> = {}): Partial<ServiceError> {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.add(name, value);
  return { code, details, metadata };
}

export const notLeader = (host: string, port: number): Partial<ServiceError> =>
  callError(Code.NOT_FOUND, 'Leader info available', { exception: 'not-leader', 'leader-endpoint-host': host, 'leader-endpoint-port': text(port) });
