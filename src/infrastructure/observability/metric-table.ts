import { processMetrics } from './process-metrics';
import { shopMetrics } from './shop-metrics';

/** Every metric there is. The key is the name without `cardrail_`; names end in their base unit, counters in `_total`. */
export const metricTable = { ...shopMetrics, ...processMetrics } as const;

export type MetricName = keyof typeof metricTable;
