import type { Channel, ChannelSettings } from '../../domain/catalog/channel';
import type { ChannelFlag } from '../../domain/catalog/upstream-accounts';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Settings } from '../settings';
import type { Timeout } from '../../domain/routing/timeouts';
import { healthView, type HealthView } from './health-view';
import { channelThresholds, type WaitThresholdsView } from './incident-thresholds-view';
import { Query, type QueryHandler } from './query';
import type { TimeoutOf } from './timeout-view';

/** Where a channel stands. DRAINING: only orders that were there before still buy from it. */
export type ChannelStatus = 'ACTIVE' | 'DRAINING' | 'PAUSED';

/** What of the settings is for everybody of the staff. */
type Shown = Pick<ChannelSettings, 'adapter' | 'notFoundFinalAfterSeconds' | 'weight' | 'priority' | 'ratePerSecond' | 'maxInFlight'> & {
  readonly flags: readonly ChannelFlag[];
  readonly baseUrl: string;
};

/** An issuing channel as staff see it. Secrets are not here: settings hold references only, and those stay inside, too. */
export interface ChannelView extends Shown {
  readonly id: string;
  readonly status: ChannelStatus;
  /** ISO-8601 UTC; null unless it is DRAINING. */
  readonly drainingSince: string | null;
  readonly health: HealthView;
  /** How long a new purchase there may take. */
  readonly timeout: Timeout;
  readonly incidents: WaitThresholdsView;
  /** SKUs that may buy from it. */
  readonly skuIds: readonly string[];
}

type Catalog = Pick<Settings, 'allSkus'>;

const statusOf = ({ active, drainingSince }: Channel): ChannelStatus => (!active ? 'PAUSED' : drainingSince === undefined ? 'ACTIVE' : 'DRAINING');

/** An upstream that is served by files is called nowhere: it has the folder of its name. */
const placeOf = (id: string, settings: ChannelSettings): string => (settings.adapter === 'folder' ? `folder:${id}` : settings.baseUrl);

/** `waitingMax`: paid orders that may wait for one thing, where a channel says nothing. */
export function channelView(channel: Channel, catalog: Catalog, timeoutOf: TimeoutOf, waitingMax: number): ChannelView | null {
  if (channel.settings === undefined) return null;
  const { adapter, flags, notFoundFinalAfterSeconds, weight, priority, ratePerSecond, maxInFlight } = channel.settings;
  const buysThere = catalog
    .allSkus()
    .filter((sku) => sku.settings?.sources.some((source) => source.kind === 'CHANNEL' && source.channelId === channel.id));
  const skuIds = buysThere.map(({ id }) => id).sort();
  return {
    ...{ adapter, flags, notFoundFinalAfterSeconds, weight, priority, ratePerSecond, maxInFlight },
    id: channel.id,
    baseUrl: placeOf(channel.id, channel.settings),
    status: statusOf(channel),
    drainingSince: channel.drainingSince ?? null,
    health: healthView(channel),
    timeout: timeoutOf(`channel:${channel.id}`),
    incidents: channelThresholds(channel.settings, waitingMax),
    skuIds,
  };
}

/** All channels by id. */
export class ListChannels extends Query<readonly ChannelView[]> {
  static readonly operation = 'channels';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(readonly caller: Caller) {
    super();
  }
}

export class ListChannelsHandler implements QueryHandler<ListChannels> {
  readonly query = ListChannels;
  constructor(
    private readonly settings: Pick<Settings, 'allChannels' | 'allSkus'>,
    private readonly timeoutOf: TimeoutOf,
    private readonly waitingMax: number,
  ) {}

  async execute({ caller }: ListChannels): Promise<readonly ChannelView[]> {
    requireRole(ListChannels, caller);
    const views = this.settings.allChannels().map((channel) => channelView(channel, this.settings, this.timeoutOf, this.waitingMax));
    return views.filter((view) => view !== null).sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
