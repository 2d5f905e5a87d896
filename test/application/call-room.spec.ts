import { CallRoom, defaultCallRoomPolicy } from '../../src/application/processes/order/call-room';
import { Questions } from '../../src/application/processes/order/questions';
import { StoreClock } from '../../src/application/store-clock';
import type { OrderCommand } from '../../src/domain/order/commands';
import { defaultTiming } from '../../src/domain/order/timing';
import {
  grant,
  paidOrder,
  paymentClosed,
  paymentRequested,
  REF_2,
  REFUND,
  refundOrdered,
  refundRequested,
  retryScheduled,
  routed,
  seconds,
  submitted,
  submittedState,
} from '../support/given';

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
    expect(told).toContain('room:gateway:main 1');
  });

  it('tells once that it has room again, and for how many, when somebody was turned away', () => {
    const { room, pass } = openRoom();
    const undo = [1, 2].map(() => room.take(request, first));
    expect(room.roomAgain()).toEqual([]);
    expect(room.isGatewayBusy('main')).toBe(true);
    expect(room.roomAgain()).toEqual([]);
    undo.forEach((giveBack) => giveBack?.());
    expect(room.roomAgain()).toEqual([{ topic: `room:${GATEWAY}`, count: 2 }]);
    expect(room.roomAgain()).toEqual([]);

    const limits = { maxInFlight: 10, ratePerSecond: 1 };
    room.load.grant('channel:up');
    room.load.end('channel:up');
    expect(room.isChannelBusy('up', limits)).toBe(true);
    pass(999);
    expect(room.roomAgain()).toEqual([]);
    pass(1);
    expect(room.roomAgain()).toEqual([{ topic: 'room:channel:up', count: 1 }]);
  });

  it('is given back when the decision was not stored after all', () => {
    const { room } = openRoom(1);
    room.take(request, first)?.();
    expect(room.isGatewayBusy('main')).toBe(false);
  });
});

describe('the ramp of one that is ill', () => {
  const limits = (maxInFlight: number) => ({ maxInFlight, ratePerSecond: 100 });

  it('has room for so many requests at once, and questions take none of it', () => {
    const { room } = openRoom(10);
    room.load.begin(GATEWAY);
    expect(room.isRampFull(GATEWAY, () => limits(1))).toBe(false);
    room.take(request, first);
    expect(room.isRampFull(GATEWAY, () => limits(1))).toBe(true);
    room.load.endGranted(GATEWAY);
    expect(room.isRampFull(GATEWAY, () => limits(1))).toBe(false);
  });

  it('calls two of those in line for each request that ends: for the room that is free, and for what it has risen by', () => {
    const { room, told } = openRoom(10);
    room.take(request, first);
    room.load.endGranted(GATEWAY);
    expect(told).toEqual(['room:gateway:main 1', 'turn:gateway:main 2']);
  });

  it('calls as many as it has room for, by the limits as they are then: at once when somebody was turned away, else once a second', () => {
    const { room, pass } = openRoom(10);
    let open = 0;
    expect(room.isRampFull(GATEWAY, () => limits(open))).toBe(true);
    expect(room.roomAgain()).toEqual([]);
    open = 3;
    expect(room.roomAgain()).toEqual([{ topic: 'turn:gateway:main', count: 3 }]);
    expect(room.roomAgain()).toEqual([]);
    pass(999);
    expect(room.roomAgain()).toEqual([]);
    pass(1);
    room.take(request, first);
    expect(room.roomAgain()).toEqual([{ topic: 'turn:gateway:main', count: 2 }]);
    room.take(request, first);
    room.take(request, first);
    expect(room.isRampFull(GATEWAY, () => limits(open))).toBe(true);
    room.load.endGranted(GATEWAY);
    expect(room.roomAgain()).toEqual([{ topic: 'turn:gateway:main', count: 1 }]);
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

  it('gets nothing back for a refund that was never sent before: that cost nothing', () => {
    const { room } = openRoom();
    const secondRefund = (cause: string) =>
      submittedState(
        ...paidOrder(),
        refundOrdered(),
        refundRequested(),
        retryScheduled({ step: 'refund', reference: REFUND, cause }),
        refundRequested({ attempt: 2 }),
      );
    const sent = { kind: 'request-refund', refundReference: REFUND, first: true, nextCheckAt: 0 } as const;
    const refunded: OrderCommand = {
      type: 'RecordRefundAnswer',
      refundReference: REFUND,
      answer: { kind: 'REFUNDED' },
      first: true,
      attempt: 2,
      nextCheckAt: 0,
    };
    room.take(request, again);
    room.take(request, again);
    room.heard(GATEWAY, sent, secondRefund('TOO_LATE'), refunded);
    expect(room.retries.free(GATEWAY)).toBeCloseTo(0.2);
    room.heard(GATEWAY, sent, secondRefund('HTTP_429'), refunded);
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

describe('a question for which others took the room in the last moment', () => {
  const opened = () => {
    let heard = 0;
    const runtime = {
      monotonicMs: () => 0,
      wallMs: () => 0,
      sleep: async () => undefined,
      turn: async () => undefined,
      random: () => 0,
      newId: () => 'id',
    };
    return { questions: new Questions(new StoreClock(runtime), defaultTiming, () => heard), hear: () => void heard++ };
  };
  it('was not put: it is not put off, and waits for the next room', () => {
    const { questions } = opened();
    expect(questions.answered('q', false)).toBe(true);
    expect(questions.heldBack('q', GATEWAY, undefined)).toBeUndefined();
  });
  it('still goes ahead of its time when it met silence before', () => {
    const { questions, hear } = opened();
    questions.asked('q', GATEWAY, undefined);
    questions.silent('q');
    questions.answered('q', false);
    questions.answered('q', false);
    expect(questions.heldBack('q', GATEWAY, undefined)).toMatchObject({ orWhenHeard: true });
    hear();
    expect(questions.heldBack('q', GATEWAY, undefined)).toBeUndefined();
  });
});

describe('a line before a gateway', () => {
  const withLine = (longest: Record<string, number>) => {
    const opened = openRoom(3);
    opened.room.onRoom(
      () => undefined,
      (topic, lane) => longest[`${topic} ${lane}`],
    );
    return opened;
  };

  it('lets nobody pass who has waited less, and whoever has waited longer goes first', () => {
    const { room } = withLine({ [`turn:${GATEWAY} default`]: 100 });
    expect(room.isBehind(GATEWAY, 'REQUEST', 'default', 101)).toBe(true);
    expect(room.isBehind(GATEWAY, 'REQUEST', 'default', 100)).toBe(false);
    expect(room.isBehind(GATEWAY, 'REQUEST', 'default', 99)).toBe(false);
  });
  it('is of one lane: nobody waits for those of another', () => {
    const { room } = withLine({ [`turn:${GATEWAY} default`]: 100 });
    expect(room.isBehind(GATEWAY, 'REQUEST', 'vip', 200)).toBe(false);
  });
  it('puts no question behind requests, which may wait for health, and requests behind older questions', () => {
    expect(withLine({ [`turn:${GATEWAY} default`]: 100 }).room.isBehind(GATEWAY, 'QUESTION', 'default', 200)).toBe(false);
    expect(withLine({ [`room:${GATEWAY} default`]: 100 }).room.isBehind(GATEWAY, 'REQUEST', 'default', 200)).toBe(true);
  });
  it('calls those in front when somebody had to go behind them, should there be room', () => {
    const { room } = withLine({ [`room:${GATEWAY} default`]: 100 });
    room.isGatewayBusy('main');
    expect(room.roomAgain()).toEqual([]);
    room.isBehind(GATEWAY, 'QUESTION', 'default', 200);
    expect(room.roomAgain()).toEqual([{ topic: `room:${GATEWAY}`, count: 3 }]);
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
