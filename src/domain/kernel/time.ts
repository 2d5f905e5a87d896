/** Milliseconds since 1970-01-01 UTC. Inside events time is ISO-8601 UTC text; inside state and plans it is this. */
export type Instant = number;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

let lastTold: { readonly at: Instant; readonly text: string } = { at: 0, text: new Date(0).toISOString() };

/** Mostly asked for the same instant several times in a row, which is then written down once. */
export function toIso(at: Instant): string {
  if (at !== lastTold.at) lastTold = { at, text: new Date(at).toISOString() };
  return lastTold.text;
}

export const fromIso = (text: string): Instant => Date.parse(text);

/** The earlier of those that are there. */
export function earliest(...instants: readonly (Instant | undefined)[]): Instant | undefined {
  let first: Instant | undefined;
  for (const at of instants) if (at !== undefined && (first === undefined || at < first)) first = at;
  return first;
}
