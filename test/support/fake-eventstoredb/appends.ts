import { status as Code, type ServerDuplexStream, type ServerReadableStream, type sendUnaryData } from '@grpc/grpc-js';
import type { AppendReq, AppendResp, BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb';
import type { AppendFault, Faults, SeenAppend } from './faults';
import type { Decision, ExpectedRevision, FakeLog, ProposedEvent } from './log';
import { batchAnswer, batchTimeout, callError, notLeader, proposedEvent, singleAnswer, streamNameOf, uuidText } from './messages';

/** The server's default for one append. */
const APPEND_BYTES_MAX = 1_024 * 1_024;

export interface ServerState {
  readonly log: FakeLog;
  readonly faults: Faults;
  /** How long the server waits for its replicas before it says so. */
  readonly commitTimeoutMs: number;
  /** Resolves after so long, or when the server stops. */
  pause(ms: number): Promise<void>;
  seen(append: Omit<SeenAppend, 'index'>): SeenAppend;
}

interface Asked {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: ProposedEvent[];
  readonly deadlineMs?: number;
}

export const isForLeaderOnly = (metadata: { get(name: string): readonly unknown[] }): boolean => metadata.get('requires-leader').includes('true');

/** One call for one append. */
export async function answerSingle(
  state: ServerState,
  call: ServerReadableStream<AppendReq, AppendResp>,
  answer: sendUnaryData<AppendResp>,
): Promise<void> {
  let asked: Asked | undefined;
  for await (const request of call as AsyncIterable<AppendReq>) {
    const options = request.getOptions();
    const proposed = request.getProposedMessage();
    if (options !== undefined) {
      const expected = options.hasNoStream() ? 'no-stream' : Number(options.getRevision());
      asked = { stream: streamNameOf(options.getStreamIdentifier()), expected, events: [] };
    }
    if (proposed !== undefined) asked?.events.push(proposedEvent(proposed));
  }
  await state.faults.frozen;
  const elsewhere = state.faults.leaderElsewhere;
  if (elsewhere !== undefined && isForLeaderOnly(call.metadata)) return answer(notLeader(elsewhere.host, elsewhere.port));
  if (asked === undefined) return answer(callError(Code.INVALID_ARGUMENT, 'an append without options'));
  const fault = faultOf(state, asked, 'single');
  if (fault?.kind === 'break') {
    if (fault.stored) store(state.log, asked);
    return answer(callError(fault.code, fault.details));
  }
  const decision = await decided(state, asked, fault);
  if (decision === undefined) return;
  switch (decision.kind) {
    case 'stream-deleted':
      return answer(callError(Code.FAILED_PRECONDITION, 'the stream is deleted', { exception: 'stream-deleted', 'stream-name': asked.stream }));
    case 'not-replicated':
      return answer(callError(Code.ABORTED, 'Operation timed out'));
    default:
      return answer(null, singleAnswer(asked.expected, decision));
  }
}

/** One call for all appends of a client, each with its own correlation id. */
export function answerBatches(state: ServerState, call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void {
  const open = new Map<string, Asked>();
  call.on('data', (request: BatchAppendReq) => {
    const id = uuidText(request.getCorrelationId());
    const options = request.getOptions();
    if (options !== undefined) {
      const expected = options.hasNoStream() ? 'no-stream' : Number(options.getStreamPosition());
      const deadline = options.getDeadline()?.toDate().getTime();
      open.set(id, {
        stream: streamNameOf(options.getStreamIdentifier()),
        expected,
        events: [],
        ...(deadline !== undefined && { deadlineMs: deadline }),
      });
    }
    const asked = open.get(id);
    asked?.events.push(...request.getProposedMessagesList().map(proposedEvent));
    if (asked === undefined || !request.getIsFinal()) return;
    open.delete(id);
    answerBatch(state, call, request, asked).catch((error: unknown) => call.destroy(error as Error));
  });
  call.on('end', () => call.end());
}

async function answerBatch(
  state: ServerState,
  call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>,
  request: BatchAppendReq,
  asked: Asked,
): Promise<void> {
  await state.faults.frozen;
  const elsewhere = state.faults.leaderElsewhere;
  if (elsewhere !== undefined && isForLeaderOnly(call.metadata)) return void call.emit('error', notLeader(elsewhere.host, elsewhere.port));
  const correlation = request.getCorrelationId();
  if (asked.deadlineMs !== undefined && asked.deadlineMs <= Date.now() + (state.faults.clockAheadMs ?? 0))
    return void call.write(batchTimeout(correlation, asked.stream));
  const fault = faultOf(state, asked, 'batch');
  if (fault?.kind === 'break') {
    if (fault.stored) store(state.log, asked);
    return void call.emit('error', callError(fault.code, fault.details));
  }
  const decision = await decided(state, asked, fault);
  if (decision === undefined) return;
  call.write(batchAnswer(correlation, asked.stream, asked.expected, decision) ?? batchTimeout(correlation, asked.stream));
}

function faultOf(state: ServerState, { stream, events }: Asked, path: SeenAppend['path']): AppendFault | undefined {
  const seen = state.seen({ path, stream, eventIds: events.map(({ id }) => id) });
  return state.faults.append?.(seen);
}

function store(log: FakeLog, { stream, expected, events }: Asked): Decision {
  if (events.reduce((bytes, { data, metadata }) => bytes + data.length + metadata.length, 0) > APPEND_BYTES_MAX)
    throw new Error('an append that no server takes');
  return log.append(stream, expected, events);
}

/** What the server answers; undefined when it never does. */
async function decided(state: ServerState, asked: Asked, fault: AppendFault | undefined): Promise<Decision | undefined> {
  if (fault?.kind === 'silence') {
    if (fault.stored) store(state.log, asked);
    return undefined;
  }
  if (fault?.kind === 'timed-out') {
    if (fault.stored) store(state.log, asked);
    return { kind: 'not-replicated' };
  }
  const decision = store(state.log, asked);
  if (fault?.kind === 'late') await state.pause(fault.ms);
  // What is written or found but on no other node is not answered before it is; the server gives up by and by.
  const isWaiting = decision.kind === 'not-replicated' || (decision.kind === 'written' && !state.log.isReplicated(decision.last));
  if (!isWaiting) return decision;
  await untilReplicated(state, decision);
  return decision.kind === 'written' && state.log.isReplicated(decision.last) ? decision : { kind: 'not-replicated' };
}

async function untilReplicated(state: ServerState, decision: Decision): Promise<void> {
  let forget: (() => void) | undefined;
  const replicated = new Promise<void>((resolve) => {
    forget = state.log.onChange(() => {
      if (decision.kind === 'written' && state.log.isReplicated(decision.last)) resolve();
    });
  });
  await Promise.race([replicated, state.pause(state.commitTimeoutMs)]);
  forget?.();
}
