import type { ProjectionReport } from '../../application/verify/verify-projection';
import type { Parts } from '../../parts';
import type { AnyProjection } from '../../projections/projection';
import { BadNews, WrongUse } from '../exit';
import { answer, say, table } from '../output';
import { configOf, withParts } from '../session';
import { projecting, waitUntil } from './catch-up';

interface Options {
  readonly json?: true;
}

/** How every read model stands, by its own account. */
export async function list({ json }: Options): Promise<void> {
  const { projectionStatuses } = await import('../../application/queries/get-projections');
  const { eventCountAt } = await import('../../stores');
  const found = await withParts(configOf(), async ({ readModels, store, config }) => {
    const head = await store.head();
    const countAt = (position: string | null): number | null => eventCountAt(config.values.CARDRAIL_STORE, position);
    const behind = (position: string | null): number | null => {
      const [events, reached] = [countAt(head), countAt(position)];
      return events === null || reached === null ? null : events - reached;
    };
    const statuses = await projectionStatuses({ projections: await chosen(undefined), readModels, store });
    return statuses.map((status) => ({
      ...status,
      behindEvents: behind(status.position),
      caughtUp: head === null || (status.position ?? '') >= head,
    }));
  });
  await answer(json, found, () =>
    table(
      ['NAME', 'VERSION', 'STATE', 'BEHIND', 'PARKED', ''],
      found.map(({ name, version, state, behindEvents, caughtUp, parked, problem }) => [
        name,
        String(version),
        state,
        behindEvents === null ? (caughtUp ? '0' : 'some') : String(behindEvents),
        String(parked),
        problem ?? '',
      ]),
    ),
  );
}

/** Throws WrongUse for a name that is none. */
async function chosen(name: string | undefined): Promise<readonly AnyProjection[]> {
  const { projections } = await import('../../workbench');
  const wanted = name === undefined ? projections : projections.filter((projection) => projection.name === name);
  if (wanted.length === 0) throw new WrongUse('PROJECTION_UNKNOWN', { names: projections.map((projection) => projection.name).join(', ') });
  return wanted;
}

/** Builds beside what serves and returns when the new rows serve. */
export async function rebuild(name: string | undefined, { json }: Options): Promise<void> {
  const names = (await chosen(name)).map((projection) => projection.name);
  const result = await withParts(configOf(), async (parts, signal) => {
    const startedMs = parts.runtime.monotonicMs();
    await prepareAll(parts);
    const before = await generations(parts, names);
    await projecting(parts, signal, async (running) => {
      for (const one of names) await running.rebuild(one);
      await waitUntil(parts, running, names, async () => isRebuilt(await generations(parts, names), before));
    });
    return { rebuilt: names, seconds: Math.round(parts.runtime.monotonicMs() - startedMs) / 1_000 };
  });
  await answer(json, result, () => `${names.join(', ')}: built anew in ${result.seconds} s`);
}

async function prepareAll({ readModels }: Parts): Promise<void> {
  const all = await chosen(undefined);
  await readModels.prepare(all.map(({ name, version, indexes }) => ({ name, version, indexes })));
}

type Numbers = ReadonlyMap<string, number>;

/** The number of the generation that serves, by read model. */
async function generations({ readModels }: Parts, names: readonly string[]): Promise<Numbers> {
  const found = await Promise.all(
    names.map(async (name) => [name, (await readModels.generations(name)).find(({ state }) => state === 'active')?.number ?? 0] as const),
  );
  return new Map(found);
}

const isRebuilt = (now: Numbers, before: Numbers): boolean => [...now].every(([name, number]) => number !== before.get(name));

/** I10, for one read model or all. */
export async function verify(name: string | undefined, { json }: Options): Promise<void> {
  const { verifyProjection } = await import('../../application/verify/verify-projection');
  const wanted = await chosen(name);
  const reports = await withParts(configOf(), async ({ store, codec, readModels }, signal) => {
    const done: ProjectionReport[] = [];
    for (const projection of wanted) {
      say(`comparing ${projection.name}`);
      done.push(await verifyProjection({ projection, store, codec, readModels, signal }));
    }
    return done;
  });
  const line = ({ projection, rows, equal, parked, liveHash, rebuiltHash }: ProjectionReport): readonly string[] => [
    projection,
    String(rows),
    equal ? 'equal' : 'DIFFERENT',
    String(parked),
    liveHash.slice(0, 12),
    rebuiltHash.slice(0, 12),
  ];
  await answer(json, reports, () => table(['NAME', 'ROWS', '', 'PARKED', 'LIVE', 'REBUILT'], reports.map(line)));
  const different = reports.filter(({ equal }) => !equal);
  for (const { projection, differences } of different) for (const { key, why } of differences) say(`${projection} ${key} ${why}`);
  if (different.length > 0) throw new BadNews(`${different.length} read models differ from the log`);
}
