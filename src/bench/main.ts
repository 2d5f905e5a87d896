import { parseArgs } from 'node:util';
import { benchAccept } from './accept';
import type { BenchResult } from './result';
import { benchSteady } from './steady';

const USAGE =
  'usage: bench --profile accept|steady [--seconds N] [--warm-up SECONDS] [--rate ORDERS_PER_SECOND] [--workers N] [--engines N] [--store embedded|cluster] [--json]';

const DEFAULT_SECONDS = { accept: 10, steady: 60 } as const;

function words(result: BenchResult): string {
  const {
    profile,
    processes,
    reference,
    accepted,
    delivered,
    ratioToReference,
    cpuMsPerOrder,
    rssMb,
    liveMb,
    lost,
    duplicates,
    busy,
    successRate,
    appendsPerDelivered,
  } = result;
  return [
    `${profile}, ${processes}`,
    `reference  ${reference.perSecond}/s`,
    `accepted   ${accepted.perSecond}/s, p50 ${accepted.p50Ms} ms, p99 ${accepted.p99Ms} ms`,
    ...(delivered === null
      ? []
      : [`delivered  ${delivered.perSecond}/s, p50 ${delivered.p50Ms} ms, p99 ${delivered.p99Ms} ms, success ${successRate ?? 0}`]),
    `ratio      ${ratioToReference}`,
    ...(appendsPerDelivered === null ? [] : [`appends    ${appendsPerDelivered} per delivered order`]),
    `CPU        ${cpuMsPerOrder.all} ms per order`,
    `memory     resident ${rssMb.start} → ${rssMb.end} MiB, live ${liveMb.start} → ${liveMb.end} MiB: ${liveMb.slopePerMinute} MiB/min after warm-up`,
    `lost ${lost}, duplicates ${duplicates}, busy ${busy}`,
  ].join('\n');
}

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { profile: text, seconds: text, 'warm-up': text, rate: text, workers: text, engines: text, store: text, json: { type: 'boolean' } },
    strict: true,
  });
  const profile = values.profile;
  const { store = 'embedded' } = values;
  const [seconds, warmUp, rate, workers, engines] = [values.seconds, values['warm-up'], values.rate, values.workers, values.engines].map((word) =>
    word === undefined ? undefined : Number(word),
  );
  const wrong = [seconds, warmUp, rate, workers, engines].some((number) => number !== undefined && !(number >= 0 && number <= 1_000_000));
  const isStore = store === 'embedded' || store === 'cluster';
  if ((profile !== 'accept' && profile !== 'steady') || wrong || !isStore || engines === 0) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  const forSeconds = seconds ?? DEFAULT_SECONDS[profile];
  const result =
    profile === 'accept'
      ? await benchAccept(forSeconds, progress)
      : await benchSteady(
          {
            seconds: forSeconds,
            warmUpSeconds: warmUp ?? forSeconds,
            workers: workers ?? 0,
            store,
            moreEngines: (engines ?? 1) - 1,
            ...(rate === undefined ? {} : { perSecond: rate }),
          },
          progress,
        );
  process.stdout.write(`${values.json === true ? JSON.stringify(result) : words(result)}\n`);
  return result.lost === 0 && result.duplicates === 0 ? 0 : 1;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = String(error).includes('ERR_PARSE_ARGS') ? 2 : 1;
  },
);
