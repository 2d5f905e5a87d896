import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { BoundedLabels } from './bounded-labels';
import { metricTable, type MetricDefinition, type MetricName } from './metric-table';

type Table = typeof metricTable;
type NamesOf<Kind extends MetricDefinition['kind']> = { [Name in MetricName]: Table[Name]['kind'] extends Kind ? Name : never }[MetricName];
type Words<Bound> = Bound extends readonly (infer Word extends string)[] ? Word : string;
type Labels<Name extends MetricName> = { readonly [Label in keyof Table[Name]['labels']]: Words<Table[Name]['labels'][Label]> };
/** Metrics without labels are called without them. */
type LabelArguments<Name extends MetricName> = keyof Table[Name]['labels'] extends never ? [] : [labels: Labels<Name>];

const PREFIX = 'cardrail_';

type Instrument = Counter | Gauge | Histogram;

/** All metrics of this process. Names, labels and what labels may say are checked by the compiler and bounded at run time. */
export class Metrics {
  readonly contentType: string;
  private readonly registry = new Registry();
  private readonly instruments: ReadonlyMap<MetricName, { readonly instrument: Instrument; readonly bounds: BoundedLabels }>;

  constructor() {
    this.contentType = this.registry.contentType;
    collectDefaultMetrics({ register: this.registry, prefix: PREFIX });
    const names = Object.keys(metricTable) as MetricName[];
    this.instruments = new Map(
      names.map((name) => [name, { instrument: this.create(name, metricTable[name]), bounds: new BoundedLabels(metricTable[name].labels) }]),
    );
  }

  count<Name extends NamesOf<'counter'>>(name: Name, ...labels: LabelArguments<Name>): void {
    const [instrument, bounded] = this.find(name, labels);
    if (instrument instanceof Counter) instrument.inc(bounded);
  }

  set<Name extends NamesOf<'gauge'>>(name: Name, value: number, ...labels: LabelArguments<Name>): void {
    const [instrument, bounded] = this.find(name, labels);
    if (instrument instanceof Gauge) instrument.set(bounded, value);
  }

  /** `value` in the base unit that the name ends with: seconds, not milliseconds. */
  observe<Name extends NamesOf<'histogram'>>(name: Name, value: number, ...labels: LabelArguments<Name>): void {
    const [instrument, bounded] = this.find(name, labels);
    if (instrument instanceof Histogram) instrument.observe(bounded, value);
  }

  /** Prometheus text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  private find(name: MetricName, [labels = {}]: readonly Readonly<Record<string, string>>[]): [Instrument | undefined, Record<string, string>] {
    const metric = this.instruments.get(name);
    return [metric?.instrument, metric?.bounds.bound(labels) ?? {}];
  }

  private create(name: MetricName, { kind, help, labels, buckets }: MetricDefinition): Instrument {
    const settings = { name: PREFIX + name, help, labelNames: Object.keys(labels), registers: [this.registry] };
    if (kind === 'counter') return new Counter(settings);
    if (kind === 'gauge') return new Gauge(settings);
    return new Histogram({ ...settings, buckets: [...(buckets ?? [])] });
  }
}
