import type { ServerWritableStream } from '@grpc/grpc-js';
import { ReadReq, type ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { isForLeaderOnly, type ServerState } from './appends';
import type { FakeRecord } from './log';
import { caughtUp, checkpoint, confirmation, notLeader, readEvent, streamNameOf, streamNotFound } from './messages';

type Call = ServerWritableStream<ReadReq, ReadResp>;

export interface ReadState extends ServerState {
  nextSubscription(): number;
  countRead(): void;
}

export async function answerRead(state: ReadState, call: Call): Promise<void> {
  await state.faults.frozen;
  const elsewhere = state.faults.leaderElsewhere;
  if (elsewhere !== undefined && isForLeaderOnly(call.metadata)) return void call.emit('error', notLeader(elsewhere.host, elsewhere.port));
  const options = call.request.getOptions();
  if (options?.hasSubscription() === true) return subscribe(state, call, options);
  state.countRead();
  if (options !== undefined) for (const response of responsesOf(state, options)) await send(call, response);
  call.end();
}

function responsesOf(state: ServerState, options: ReadReq.Options): readonly ReadResp[] {
  const stream = options.getStream();
  const isBackwards = options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;
  const count = Number(options.getCount());
  if (stream !== undefined) {
    const name = streamNameOf(stream.getStreamIdentifier());
    const records = state.log.visibleStream(name);
    if (records.length === 0) return [streamNotFound(name)];
    const from = stream.hasStart() ? 0 : Number(stream.getRevision());
    return records
      .filter(({ revision }) => revision >= from)
      .slice(0, count)
      .map(readEvent);
  }
  const all = options.getAll();
  const at = all?.hasPosition() === true ? Number(all.getPosition()?.getCommitPosition()) : undefined;
  // Forwards from a place inclusive; backwards what lies before it.
  return (isBackwards ? state.log.visibleBefore(at ?? Infinity, count) : state.log.visibleFrom(at ?? 0, count)).map(readEvent);
}

/** A catch-up subscription to everything, with a filter on stream names. */
async function subscribe(state: ReadState, call: Call, options: ReadReq.Options): Promise<void> {
  const number = state.nextSubscription();
  const { faults, log } = state;
  const matches = matcherOf(options);
  const filter = options.getFilter();
  const every = (filter?.getMax() ?? 1) * (filter?.getCheckpointintervalmultiplier() ?? 1);
  const all = options.getAll();
  let after = all?.hasPosition() === true ? Number(all.getPosition()?.getCommitPosition()) : -1;
  let looked = 0;
  let isLive = false;
  await send(call, confirmation(`subscription-${number}`));
  if (faults.earlyCaughtUp === true) await send(call, caughtUp());
  while (!call.cancelled && !call.destroyed) {
    await faults.frozen;
    const next = log.firstBehind(after);
    if (next === undefined) {
      if (!isLive && faults.neverCaughtUp !== true) await send(call, caughtUp());
      isLive = true;
      await nextChange(state, call);
      continue;
    }
    after = next.position;
    if (matches(next)) {
      const fault = faults.deliver?.(next, number);
      if (fault === 'end') return void call.end();
      if (fault === 'stall') return;
      if (fault !== 'skip') await send(call, readEvent(next));
    }
    if (++looked % every === 0 && filter !== undefined) await send(call, checkpoint(after));
  }
}

function matcherOf(options: ReadReq.Options): (record: FakeRecord) => boolean {
  const expression = options.getFilter()?.getStreamIdentifier();
  if (expression === undefined) return () => true;
  const prefixes = expression.getPrefixList();
  const regex = new RegExp(expression.getRegex());
  return ({ stream }) => (prefixes.length > 0 ? prefixes.some((prefix) => stream.startsWith(prefix)) : regex.test(stream));
}

/** The next time that something may have to be sent, or nobody listens any more. */
async function nextChange(state: ServerState, call: Call): Promise<void> {
  let forget: () => void = () => undefined;
  await new Promise<void>((resolve) => {
    const end = once(call, ['cancelled', 'close'], resolve);
    forget = state.log.onChange(end);
  });
  forget();
}

/** Waits when the caller does not read: that is the back-pressure of the protocol. */
async function send(call: Call, response: ReadResp): Promise<void> {
  if (call.cancelled || call.destroyed || call.write(response)) return;
  await new Promise<void>((resolve) => void once(call, ['drain', 'cancelled', 'close'], resolve));
}

function once(call: Call, events: readonly string[], then: () => void): () => void {
  const end = (): void => {
    for (const event of events) call.off(event, end);
    then();
  };
  for (const event of events) call.on(event, end);
  return end;
}
