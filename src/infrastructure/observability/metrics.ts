import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { BoundedLabels } from './bounded-labels';
import type { MetricDefinition } from './metric-definition';
import { metricTable, type MetricName } from './metric-table';

type Table = typeof metricTable;
type NamesOf<Kind extends MetricDefinition['kind']> = { [Name in MetricName]: Table[Name]['kind'] extends Kind ? Name : never }[MetricName];
type Words<Bound> = Bound extends readonly (infer Word extends string)[] ? Word : string;
type Labels<Name extends MetricName> = { readonly [Label in keyof Table[Name]['labels']]: Words<Table[Name]['labels'][Label]> };
/** Metrics without labels are called without them. */
type LabelArguments<Name extends MetricName> = keyof Table[Name]['labels'] extends never ? [] : [labels: Labels<Name>];

const PREFIX = 'cardrail_';

type Instrument = Counter | Gauge | Histogram;

/** Brings numbers up to date that are read when they are asked for. Must not reject. */
export type Collect = () => Promise<void> | void;

/** A page of one process as it travels to the one that answers. Plain JSON. */
export type MetricsPart = readonly object[];

/** All metrics of this process. Names, labels and what labels may say are checked by the compiler and bounded at run time. */
export class Metrics {
  readonly contentType: string;
  private readonly registry = new Registry();
  private readonly collects: Collect[] = [];
  private readonly instruments: ReadonlyMap<MetricName, { readonly instrument: Instrument; readonly bounds: BoundedLabels }>;

  /** `process` tells the processes of one shop apart on one page; it stands at every series. */
  constructor(process = 'main') {
    this.contentType = this.registry.contentType;
    this.registry.setDefaultLabels({ process });
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

  /** A counter as it is kept elsewhere, which outlives this process. */
  total<Name extends NamesOf<'counter'>>(name: Name, value: number, ...labels: LabelArguments<Name>): void {
    const [instrument, bounded] = this.find(name, labels);
    if (instrument instanceof Counter) instrument.inc(bounded, value);
  }

  /** Forgets all series of a metric, before they are told anew. */
  clear(name: MetricName): void {
    this.instruments.get(name)?.instrument.reset();
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

  /** Asked before every page, in the order they were added. */
  beforeEachPage(collect: Collect): void {
    this.collects.push(collect);
  }

  /** This process, for a page that tells of several. */
  async part(): Promise<MetricsPart> {
    for (const collect of this.collects) await collect();
    return this.registry.getMetricsAsJSON();
  }

  /** Prometheus text format. */
  async text(): Promise<string> {
    for (const collect of this.collects) await collect();
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

/** Prometheus text of several processes. Series keep the label of their process, so one that starts anew resets only its own. */
export function textOf(parts: readonly MetricsPart[]): Promise<string> {
  return AggregatorRegistry.aggregate(parts.map((part) => [...part])).metrics();
}
