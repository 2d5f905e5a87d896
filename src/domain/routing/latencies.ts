/** How long answers took: how many lie in each bucket, shortest first. Counts fade, so they are not whole. */
export type Latencies = readonly number[];

/** Everything up to this is in the first bucket. Milliseconds. */
const FIRST_MS = 10;
/** Each bucket ends so many times later than the one before: what is read from it is at most a fifth too long. */
const GROWTH = 1.2;
/** The last one ends at two minutes and holds everything beyond. */
const BUCKETS = 53;

export const noLatencies: Latencies = [];

const bucketOf = (ms: number): number => Math.min(BUCKETS - 1, Math.max(0, Math.ceil(Math.log(ms / FIRST_MS) / Math.log(GROWTH))));

/** What was there, faded, and one answer more where there was one. */
export function notedLatency(latencies: Latencies, fade: number, ms: number | undefined): Latencies {
  const bucket = ms === undefined ? -1 : bucketOf(ms);
  return Array.from({ length: Math.max(latencies.length, bucket + 1) }, (_, at) => (latencies[at] ?? 0) * fade + (at === bucket ? 1 : 0));
}

/** How many answers there are, faded like the rest. */
export const answersIn = (latencies: Latencies): number => latencies.reduce((sum, count) => sum + count, 0);

/** The time within which this share of the answers came, in (0, 1]; 0 when there was none. Milliseconds. */
export function latencyQuantileMs(latencies: Latencies, share: number): number {
  const wanted = answersIn(latencies) * share;
  let sum = 0;
  for (const [at, count] of latencies.entries()) {
    sum += count;
    if (count > 0 && sum >= wanted) return Math.round(FIRST_MS * GROWTH ** at);
  }
  return latencies.length === 0 ? 0 : Math.round(FIRST_MS * GROWTH ** (latencies.length - 1));
}
