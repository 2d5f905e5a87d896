import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LeadershipKit, whileLeading } from '../../src/application/leadership';
import type { Leases } from '../../src/application/ports/leases';
import type { Tenure } from '../../src/application/tenure';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { openSqliteLeases, type SqliteLeases } from '../../src/infrastructure/sqlite/leases/sqlite-leases';

const TAKE_OVER_MS = 400;
const runtime = new SystemRuntime();

let folder: string;
let opened: SqliteLeases[];
let stops: AbortController[];
let runs: Promise<void>[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cardrail-leases-'));
  [opened, stops, runs] = [[], [], []];
});
afterEach(async () => {
  for (const stop of stops) stop.abort();
  await Promise.all(runs);
  for (const leases of opened) leases.close();
  await rm(folder, { recursive: true, force: true });
});

function open(): SqliteLeases {
  const leases = openSqliteLeases(join(folder, 'leases.db'));
  opened.push(leases);
  return leases;
}

interface Candidate {
  readonly tenures: Tenure[];
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** Works, while it leads, until its tenure is over. */
function candidate(leases: Leases): Candidate {
  const tenures: Tenure[] = [];
  const stop = new AbortController();
  const kit: LeadershipKit = { leases, runtime, takeOverMs: TAKE_OVER_MS, onProblem: () => undefined };
  const done = whileLeading(kit, 'outbox', stop.signal, async (tenure) => {
    tenures.push(tenure);
    while (tenure.lasts()) await runtime.sleep(10, tenure.signal);
  });
  stops.push(stop);
  runs.push(done);
  return { tenures, stop, done };
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error('it never came to be');
    await runtime.sleep(5);
  }
}

/** Injects a fault: from a moment on the holder's signs of life do not arrive, as when its process stands still. */
class FaultStandingStill implements Leases {
  still = false;
  constructor(private readonly inner: Leases) {}
  read = (names: readonly string[]) => this.inner.read(names);
  claim = (name: string, holder: string, term: number) => (this.still ? this.never() : this.inner.claim(name, holder, term));
  beat = (name: string, holder: string, term: number) => (this.still ? this.never() : this.inner.beat(name, holder, term));
  release = async (name: string, holder: string, term: number): Promise<void> => {
    if (!this.still) await this.inner.release(name, holder, term);
  };
  private never(): Promise<boolean> {
    return Promise.reject(new Error('nothing arrives'));
  }
}

describe('of several candidates', () => {
  it('one leads, and another one at once when it gives the lease back', async () => {
    const first = candidate(open());
    await until(() => first.tenures.length === 1);
    const second = candidate(open());
    await runtime.sleep(TAKE_OVER_MS * 2);
    expect(second.tenures).toEqual([]);
    first.stop.abort();
    await first.done;
    await until(() => second.tenures.length === 1);
    expect(second.tenures[0]?.term).toBe(2);
  });

  it('a silent leader has stopped by its own clock before another one begins', async () => {
    const fault = new FaultStandingStill(open());
    const first = candidate(fault);
    await until(() => first.tenures.length === 1);
    const second = candidate(open());
    fault.still = true;
    let ledTogether = false;
    await until(() => {
      ledTogether ||= second.tenures.length > 0 && first.tenures[0]?.signal.aborted === false;
      return second.tenures.length === 1;
    });
    expect(ledTogether).toBe(false);
    expect(first.tenures[0]?.lasts()).toBe(false);
  });

  it('one whose work fails at once leaves the lease alone for a while, so that another one may have more luck', async () => {
    const problems: unknown[] = [];
    const stop = new AbortController();
    const pauses: number[] = [];
    const unlucky = new (class extends SystemRuntime {
      override sleep(ms: number, signal?: AbortSignal): Promise<void> {
        // Signs of life come more seldom than looks.
        if (ms < TAKE_OVER_MS * 0.14) pauses.push(problems.length);
        return super.sleep(ms, signal);
      }
    })();
    const kit: LeadershipKit = { leases: open(), runtime: unlucky, takeOverMs: TAKE_OVER_MS, onProblem: (_what, error) => problems.push(error) };
    stops.push(stop);
    runs.push(whileLeading(kit, 'outbox', stop.signal, () => Promise.reject(new Error('a defect'))));
    await until(() => problems.length >= 3);
    // After each failure one pause, before the next attempt.
    expect([1, 2].map((failures) => pauses.filter((after) => after === failures).length > 0)).toEqual([true, true]);
    const second = candidate(open());
    await until(() => second.tenures.length === 1);
  });
});
