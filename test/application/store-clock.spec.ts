import { StoreClock } from '../../src/application/store-clock';
import { DAY_MS, MINUTE_MS, toIso } from '../../src/domain/kernel/time';

/** A machine whose two clocks the test sets by hand. */
class Machine {
  wall = Date.UTC(2026, 0, 1);
  monotonic = 5_000;
  readonly runtime = {
    wallMs: () => this.wall,
    monotonicMs: () => this.monotonic,
    sleep: async () => undefined,
    turn: async () => undefined,
    random: () => 0,
    newId: () => '',
  };

  pass(ms: number): void {
    this.wall += ms;
    this.monotonic += ms;
  }
}

describe('store time', () => {
  let machine: Machine;
  let clock: StoreClock;
  beforeEach(() => {
    machine = new Machine();
    clock = new StoreClock(machine.runtime);
  });

  it('is the wall clock until the store has told its own', () => {
    machine.pass(1_000);
    expect(clock.now()).toBe(machine.wall);
  });

  it('follows the store, not the machine, from the first append on', () => {
    clock.learn(toIso(machine.wall + 20_000));
    machine.pass(1_000);
    expect(clock.disagreementMs()).toBe(20_000);
    expect(clock.trusted()).toBe(true);
  });

  it('learns once: later appends, which may be slow, move nothing', () => {
    clock.learn(toIso(machine.wall));
    machine.pass(1_000);
    clock.learn(toIso(machine.wall - 30_000));
    expect(clock.now()).toBe(machine.wall);
  });

  it('F11: a process that has appended nothing is sure only of what it has read, and of what has passed since', () => {
    const deadline = machine.wall + 10 * MINUTE_MS;
    const stored = toIso(machine.wall);
    machine.wall += DAY_MS;
    const misled = new StoreClock(machine.runtime);
    expect(misled.hasCome(deadline)).toBe(false);
    misled.saw(stored);
    machine.pass(10 * MINUTE_MS - 1);
    expect(misled.hasCome(deadline)).toBe(false);
    machine.pass(1);
    expect(misled.hasCome(deadline)).toBe(true);
  });

  it('F11: a wall clock behind what was read is put right by it, and doubted', () => {
    const stored = machine.wall + DAY_MS;
    clock.saw(toIso(stored));
    machine.pass(1_000);
    expect(clock.now()).toBe(stored + 1_000);
    expect(clock.trusted()).toBe(false);
    expect(clock.hasCome(stored - DAY_MS)).toBe(false);
  });

  it('F11: older events and later ones move nothing back', () => {
    clock.saw(toIso(machine.wall));
    clock.saw(toIso(machine.wall - DAY_MS));
    expect(clock.hasCome(machine.wall)).toBe(true);
    clock.learn(toIso(machine.wall + 1_000));
    clock.saw(toIso(machine.wall + DAY_MS));
    expect(clock.now()).toBe(machine.wall + 1_000);
  });

  it.each([
    ['a day ahead', DAY_MS],
    ['a day back', -DAY_MS],
  ])('F11: a wall clock set %s moves no deadline, and no deadline is believed until it agrees again', (_name, jumpMs) => {
    clock.learn(toIso(machine.wall));
    const before = clock.now();
    machine.wall += jumpMs;
    machine.pass(10);
    expect(clock.now()).toBe(before + 10);
    expect(clock.trusted()).toBe(false);
    machine.wall -= jumpMs;
    expect(clock.trusted()).toBe(true);
  });

  it('F11: a frozen wall clock is noticed after a minute and never stops time', () => {
    clock.learn(toIso(machine.wall));
    const before = clock.now();
    machine.monotonic += MINUTE_MS;
    expect(clock.trusted()).toBe(true);
    machine.monotonic += 1;
    expect(clock.trusted()).toBe(false);
    expect(clock.now()).toBe(before + MINUTE_MS + 1);
  });

  it('F11: two machines ten minutes apart agree about store time, and the wrong one believes no deadline', () => {
    const wrong = new Machine();
    wrong.wall += 10 * MINUTE_MS;
    const wrongClock = new StoreClock(wrong.runtime);
    const recordedAt = toIso(machine.wall);
    clock.learn(recordedAt);
    wrongClock.learn(recordedAt);
    expect(wrongClock.now()).toBe(clock.now());
    expect([clock.trusted(), wrongClock.trusted()]).toEqual([true, false]);
  });
});
