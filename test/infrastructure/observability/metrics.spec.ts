import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricTable } from '../../../src/infrastructure/observability/metric-table';
import { metricsMarkdown } from '../../../src/infrastructure/observability/metrics-document';
import { Metrics, textOf } from '../../../src/infrastructure/observability/metrics';

describe('metrics', () => {
  it('all carry the prefix, and each name has its unit or _total at its end', async () => {
    const text = await new Metrics().text();
    const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    for (const [, name] of names) expect(name).toMatch(/^cardrail_/);
    for (const [name, { kind }] of Object.entries(metricTable)) {
      expect(names.map(([, found]) => found)).toContain(`cardrail_${name}`);
      expect(name.endsWith('_total')).toBe(kind === 'counter');
      expect(name).not.toMatch(/_(ms|millis|minutes|kb|mb)$/);
    }
  });

  it('count, set and observe', async () => {
    const metrics = new Metrics();
    metrics.count('http_requests_total', { route: '/graphql', status: '200' });
    metrics.count('http_requests_total', { route: '/graphql', status: '200' });
    metrics.set('calls_in_flight', 7);
    metrics.observe('append_seconds', 0.004, { outcome: 'committed' });
    const text = await metrics.text();
    expect(text).toContain('cardrail_http_requests_total{route="/graphql",status="200",process="main"} 2');
    expect(text).toContain('cardrail_calls_in_flight{process="main"} 7');
    expect(text).toMatch(/cardrail_append_seconds_bucket\{(?=[^}]*le="0.005")(?=[^}]*outcome="committed")[^}]*\} 1/);
  });

  it('a word from outside the list counts as other', async () => {
    const metrics = new Metrics();
    metrics.count('orders_total', { outcome: 'f50116c0-02b7-511f-86c9-e413941cbdab' as 'delivered' });
    const text = await metrics.text();
    expect(text).toContain('cardrail_orders_total{outcome="other",process="main"} 1');
    expect(text).not.toContain('f50116c0');
  });

  it('the fiftieth gateway is still named, the fifty-first counts as other', async () => {
    const metrics = new Metrics();
    for (let n = 1; n <= 60; n++) metrics.observe('gateway_call_seconds', 0.1, { gateway: `g${n}` });
    metrics.observe('gateway_call_seconds', 0.1, { gateway: 'g1' });
    const text = await metrics.text();
    expect(text).toMatch(/cardrail_gateway_call_seconds_count\{(?=[^}]*gateway="g50")[^}]*\} 1\n/);
    expect(text).not.toContain('gateway="g51"');
    expect(text).toMatch(/cardrail_gateway_call_seconds_count\{(?=[^}]*gateway="other")[^}]*\} 10\n/);
    expect(text).toMatch(/cardrail_gateway_call_seconds_count\{(?=[^}]*gateway="g1")[^}]*\} 2\n/);
  });

  it('two sets of metrics in one process do not meet', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.set('reviews', 3);
    expect(await other.text()).toContain('cardrail_reviews{process="main"} 0');
  });

  it('several processes on one page keep their own series, so that one that starts anew resets only its own', async () => {
    const [main, worker] = [new Metrics('main'), new Metrics('worker-1')];
    main.count('http_requests_total', { route: '/graphql', status: '200' });
    worker.count('http_requests_total', { route: '/graphql', status: '200' });
    worker.count('http_requests_total', { route: '/graphql', status: '200' });
    const text = await textOf([await main.part(), await worker.part()]);
    expect(text).toContain('cardrail_http_requests_total{route="/graphql",status="200",process="main"} 1');
    expect(text).toContain('cardrail_http_requests_total{route="/graphql",status="200",process="worker-1"} 2');
    expect(text.match(/^# TYPE cardrail_http_requests_total /gm)).toHaveLength(1);
  });

  it('a number that is kept elsewhere is told as it is, however often it is told', async () => {
    const metrics = new Metrics();
    metrics.beforeEachPage(() => {
      metrics.clear('orders_total');
      metrics.total('orders_total', 41, { outcome: 'delivered' });
    });
    await metrics.text();
    expect(await metrics.text()).toContain('cardrail_orders_total{outcome="delivered",process="main"} 41');
  });

  it('stand in docs/metrics.md as the code has them (UPDATE_DOCS=1 writes it anew)', () => {
    const file = join(__dirname, '../../../docs/metrics.md');
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, metricsMarkdown());
    expect(readFileSync(file, 'utf8')).toBe(metricsMarkdown());
  });
});
