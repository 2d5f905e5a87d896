/** What a span says of itself. Ids of gateways and channels, words and numbers; never a secret, never a buyer. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

export type SpanKind = 'server' | 'client';

/** One piece of work under way. */
export interface Span {
  /** W3C trace context, version 00: names this span for whoever is called from it. Without a collector, what came in. */
  readonly traceparent: string | undefined;
  /** Ends it. */
  end(facts: SpanFacts, failed: boolean): void;
}

/** Where spans go. Without a collector nothing is made, and the trace context that came in with a request still travels on. */
export interface Spans {
  /** A span below `parent`; without one it begins a trace of its own. */
  begin(name: string, kind: SpanKind, parent: string | undefined): Span;
  /** Runs work that belongs to a trace: `current` tells it to whatever is called from there, however deep. */
  within<T>(traceparent: string | undefined, work: () => Promise<T>): Promise<T>;
  /** The trace that the work now under way belongs to; undefined when it belongs to none. */
  current(): string | undefined;
}
