import type { RunningProjections } from '../../application/run-projections';
import type { Parts } from '../../parts';
import { progressOf } from '../progress';

const LOOK_EVERY_MS = 20;
/** A running shop's own projector is seldom further behind than this; only then is a second one worth starting. */
const OWN_PROJECTOR_AFTER_MS = 500;

/** Brings read models up to where the log ends now. Beside a running shop this mostly waits; for a stopped one it is the projector. */
export async function catchUp(parts: Parts, names: readonly string[], signal: AbortSignal): Promise<void> {
  const { readModels, store, runtime } = parts;
  const { projections } = await import('../../workbench');
  await readModels.prepare(projections.map(({ name, version, indexes }) => ({ name, version, indexes })));
  const head = await store.head();
  if (head === null) return;
  const isThere = async (): Promise<boolean> => {
    const checkpoints = await Promise.all(names.map((name) => readModels.checkpoint(name)));
    return checkpoints.every((checkpoint) => checkpoint !== null && checkpoint >= head);
  };
  const until = runtime.monotonicMs() + OWN_PROJECTOR_AFTER_MS;
  while (runtime.monotonicMs() < until) {
    if (await isThere()) return;
    await runtime.sleep(LOOK_EVERY_MS);
  }
  await projecting(parts, signal, async (running) => waitUntil(parts, running, names, isThere));
}

/** Runs a projector of our own while something is done. */
export async function projecting<T>(parts: Parts, signal: AbortSignal, use: (running: RunningProjections) => Promise<T>): Promise<T> {
  const { projector } = await import('../../runners');
  const ending = new AbortController();
  const running = projector(parts, AbortSignal.any([signal, ending.signal]));
  try {
    return await use(running);
  } finally {
    ending.abort();
    await running.done;
  }
}

/** Shows how far it is until it is so. Throws when one of them has stopped for good. */
export async function waitUntil(
  { runtime, store, config }: Parts,
  running: RunningProjections,
  names: readonly string[],
  isSo: () => Promise<boolean>,
): Promise<void> {
  const { eventCountAt } = await import('../../stores');
  const countAt = (position: string | null): number | null => eventCountAt(config.values.CARDRAIL_STORE, position);
  const progress = progressOf('events');
  const startedMs = runtime.monotonicMs();
  try {
    while (!(await isSo())) {
      const statuses = running.statuses().filter(({ name }) => names.includes(name));
      for (const { name, state, problem } of statuses)
        if (state === 'STOPPED' && problem !== 'not opened yet') throw new Error(`read model ${name} has stopped: ${problem}`);
      const done = Math.min(
        ...statuses.map(({ progress: build, position }) => countAt(build === undefined ? position : build.position) ?? build?.events ?? 0),
      );
      const seconds = Math.max(0.001, (runtime.monotonicMs() - startedMs) / 1_000);
      progress.at(done, countAt(await store.head()) ?? 0, `${Math.round(done / seconds)}/s`);
      await runtime.sleep(LOOK_EVERY_MS);
    }
  } finally {
    progress.end();
  }
}
