import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CallWatch } from '../../../src/infrastructure/observability/call-watch';
import { Metrics } from '../../../src/infrastructure/observability/metrics';
import { OtlpSpans, QuietSpans } from '../../../src/infrastructure/observability/otlp-spans';
import { SystemRuntime } from '../../../src/infrastructure/runtime/system-runtime';

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const runtime = new SystemRuntime();

interface Exported {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Readonly<Record<string, unknown>>[] }[] }[];
}

describe('spans', () => {
  const bodies: Exported[] = [];
  let server: Server;
  let endpoint: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        bodies.push(JSON.parse(text) as Exported);
        response.end('{}');
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('without a collector, a trace that came in travels on to calls, and none is begun', async () => {
    const spans = new QuietSpans();
    const watch = new CallWatch(new Metrics(), runtime, spans);
    const about = { side: 'gateway', id: 'main', call: 'request' } as const;
    const answer = (traceparent: string | undefined) => Promise.resolve({ outcome: 'answered', traceparent } as const);
    expect(await spans.within(PARENT, () => watch.watch(about, answer))).toEqual({ outcome: 'answered', traceparent: PARENT });
    expect(await watch.watch(about, answer)).toEqual({ outcome: 'answered', traceparent: undefined });
  });

  it('go to the configured collector only: a redirect leads nowhere', async () => {
    const before = bodies.length;
    const elsewhere = createServer((_request, response) => response.writeHead(307, { location: `${endpoint}/v1/traces` }).end());
    await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening));
    const problems: unknown[] = [];
    const at = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const spans = new OtlpSpans({ endpoint: at, runtime, resource: {}, onProblem: (error) => problems.push(error) });
    const end = new AbortController();
    const running = spans.run(20, end.signal);
    spans.begin('one', 'server', PARENT).end({}, false);
    end.abort();
    await running;
    await new Promise((closed) => (elsewhere.close(closed), elsewhere.closeAllConnections()));
    expect(bodies).toHaveLength(before);
    expect(problems).toHaveLength(1);
  });

  it('with a collector, a call is a span below the request that led to it, and is told over OTLP', async () => {
    const problems: unknown[] = [];
    const spans = new OtlpSpans({ endpoint, runtime, resource: { 'service.name': 'cardrail' }, onProblem: (error) => problems.push(error) });
    const end = new AbortController();
    const running = spans.run(20, end.signal);
    const metrics = new Metrics();
    const watch = new CallWatch(metrics, runtime, spans);
    await spans.within(PARENT, () => watch.watch({ side: 'gateway', id: 'main', call: 'query' }, () => Promise.resolve({ outcome: 'unknown' })));
    end.abort();
    await running;
    expect(problems).toEqual([]);
    const told = bodies.flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    expect(told).toEqual([
      expect.objectContaining({
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        parentSpanId: '00f067aa0ba902b7',
        name: 'gateway query',
        kind: 3,
        status: { code: 2 },
      }),
    ]);
    expect(await metrics.text()).toContain('cardrail_gateway_calls_total{gateway="main",call="query",outcome="unknown",process="main"} 1');
  });

  it('a collector that is away costs the spans and nothing else', async () => {
    const problems: unknown[] = [];
    const spans = new OtlpSpans({ endpoint: 'http://127.0.0.1:1', runtime, resource: {}, onProblem: (error) => problems.push(error) });
    const end = new AbortController();
    const running = spans.run(10, end.signal);
    spans.begin('POST /graphql', 'server', undefined).end({}, false);
    end.abort();
    await running;
    expect(problems).toHaveLength(1);
  });
});
