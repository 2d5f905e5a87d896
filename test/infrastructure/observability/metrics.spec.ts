import { metricTable } from '../../../src/infrastructure/observability/metric-table';
import { Metrics } from '../../../src/infrastructure/observability/metrics';

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
    metrics.count('orders_total', { outcome: 'delivered' });
    metrics.count('orders_total', { outcome: 'delivered' });
    metrics.set('calls_in_flight', 7);
    metrics.observe('append_seconds', 0.004, { outcome: 'committed' });
    const text = await metrics.text();
    expect(text).toContain('cardrail_orders_total{outcome="delivered"} 2');
    expect(text).toContain('cardrail_calls_in_flight 7');
    expect(text).toContain('cardrail_append_seconds_bucket{le="0.005",outcome="committed"} 1');
  });

  it('a word from outside the list counts as other', async () => {
    const metrics = new Metrics();
    metrics.count('orders_total', { outcome: 'f50116c0-02b7-511f-86c9-e413941cbdab' as 'delivered' });
    const text = await metrics.text();
    expect(text).toContain('cardrail_orders_total{outcome="other"} 1');
    expect(text).not.toContain('f50116c0');
  });

  it('the fiftieth gateway is still named, the fifty-first counts as other', async () => {
    const metrics = new Metrics();
    for (let n = 1; n <= 60; n++) metrics.observe('gateway_call_seconds', 0.1, { gateway: `g${n}` });
    metrics.observe('gateway_call_seconds', 0.1, { gateway: 'g1' });
    const text = await metrics.text();
    expect(text).toContain('cardrail_gateway_call_seconds_count{gateway="g50"} 1');
    expect(text).not.toContain('gateway="g51"');
    expect(text).toContain('cardrail_gateway_call_seconds_count{gateway="other"} 10');
    expect(text).toContain('cardrail_gateway_call_seconds_count{gateway="g1"} 2');
  });

  it('two sets of metrics in one process do not meet', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.set('reviews', 3);
    expect(await other.text()).toContain('cardrail_reviews 0');
  });
});
