import type { LabelBound, MetricDefinition } from './metric-definition';
import { metricTable } from './metric-table';

/** Every metric as Markdown: `docs/metrics.md` is this. */
export function metricsMarkdown(): string {
  const line = ([name, { kind, of, help, labels }]: [string, MetricDefinition]): string =>
    `| \`cardrail_${name}\` | ${kind} | ${of} | ${Object.entries(labels).map(labelText).join('<br>')} | ${help} |`;
  return [
    '# Metrics',
    '',
    'Generated from the code (`UPDATE_DOCS=1 npx jest metrics.spec` writes it anew). *shop*: the same for the whole shop, take `max`. *process*: what one process did, take `sum`.',
    'Besides these there are the usual `cardrail_process_…` and `cardrail_nodejs_…` of each process.',
    '',
    '| name | kind | of | labels | meaning |',
    '|---|---|---|---|---|',
    ...Object.entries<MetricDefinition>(metricTable).map(line),
    '',
  ].join('\n');
}

const labelText = ([name, bound]: [string, LabelBound]): string =>
  typeof bound === 'number' ? `\`${name}\` (at most ${bound})` : `\`${name}\`: ${bound.join(', ')}`;
