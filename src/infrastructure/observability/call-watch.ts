import type { OutsideCall, OutsideCalls } from '../../application/ports/outside-calls';
import type { Runtime } from '../../application/ports/runtime';
import type { Spans } from '../../application/ports/spans';
import type { Metrics } from './metrics';

/** Counts and times outside calls, and tells the tracer of each. */
export class CallWatch implements OutsideCalls {
  private inFlight = 0;

  constructor(
    private readonly metrics: Metrics,
    private readonly runtime: Pick<Runtime, 'monotonicMs'>,
    private readonly spans: Spans,
  ) {}

  async watch<Answer extends { readonly outcome: string }>(
    about: OutsideCall,
    run: (traceparent: string | undefined) => Promise<Answer>,
  ): Promise<Answer> {
    const startedMs = this.runtime.monotonicMs();
    const span = this.spans.begin(`${about.side} ${about.call}`, 'client', this.spans.current());
    let outcome = 'rejected';
    this.metrics.set('calls_in_flight', ++this.inFlight);
    try {
      const answer = await run(span.traceparent);
      outcome = answer.outcome;
      return answer;
    } finally {
      this.metrics.set('calls_in_flight', --this.inFlight);
      this.tell(about, outcome, (this.runtime.monotonicMs() - startedMs) / 1_000);
      span.end({ [`cardrail.${about.side}`]: about.id, 'cardrail.outcome': outcome }, outcome === 'unknown' || outcome === 'rejected');
    }
  }

  private tell({ side, id, call }: OutsideCall, word: string, seconds: number): void {
    const outcome = word as 'answered';
    if (side === 'gateway') {
      this.metrics.count('gateway_calls_total', { gateway: id, call, outcome });
      this.metrics.observe('gateway_call_seconds', seconds, { gateway: id });
    } else {
      this.metrics.count('channel_calls_total', { channel: id, call, outcome });
      this.metrics.observe('channel_call_seconds', seconds, { channel: id });
    }
  }
}
