import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { Runtime } from '../../application/ports/runtime';
import type { Span, SpanFacts, SpanKind, Spans } from '../../application/ports/spans';

/** Spans that wait to be sent; beyond so many the newest are dropped, and counted. */
const WAITING_MAX = 4_096;
const BATCH_MAX = 512;
const SEND_TIMEOUT_MS = 5_000;
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;
/** Span kinds as OTLP numbers them. */
const KIND = { server: 2, client: 3 } as const;

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly object[];
  readonly status: { readonly code: number };
}

export interface OtlpSettings {
  /** Base URL; spans go to `/v1/traces` below it. */
  readonly endpoint: string;
  readonly runtime: Runtime;
  /** Resource attributes: `service.name` and whatever tells this process apart. */
  readonly resource: SpanFacts;
  readonly onProblem: (error: unknown) => void;
}

/** Carries the trace context along and makes no spans. */
export class QuietSpans implements Spans {
  private readonly context = new AsyncLocalStorage<string | undefined>();

  begin(_name: string, _kind: SpanKind, parent: string | undefined): Span {
    return { traceparent: parent, end: () => undefined };
  }

  within<T>(traceparent: string | undefined, work: () => Promise<T>): Promise<T> {
    // From the first context on, Node tells every promise of this process to keep it: as long as no trace came in, that is not begun.
    return traceparent === this.current() ? work() : this.context.run(traceparent, work);
  }

  current(): string | undefined {
    return this.context.getStore();
  }
}

/** Spans to an OpenTelemetry collector: OTLP over HTTP in its JSON form. What cannot be sent is dropped; nobody waits for a collector. */
export class OtlpSpans extends QuietSpans {
  private waiting: OtlpSpan[] = [];
  private dropped = 0;

  constructor(private readonly settings: OtlpSettings) {
    super();
  }

  override begin(name: string, kind: SpanKind, parent: string | undefined): Span {
    const { runtime } = this.settings;
    const [, parentTrace, parentSpanId] = TRACEPARENT.exec(parent ?? '') ?? [];
    const traceId = parentTrace ?? randomBytes(16).toString('hex');
    const spanId = randomBytes(8).toString('hex');
    const startedWallMs = runtime.wallMs();
    const startedMs = runtime.monotonicMs();
    return {
      traceparent: `00-${traceId}-${spanId}-01`,
      end: (facts, failed) =>
        this.add({
          traceId,
          spanId,
          ...(parentSpanId === undefined ? {} : { parentSpanId }),
          name,
          kind: KIND[kind],
          startTimeUnixNano: nanos(startedWallMs),
          endTimeUnixNano: nanos(startedWallMs + runtime.monotonicMs() - startedMs),
          attributes: attributesOf(facts),
          status: { code: failed ? 2 : 0 },
        }),
    };
  }

  /** Sends what is waiting every so often until the signal aborts, and once more then. Never rejects. */
  async run(everyMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.settings.runtime.sleep(everyMs, signal);
      await this.flush();
    }
  }

  private add(span: OtlpSpan): void {
    if (this.waiting.length < WAITING_MAX) this.waiting.push(span);
    else this.dropped++;
  }

  private async flush(): Promise<void> {
    const { endpoint, resource, onProblem } = this.settings;
    while (this.waiting.length > 0) {
      const spans = this.waiting.splice(0, BATCH_MAX);
      const body = { resourceSpans: [{ resource: { attributes: attributesOf(resource) }, scopeSpans: [{ scope: { name: 'cardrail' }, spans }] }] };
      try {
        const answer = await fetch(`${endpoint.replace(/\/+$/, '')}/v1/traces`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
          // What a shop does is told to the configured host only.
          redirect: 'manual',
          signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
        });
        await answer.arrayBuffer();
        if (!answer.ok) throw new Error(`the collector answered ${answer.status}`);
      } catch (error) {
        this.dropped += spans.length + this.waiting.length;
        this.waiting = [];
        onProblem(new Error(`${this.dropped} spans were dropped so far`, { cause: error }));
      }
    }
  }
}

const nanos = (ms: number): string => (BigInt(Math.round(ms * 1_000)) * 1_000n).toString();

const attributesOf = (facts: SpanFacts): readonly object[] =>
  Object.entries(facts).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : typeof value === 'boolean' ? { boolValue: value } : { doubleValue: value },
  }));
