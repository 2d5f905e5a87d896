import { CallRoom, defaultCallRoomPolicy } from '../../src/application/processes/order/call-room';
import { Questions } from '../../src/application/processes/order/questions';
import { StoreClock } from '../../src/application/store-clock';
import type { OrderCommand } from '../../src/domain/order/commands';
import { defaultTiming } from '../../src/domain/order/timing';
import { grant, paymentClosed, paymentRequested, REF_2, retryScheduled, routed, seconds, submitted, submittedState } from '../support/given';

const GATEWAY = 'gateway:main';
const request = { type: 'RequestPayment', merchantId: 'm1', notifyUrl: 'https://shop.example', ...grant() } as const;
const call = { kind: 'request-payment', reference: REF_2, first: true, nextCheckAt: 0 } as const;
const first = submittedState(submitted(), routed());
const again = submittedState(submitted(), routed(), paymentRequested(), paymentClosed({ proof: 'NOT_DONE' }), retryScheduled());
const answer = (kind: 'REFUSED' | 'NOT_DONE' | 'UNKNOWN'): OrderCommand => ({
  type: 'RecordPaymentAnswer',
  call: 'request',
  reference: REF_2,
  answer: kind === 'UNKNOWN' ? { kind, cause: 'TIMEOUT' } : kind === 'REFUSED' ? { kind, code: 'NO_FUNDS' } : { kind, code: 'HTTP_429', retryAt: 0 },
  first: true,
  at: 0,
});

function openRoom(gatewayCallsMax = 2, gatewayCallsBound = 128) {
  let nowMs = 0;
  const runtime = { monotonicMs: () => nowMs };
  const policy = { ...defaultCallRoomPolicy, gatewayCallsMax, gatewayCallsBound, retries: { perSuccess: 0.2, perMinute: 60, burst: 2 } };
  const room = new CallRoom(runtime, policy);
  const told: string[] = [];
  room.onRoom((topic, count) => told.push(`${topic} ${count}`));
  return { room, told, pass: (ms: number) => void (nowMs += ms) };
}

describe('what a process may have under way at one gateway', () => {
  it('counts from when a request is granted until it is answered, and rings for one who waits', () => {
    const { room, told } = openRoom();
    room.take(request, first);
    expect(room.isGatewayBusy('main')).toBe(false);
    room.take(request, first);
    expect(room.isGatewayBusy('main')).toBe(true);
    expect(room.isGatewayBusy('second')).toBe(false);
    room.load.end(GATEWAY);
    expect(room.isGatewayBusy('main')).toBe(false);
    expect(told).toEqual(['gateway:main 1']);
  });

  it('tells once that it has room again, and for how many, when somebody was turned away', () => {
    const { room, pass } = openRoom();
    const undo = [1, 2].map(() => room.take(request, first));
    expect(room.roomAgain()).toEqual([]);
    expect(room.isGatewayBusy('main')).toBe(true);
    expect(room.roomAgain()).toEqual([]);
    undo.forEach((giveBack) => giveBack?.());
    expect(room.roomAgain()).toEqual([{ topic: GATEWAY, count: 2 }]);
    expect(room.roomAgain()).toEqual([]);

    const limits = { maxInFlight: 10, ratePerSecond: 1 };
    room.load.grant('channel:up');
    room.load.end('channel:up');
    expect(room.isChannelBusy('up', limits)).toBe(true);
    pass(999);
    expect(room.roomAgain()).toEqual([]);
    pass(1);
    expect(room.roomAgain()).toEqual([{ topic: 'channel:up', count: 1 }]);
  });

  it('is given back when the decision was not stored after all', () => {
    const { room } = openRoom(1);
    room.take(request, first)?.();
    expect(room.isGatewayBusy('main')).toBe(false);
  });
});

describe('what the settings of a gateway allow to be under way there', () => {
  it('counts instead of what the shop allows, be it less or more', () => {
    const { room } = openRoom(2);
    room.take(request, first);
    expect(room.isGatewayBusy('main', 1)).toBe(true);
    room.take(request, first);
    expect(room.isGatewayBusy('main')).toBe(true);
    expect(room.isGatewayBusy('main', 3)).toBe(false);
  });

  it('never leaves less than half of the engine to the others', () => {
    const { room } = openRoom(1, 2);
    room.take(request, first);
    expect(room.isGatewayBusy('main', 100)).toBe(false);
    room.take(request, first);
    expect(room.isGatewayBusy('main', 100)).toBe(true);
  });
});

describe('the retry budget of a gateway', () => {
  it('is drawn on by a request that came to nothing before, not by a first one, and not by one that was not stored', () => {
    const { room } = openRoom();
    room.take(request, first);
    room.take(request, again)?.();
    expect(room.retries.free(GATEWAY)).toBe(2);
    room.take(request, again);
    expect(room.retries.free(GATEWAY)).toBe(1);
  });

  it('gets back what an answered retry cost, a fifth for a first request, and nothing where nobody answered', () => {
    const { room } = openRoom();
    room.take(request, again);
    room.take(request, again);
    room.heard(GATEWAY, call, again, answer('NOT_DONE'));
    room.heard(GATEWAY, call, first, answer('UNKNOWN'));
    expect(room.retries.free(GATEWAY)).toBe(0);
    room.heard(GATEWAY, call, first, answer('REFUSED'));
    expect(room.retries.free(GATEWAY)).toBeCloseTo(0.2);
    room.heard(GATEWAY, call, again, answer('REFUSED'));
    expect(room.retries.free(GATEWAY)).toBeCloseTo(1.2);
  });

  it('rings for as many of those who were promised a later time as there is room for', () => {
    const { room, told } = openRoom();
    room.take(request, again);
    room.take(request, again);
    const move = { type: 'MoveRetry', step: 'payment', reference: again.payments[0]?.reference ?? '', to: 0 } as const;
    room.take(move, again);
    room.take(move, again);
    expect(room.retries.waitMs(GATEWAY)).toBe(seconds(3));
    room.heard(GATEWAY, call, again, answer('REFUSED'));
    expect(told).toEqual(['retry:gateway:main 1']);
    expect(room.retries.hasRoomEarly(GATEWAY)).toBe(true);
  });

  it('keeps no promise for a move that was not stored', () => {
    const { room } = openRoom();
    const move = { type: 'MoveRetry', step: 'payment', reference: again.payments[0]?.reference ?? '', to: 0 } as const;
    room.take(move, again)?.();
    expect(room.retries.free(GATEWAY)).toBe(2);
    expect(room.retries.hasRoomEarly(GATEWAY)).toBe(false);
  });
});

describe('questions that settle a doubt', () => {
  const asking = (perMinute: number) => {
    let [nowMs, heard] = [0, 0];
    const runtime = {
      monotonicMs: () => nowMs,
      wallMs: () => nowMs,
      sleep: async () => undefined,
      turn: async () => undefined,
      random: () => 0,
      newId: () => 'id',
    };
    const { questions: budgets, retries } = new CallRoom(runtime, { ...defaultCallRoomPolicy, questions: { perSuccess: 0, perMinute, burst: 1 } });
    const clock = new StoreClock(runtime);
    return {
      questions: new Questions(clock, defaultTiming, () => heard),
      clock,
      purse: { budgets, account: GATEWAY } as const,
      retries,
      pass: (ms: number) => void (nowMs += ms),
      hear: () => void heard++,
    };
  };

  it('are promised a time where their reserve is used up, each its own, and touch no retry', () => {
    const { questions, clock, purse, retries, pass } = asking(60);
    expect(questions.heldBack('a', GATEWAY, purse)).toBeUndefined();
    questions.asked('a', GATEWAY, purse);
    const now = clock.now();
    expect(questions.heldBack('b', GATEWAY, purse)?.at).toBe(now + seconds(1));
    expect(questions.heldBack('b', GATEWAY, purse)?.at).toBe(now + seconds(1));
    expect(questions.heldBack('c', GATEWAY, purse)?.at).toBe(now + seconds(2));
    pass(seconds(1));
    expect(questions.heldBack('b', GATEWAY, purse)).toBeUndefined();
    expect(questions.heldBack('c', GATEWAY, purse)?.at).toBe(now + seconds(2));
    expect(retries.free(GATEWAY)).toBe(defaultCallRoomPolicy.retries.burst);
  });

  it('cost nothing when they are answered', () => {
    const { questions, purse } = asking(1);
    for (let n = 0; n < 50; n++) {
      expect(questions.heldBack(`q${n}`, GATEWAY, purse)).toBeUndefined();
      questions.asked(`q${n}`, GATEWAY, purse);
      questions.answered(`q${n}`, true);
    }
  });

  it('are put at once when nothing pays for them: what is asked in any case waits for nobody', () => {
    const { questions, purse } = asking(1);
    questions.asked('a', GATEWAY, purse);
    expect(questions.heldBack('watched', GATEWAY, undefined)).toBeUndefined();
  });

  it('that met silence are put ahead of their time when their gateway is heard of, and those that were answered are not', () => {
    const { questions, clock, hear } = asking(60);
    for (const question of ['silent', 'pending']) questions.asked(question, GATEWAY, undefined);
    questions.silent('silent');
    for (const question of ['silent', 'pending']) expect(questions.answered(question, false)).toBe(true);
    expect(questions.heldBack('silent', GATEWAY, undefined)).toMatchObject({ orWhenHeard: true });
    expect(questions.heldBack('pending', GATEWAY, undefined)).toMatchObject({ orWhenHeard: false });
    hear();
    expect(questions.heldBack('silent', GATEWAY, undefined)).toBeUndefined();
    expect(questions.heldBack('pending', GATEWAY, undefined)?.at).toBeGreaterThan(clock.now());
  });
});

describe('whoever is heard of', () => {
  it('brings the next two of those whose questions met silence there', () => {
    const { room, told } = openRoom();
    room.isThere(GATEWAY);
    expect(told).toEqual(['heard:gateway:main 2']);
    expect([room.timesHeard(GATEWAY), room.timesHeard('channel:up')]).toEqual([1, 0]);
  });
});
