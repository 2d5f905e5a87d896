import type { Runtime } from '../../../src/application/ports/runtime';
import { watchEventLoop } from '../../../src/infrastructure/observability/event-loop-watch';

/** Injects a fault: each sleep wakes up late by the next given number of milliseconds, and the last one ends the watch. */
function lateSleeper(lateness: number[], end: AbortController): Runtime {
  let now = 0;
  return {
    wallMs: () => now,
    monotonicMs: () => now,
    sleep: (ms) => {
      now += ms + (lateness.shift() ?? 0);
      if (lateness.length === 0) end.abort();
      return Promise.resolve();
    },
    random: () => 0,
    newId: () => 'id',
    turn: async () => undefined,
  };
}

it('a loop that wakes up later than allowed is told of, by how much; one just in time is not', async () => {
  const end = new AbortController();
  const stalls: number[] = [];
  await watchEventLoop(lateSleeper([0, 200, 201, 5_000, 3], end), {
    everyMs: 100,
    stallMs: 200,
    signal: end.signal,
    onStall: (lateMs) => stalls.push(lateMs),
  });
  expect(stalls).toEqual([201, 5_000]);
});
