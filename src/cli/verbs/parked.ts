import { RepairDesk, type RepairResult } from '../../application/commands/repair-desk';
import { RetryParked, RetryParkedHandler } from '../../application/commands/retry-parked';
import { SkipParked, SkipParkedHandler } from '../../application/commands/skip-parked';
import { ProjectionDesk } from '../../application/projections/projection-desk';
import { codeAndWords } from '../../application/refusals';
import type { Parts } from '../../parts';
import { requireYes, ShopSays, WrongUse } from '../exit';
import { localeOf } from '../locale';
import { answer, say, table } from '../output';
import { configOf, operator, withParts } from '../session';

interface Options {
  readonly json?: true;
}

interface RepairOptions extends Options {
  readonly yes?: true;
  readonly reason?: string;
}

/** A terminal shows so many; a read model stops before it has more. */
const SHOWN_MAX = 1_001;

async function deskOf({ store, codec, readModels, runtime }: Parts): Promise<ProjectionDesk> {
  const { projections } = await import('../../workbench');
  return new ProjectionDesk({
    store,
    codec,
    readModels,
    runtime,
    projections,
    alert: ({ kind, ...about }) => say(`${kind} ${JSON.stringify(about)}`),
  });
}

/** Streams that wait, in one read model or in all. */
export async function parked(name: string | undefined, { json }: Options): Promise<void> {
  const found = await withParts(configOf(), async (parts) => (await deskOf(parts)).parked(name, SHOWN_MAX));
  await answer(json, found, () =>
    table(
      ['READ MODEL', 'STREAM', 'AT', 'SINCE', ''],
      found.map(({ readModel, stream, revision, parkedAt, error }) => [readModel, stream, String(revision), parkedAt, error]),
    ),
  );
}

/** Reads what waits again, in order. Works beside a running shop. */
export async function retry(name: string, options: RepairOptions & { readonly stream?: readonly string[] }): Promise<void> {
  const { stream: streams } = options;
  await mend(options, async (parts, desk, reason) => {
    const input = { idempotencyKey: parts.runtime.newId(), reason, projection: name, ...(streams === undefined ? {} : { streams: [...streams] }) };
    return new RetryParkedHandler(desk).execute(new RetryParked(operator(parts), input));
  });
}

/** Lets a stream go on behind the one event it waits at. */
export async function skip(name: string, stream: string, options: RepairOptions & { readonly revision: number }): Promise<void> {
  requireYes(options.yes, 'STREAM_WOULD_BE_MISSING', { revision: options.revision, stream, projection: name });
  await mend(options, async (parts, desk, reason) => {
    const input = { idempotencyKey: parts.runtime.newId(), reason, projection: name, stream, revision: options.revision };
    return new SkipParkedHandler(desk).execute(new SkipParked(operator(parts), input));
  });
}

type Mend = (parts: Parts, desk: RepairDesk, reason: string) => Promise<RepairResult>;

async function mend({ json, reason }: RepairOptions, work: Mend): Promise<void> {
  if (reason === undefined) throw new WrongUse('REASON_MISSING');
  const result = await withParts(configOf(), async (parts) =>
    work(parts, new RepairDesk(await deskOf(parts), parts.commands, parts.keyring), reason),
  );
  if (!result.ok) throw new ShopSays('Refused', codeAndWords(result.refusal, localeOf(undefined)));
  await answer(json, result, () =>
    table(
      ['STREAM', '', ''],
      result.streams.map(({ stream, outcome, error }) => [stream, outcome, error ?? '']),
    ),
  );
}
