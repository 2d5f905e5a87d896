import { BenchShop } from './bench-shop';
import { cpuMsOf, rssMbOf } from './processes';
import { load, type LoadResult } from './raw-load';
import { measureReference } from './reference';
import { hardware, median, round, type BenchResult } from './result';
import { SubmitLoad } from './submit-load';

const CONNECTIONS = 64;
const ROUNDS = 3;
const WARM_UP_SECONDS = 3;

/** Taking orders alone: API without engine and projector, one process, against the reference in the same run, round by round. */
export async function benchAccept(seconds: number, progress: (line: string) => void): Promise<BenchResult> {
  const shop = await BenchShop.open({ roles: 'api', workers: 0, cards: 0, oversell: true, withSandbox: false });
  const [pid = 0] = shop.pids;
  const references: LoadResult[] = [];
  const accepted: LoadResult[] = [];
  const cpuMs: number[] = [];
  const submits = new SubmitLoad(shop.storefrontKey);
  let sent = 0;
  const once = async (forSeconds: number): Promise<LoadResult> => {
    const first = sent;
    const result = await load({
      port: shop.port,
      connections: CONNECTIONS,
      seconds: forSeconds,
      request: (n) => submits.request(first + n),
      onAnswer: submits.onAnswer,
    });
    sent += result.sent;
    return result;
  };
  try {
    await once(WARM_UP_SECONDS);
    const [startMs, rssStart, liveStart] = [Date.now(), rssMbOf(pid), await shop.server.memory.measure([pid])];
    for (let i = 0; i < ROUNDS; i++) {
      references.push(await measureReference(seconds));
      const before = cpuMsOf(pid);
      const result = await once(seconds);
      accepted.push(result);
      cpuMs.push((cpuMsOf(pid) - before) / Math.max(1, result.answered));
      progress(
        `round ${i + 1}: reference ${Math.round(references.at(-1)?.perSecond ?? 0)}/s, accepted ${Math.round(result.perSecond)}/s, failed ${result.failed}`,
      );
    }
    const liveEnd = await shop.server.memory.measure([pid]);
    const minutes = (Date.now() - startMs) / 60_000;
    const reference = median(references.map(({ perSecond }) => perSecond));
    const perSecond = median(accepted.map((result) => result.perSecond));
    const ratios = accepted.map((result, i) => result.perSecond / (references[i]?.perSecond ?? 1));
    return {
      profile: 'accept',
      hardware: hardware(),
      processes: 'one API process',
      seconds: seconds * ROUNDS,
      reference: { perSecond: round(reference) },
      offered: null,
      accepted: { perSecond: round(perSecond), p50Ms: median(accepted.map(({ p50Ms }) => p50Ms)), p99Ms: median(accepted.map(({ p99Ms }) => p99Ms)) },
      delivered: null,
      successRate: null,
      busy: submits.busy,
      lost: 0,
      duplicates: submits.acknowledged.length - new Set(submits.acknowledged).size,
      cpuMsPerOrder: { all: round(median(cpuMs), 3), api: round(median(cpuMs), 3), engine: null, projector: null },
      rssMb: { start: round(rssStart), end: round(rssMbOf(pid)) },
      liveMb: { start: round(liveStart), end: round(liveEnd), slopePerMinute: round((liveEnd - liveStart) / minutes) },
      ratioToReference: round(median(ratios), 4),
      appendsPerDelivered: null,
    };
  } finally {
    await shop.close();
  }
}
