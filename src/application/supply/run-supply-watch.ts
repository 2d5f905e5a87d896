import type { Channel } from '../../domain/catalog/channel';
import { derivedId } from '../../domain/kernel/ids';
import { AMOUNT_MINOR_MAX } from '../../domain/kernel/money';
import { toIso, type Instant } from '../../domain/kernel/time';
import type { SupplyCommand } from '../../domain/supply/decide';
import type { Stocked, SupplyEvent } from '../../domain/supply/events';
import { aggregates } from '../aggregates';
import type { CommandHandling } from '../handle-command';
import type { Channels, IssuingChannel } from '../ports/channel';
import type { Runtime } from '../ports/runtime';
import { repeat } from '../repeat';
import type { Settings } from '../settings';
import { productsOf } from './products-of';

/** Every number of the watch over what channels have. */
export interface SupplyPolicy {
  /** From the end of one look at a channel to the next one; each a quarter more or less, so that they do not all fall together. */
  readonly lookEveryMs: number;
  /** Unanswered for so long, what is known of a channel is old. */
  readonly staleAfterMs: number;
  /** What a number has to move by to be told. 0 to 1. */
  readonly stepShare: number;
}

export interface SupplyWatchKit {
  readonly commands: CommandHandling;
  readonly settings: Pick<Settings, 'allChannels' | 'allSkus'>;
  readonly channels: Channels;
  readonly runtime: Runtime;
  readonly policy: SupplyPolicy;
  /** Told of each event that this process stored. Must not throw. */
  readonly onTold: (type: SupplyEvent['type']) => void;
  /** The store is away; looked at again. Must not throw. */
  readonly onFailed: (error: unknown) => void;
}

const ASK_TIMEOUT_MS = 3_000;
/** How often it is looked for channels that are due. */
const TICK_MS = 1_000;
/** Channels that are asked at one time; of one channel, one question at a time. */
const CHANNELS_AT_ONCE = 4;
/** So many questions in a row without an answer, and a channel is left alone until the next look. */
const SILENCES_MAX = 2;
/** More than these are as good as any number. */
const AVAILABLE_MAX = 1_000_000_000;
const bounded = (amountMinor: number): number => Math.max(-AMOUNT_MINOR_MAX, Math.min(AMOUNT_MINOR_MAX, amountMinor));

/** One look at one channel. `heard`: it answered something, if only no. */
interface Look {
  readonly heard: boolean;
  readonly products: readonly Stocked[];
  readonly balance?: { readonly balanceMinor: number; readonly currency: string };
}

/**
 * Asks channels for stock, prices and balance, and stores what has changed. Two of these do no harm: whoever comes second finds that it is
 * told already. What it keeps in memory is when to look next and since when a channel is silent. Runs until the signal aborts; never rejects.
 */
export function runSupplyWatch(kit: SupplyWatchKit, signal: AbortSignal): Promise<void> {
  const watch = new SupplyWatch(kit, signal);
  const waitMs = (): number => Math.min(TICK_MS, kit.policy.lookEveryMs);
  return repeat(() => watch.tick(), { ...kit, waitMs }, signal);
}

export class SupplyWatch {
  private readonly nextAtMs = new Map<string, number>();
  private readonly silentSince = new Map<string, Instant>();

  constructor(
    private readonly kit: SupplyWatchKit,
    private readonly signal: AbortSignal,
  ) {}

  /** Looks at every channel that is due. Rejects while the store is away: the channels come round again. */
  async tick(): Promise<void> {
    const { settings, runtime, policy } = this.kit;
    const due = settings
      .allChannels()
      .filter(({ id, settings: known }) => known !== undefined && (this.nextAtMs.get(id) ?? 0) <= runtime.monotonicMs());
    for (let from = 0; from < due.length && !this.signal.aborted; from += CHANNELS_AT_ONCE) {
      const some = due.slice(from, from + CHANNELS_AT_ONCE);
      for (const { id } of some) this.nextAtMs.set(id, runtime.monotonicMs() + policy.lookEveryMs * (0.75 + runtime.random() / 2));
      await Promise.all(some.map((channel) => this.look(channel)));
    }
  }

  private async look({ id: channelId, settings }: Channel): Promise<void> {
    const { channels, commands, policy } = this.kit;
    const channel = channels.find(channelId);
    if (channel === undefined) return;
    const began = commands.clock.now();
    const { heard, products, balance } = await this.ask(channel, channelId);
    if (this.signal.aborted) return;
    if (heard) {
      this.silentSince.delete(channelId);
      const min = settings?.balanceMin;
      const rule = {
        stepShare: policy.stepShare,
        ...(min === undefined || min.currency !== balance?.currency ? {} : { balanceMinMinor: min.amountMinor }),
      };
      return this.tell({ type: 'Hear', channelId, products, rule, ...(balance === undefined ? {} : { balance }) });
    }
    const since = this.silentSince.get(channelId) ?? began;
    this.silentSince.set(channelId, since);
    if (commands.clock.now() >= since + policy.staleAfterMs) await this.tell({ type: 'MarkStale', channelId, since });
  }

  private async ask(channel: IssuingChannel, channelId: string): Promise<Look> {
    const options = { timeoutMs: ASK_TIMEOUT_MS, signal: this.signal };
    const products: Stocked[] = [];
    const answer = await channel.balance(options);
    const balance = answer.outcome === 'answered' ? { ...answer.facts, balanceMinor: bounded(answer.facts.balanceMinor) } : undefined;
    let heard = isWord(answer);
    let silences = heard ? 0 : 1;
    for (const product of productsOf(this.kit.settings, channelId)) {
      if (silences >= SILENCES_MAX || this.signal.aborted) break;
      const stock = await channel.stock(product, options);
      silences = isWord(stock) ? 0 : silences + 1;
      heard ||= silences === 0;
      if (stock.outcome !== 'answered') continue;
      const { available, unitCostMinor, currency } = stock.facts;
      products.push({ product, available: Math.min(available, AVAILABLE_MAX), unitCost: { amountMinor: bounded(unitCostMinor), currency } });
    }
    return { heard, products, ...(balance === undefined ? {} : { balance }) };
  }

  private async tell(command: SupplyCommand): Promise<void> {
    const { commands, runtime, onTold } = this.kit;
    const day = toIso(commands.clock.now()).slice(0, 10);
    const id = `${command.channelId}.${day}`;
    const context = {
      commandId: derivedId('command', 'supply', id, runtime.newId()),
      correlationId: id,
      causationId: id,
      actor: { kind: 'ENGINE', id: 'supply-watch' },
    } as const;
    const handled = await commands.handle(aggregates.supply, id, command, context);
    if (handled.outcome === 'done') handled.events.forEach(({ type }) => onTold(type));
  }
}

/** It answered: with what was asked for, or that it does not know or give it. */
const isWord = ({ outcome }: { readonly outcome: string }): boolean => outcome !== 'unknown' && outcome !== 'notDone';
