/** What a line of a timeline is made of, whether it comes from the log or over the API. */
export interface TimelineLine {
  readonly revision: number;
  readonly type: string;
  readonly occurredAt: string;
  readonly summary: string;
  readonly actor: { readonly kind: string };
  /** Who or what caused it, where that is known. */
  readonly cause?: { readonly words?: string };
}

/** An order's life, a line per event, each with the time since the first. */
export function timelineText(entries: readonly TimelineLine[]): string {
  const startedAt = Date.parse(entries[0]?.occurredAt ?? '');
  const widest = Math.max(0, ...entries.map(({ type }) => type.length));
  return entries
    .map(({ revision, type, occurredAt, summary, actor, cause }) => {
      const seconds = ((Date.parse(occurredAt) - startedAt) / 1_000).toFixed(3);
      return `${String(revision).padStart(3)}  +${seconds.padStart(8)} s  ${type.padEnd(widest)}  ${actor.kind.padEnd(10)}  ${summary}${cause?.words === undefined ? '' : `  [${cause.words}]`}`;
    })
    .join('\n');
}
