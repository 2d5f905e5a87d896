import { parseArgs } from 'node:util';
import { benchAccept } from './accept';
import { type BenchStore, hasCluster } from './bench-shop';
import { stopAll } from './processes';
import type { BenchResult, InUse } from './result';
import { benchScale, scaleInWords } from './scale';
import { benchSteady } from './steady';
import { nights } from './storm';

const USAGE =
  'usage: bench --profile accept|steady|scale|burst|double-11|night-shift|lost-thirty|canary [--orders N] [--compress N] [--seconds N] [--warm-up SECONDS] [--rate ORDERS_PER_SECOND] [--workers N] [--engines N] [--store embedded|cluster] [--json]';

const ORDERS_MAX = 10_000;
const COMPRESS_MAX = 10_000;
const DEFAULT_SECONDS = { accept: 10, steady: 60, scale: 20 } as const;
/** Processes of each kind at the last step, unless told. */
const SCALE_PROCESSES = 4;

function stormWords({ storm }: BenchResult): readonly string[] {
  if (storm === undefined) return [];
  const { compress, promises, figures } = storm;
  return [
    `all times divided by ${compress}`,
    ...promises.map(({ promise, kept, measured }) => `${kept ? 'kept  ' : 'BROKEN'}  ${promise}: ${measured}`),
    ...Object.entries(figures).map(([name, value]) => `${name}  ${value}`),
  ];
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const inUseInWords = ({ machine, fullestLoop, full }: InUse): string =>
  `${machine === null ? '' : `machine ${percent(machine)}, `}event loop of ${fullestLoop.process} ${percent(fullestLoop.share)}; full: ${full}`;

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
    inUse,
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
    ...(inUse === undefined ? [] : [`in use     ${inUseInWords(inUse)}`]),
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

/** The stores that were asked for; both where a cluster is known and none is named. */
function scaleStores(store: BenchStore | undefined, progress: (line: string) => void): readonly BenchStore[] {
  if (store !== undefined) return [store];
  if (hasCluster()) return ['embedded', 'cluster'];
  progress('cluster: not run, CARDRAIL_EVENTSTORE_URL and CARDRAIL_MONGODB_URL are not set');
  return ['embedded'];
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
  const { store } = values;
  const [seconds, warmUp, rate, workers, engines] = [values.seconds, values['warm-up'], values.rate, values.workers, values.engines].map((word) =>
    word === undefined ? undefined : Number(word),
  );
  const wrong = [seconds, warmUp, rate, workers, engines].some((number) => number !== undefined && !(number >= 0 && number <= 1_000_000));
  if (store !== undefined && store !== 'embedded' && store !== 'cluster') return wrongUse();
  if ((profile !== 'accept' && profile !== 'steady' && profile !== 'scale') || wrong || engines === 0) return wrongUse();
  const forSeconds = seconds ?? DEFAULT_SECONDS[profile];
  const atRate = rate === undefined ? {} : { perSecond: rate };
  if (profile === 'scale') {
    const stores = scaleStores(store, progress);
    const options = { seconds: forSeconds, warmUpSeconds: warmUp ?? Math.ceil(forSeconds / 4), stores, processesMax: engines ?? SCALE_PROCESSES };
    const scale = await benchScale({ ...options, ...atRate }, progress);
    process.stdout.write(`${values.json === true ? JSON.stringify(scale) : scaleInWords(scale)}\n`);
    return scale.lost === 0 && scale.duplicates === 0 ? 0 : 1;
  }
  const result =
    profile === 'accept'
      ? await benchAccept(forSeconds, progress)
      : await benchSteady(
          {
            seconds: forSeconds,
            warmUpSeconds: warmUp ?? forSeconds,
            workers: workers ?? 0,
            store: store ?? 'embedded',
            moreEngines: (engines ?? 1) - 1,
            ...atRate,
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
