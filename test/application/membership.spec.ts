import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Membership } from '../../src/application/membership';
import type { LeaseRecord, Leases } from '../../src/application/ports/leases';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { openSqliteLeases, type SqliteLeases } from '../../src/infrastructure/sqlite/leases/sqlite-leases';

const TAKE_OVER_MS = 400;
const runtime = new SystemRuntime();

let folder: string;
let opened: SqliteLeases[];
let stops: AbortController[];
let runs: Promise<void>[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cardrail-members-'));
  [opened, stops, runs] = [[], [], []];
});
afterEach(async () => {
  for (const stop of stops) stop.abort();
  await Promise.all(runs);
  for (const leases of opened) leases.close();
  await rm(folder, { recursive: true, force: true });
});

/** Injects a fault: the leases are away for this process, or its signs of life do not arrive, as when it stands still. */
class FaultyLeases implements Leases {
  fault: 'none' | 'away' | 'still' = 'none';
  constructor(private readonly inner: Leases) {}
  read = (names: readonly string[]): Promise<ReadonlyMap<string, LeaseRecord>> => (this.fault === 'none' ? this.inner.read(names) : this.refused());
  claim = (name: string, holder: string, term: number): Promise<boolean> =>
    this.fault === 'none' ? this.inner.claim(name, holder, term) : this.refused();
  beat = (name: string, holder: string, term: number): Promise<boolean> =>
    this.fault === 'none' ? this.inner.beat(name, holder, term) : this.refused();
  release = (name: string, holder: string, term: number): Promise<void> =>
    this.fault === 'none' ? this.inner.release(name, holder, term) : this.refused();
  private refused(): Promise<never> {
    return Promise.reject(new Error('nothing arrives'));
  }
}

function member(): { readonly members: Membership; readonly leases: FaultyLeases; readonly stop: () => Promise<void> } {
  const store = openSqliteLeases(join(folder, 'leases.db'));
  opened.push(store);
  const leases = new FaultyLeases(store);
  const members = new Membership({ leases, runtime, takeOverMs: TAKE_OVER_MS, onProblem: () => undefined }, 'engine');
  const stop = new AbortController();
  const done = members.run(stop.signal);
  stops.push(stop);
  runs.push(done);
  return { members, leases, stop: () => (stop.abort(), done) };
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error('it never came to be');
    await runtime.sleep(5);
  }
}

const sees = ({ members }: { members: Membership }, count: number): boolean => members.self !== null && members.others.length === count;

describe('processes that share their work', () => {
  it('take a seat each and see each other', async () => {
    const all = [member(), member(), member()];
    await until(() => all.every((one) => sees(one, 2)));
    const selves = all.map(({ members }) => members.self);
    expect(new Set(selves).size).toBe(3);
    for (const { members } of all) expect([...members.others, members.self].sort()).toEqual([...selves].sort());
  });

  it('see at once who leaves in order', async () => {
    const [one, other] = [member(), member()];
    await until(() => sees(one, 1) && sees(other, 1));
    await other.stop();
    await until(() => sees(one, 0));
  });

  it('stop counting on one that stands still, and it comes back to a seat of its own', async () => {
    const [one, other] = [member(), member()];
    await until(() => sees(one, 1) && sees(other, 1));
    other.leases.fault = 'still';
    await until(() => sees(one, 0));
    other.leases.fault = 'none';
    await until(() => sees(one, 1) && sees(other, 1));
    expect(one.members.self).not.toBe(other.members.self);
  });

  it('go on with what was known last while the leases are away', async () => {
    const [one, other] = [member(), member()];
    await until(() => sees(one, 1) && sees(other, 1));
    const before = [one.members.self, ...one.members.others];
    for (const { leases } of [one, other]) leases.fault = 'away';
    await runtime.sleep(TAKE_OVER_MS * 3);
    expect([one.members.self, ...one.members.others]).toEqual(before);
    for (const { leases } of [one, other]) leases.fault = 'none';
    await until(() => sees(one, 1) && sees(other, 1));
  });

  it('do not count on a dead one whose seat is still held: after a crash nobody waits', async () => {
    const store = openSqliteLeases(join(folder, 'leases.db'));
    opened.push(store);
    await store.claim('engine-1', 'dead', 0);
    const one = member();
    await until(() => one.members.self !== null);
    expect([one.members.self, one.members.others]).toEqual(['engine-2', []]);
  });
});
