import { parseArgs } from 'node:util';
import { benchAccept } from './accept';
import { stopAll } from './processes';
import type { BenchResult } from './result';
import { benchSteady } from './steady';
import { nights } from './storm';

const USAGE =
  'usage: bench --profile accept|steady|burst|double-11|night-shift|lost-thirty|canary [--orders N] [--compress N] [--seconds N] [--warm-up SECONDS] [--rate ORDERS_PER_SECOND] [--workers N] [--engines N] [--store embedded|cluster] [--json]';

const ORDERS_MAX = 10_000;
const COMPRESS_MAX = 10_000;
const DEFAULT_SECONDS = { accept: 10, steady: 60 } as const;

function stormWords({ storm }: BenchResult): readonly string[] {
  if (storm === undefined) return [];
  const { compress, promises, figures } = storm;
  return [
    `all times divided by ${compress}`,
    ...promises.map(({ promise, kept, measured }) => `${kept ? 'kept  ' : 'BROKEN'}  ${promise}: ${measured}`),
    ...Object.entries(figures).map(([name, value]) => `${name}  ${value}`),
  ];
}

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
    ...stormWords(result),
  ].join('\n');
}

function wrongUse(): number {
  process.stderr.write(`${USAGE}\n`);
  return 2;
}

/** Prints it. 1 when a promise was broken. */
function told(result: BenchResult, asJson: boolean): number {
  process.stdout.write(`${asJson ? JSON.stringify(result) : words(result)}\n`);
  const broken = result.storm?.promises.some(({ kept }) => !kept) === true;
  return result.lost === 0 && result.duplicates === 0 && !broken ? 0 : 1;
}

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      profile: text,
      orders: text,
      compress: text,
      seconds: text,
      'warm-up': text,
      rate: text,
      workers: text,
      engines: text,
      store: text,
      json: { type: 'boolean' },
    },
    strict: true,
  });
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  const night = nights[values.profile ?? ''];
  if (night !== undefined) {
    const [orders, compress] = [Number(values.orders ?? night.orders), Number(values.compress ?? 1)];
    if (!(Number.isInteger(orders) && orders >= 1 && orders <= ORDERS_MAX && compress >= 1 && compress <= COMPRESS_MAX)) return wrongUse();
    progress(`${values.profile ?? ''}: ${orders} orders, all times divided by ${compress}`);
    return told(await night.run({ orders, compress }, progress), values.json === true);
  }
  const profile = values.profile;
  const { store = 'embedded' } = values;
  const [seconds, warmUp, rate, workers, engines] = [values.seconds, values['warm-up'], values.rate, values.workers, values.engines].map((word) =>
    word === undefined ? undefined : Number(word),
  );
  const wrong = [seconds, warmUp, rate, workers, engines].some((number) => number !== undefined && !(number >= 0 && number <= 1_000_000));
  const isStore = store === 'embedded' || store === 'cluster';
  if ((profile !== 'accept' && profile !== 'steady') || wrong || !isStore || engines === 0) {
    return wrongUse();
  }
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
  return told(result, values.json === true);
}

main()
  .then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = String(error).includes('ERR_PARSE_ARGS') ? 2 : 1;
    },
  )
  .finally(stopAll);
