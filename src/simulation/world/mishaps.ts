import type { Phase } from '../../domain/order/phase';
import { idOf } from '../../domain/kernel/ids';
import type { ShopNode } from '../node/shop-node';
import type { SimulatedChannel } from '../ports/simulated-channel';
import type { Mishap } from '../profiles/profile';
import { Chance, drawn } from './chance';
import { moveMarket } from './market';
import type { FaultKind } from './faults';
import type { Surroundings } from './surroundings';

interface Stage extends Surroundings {
  readonly nodes: readonly ShopNode[];
  readonly gateways: ReadonlyMap<string, unknown>;
  readonly channels: ReadonlyMap<string, SimulatedChannel>;
}

const DAY_MS = 24 * 60 * 60_000;
const JUMPS: readonly [number, ...number[]] = [DAY_MS, -DAY_MS, 10 * 60_000, -10 * 60_000, 90_000];
/** How long something lasts that befalls the shop at a moment of an order, and how soon another one follows. */
const MOMENT_MS = { least: 500, most: 4_000 };
const ONE_AFTER_THE_OTHER_MS = 500;

/** What goes wrong at a time of its own, somewhere between now and when everything heals. */
export function scheduleMishaps(stage: Stage, mishaps: readonly Mishap[], calmFrom: number): void {
  const { scheduler, seed } = stage;
  const spanMs = calmFrom - scheduler.now;
  for (const { kind, times, lastsMs } of mishaps) {
    for (let i = 0; i < times; i++) {
      const chance = new Chance(drawn(seed, `mishap ${kind} ${i}`));
      const atMs = chance.next() * spanMs * 0.9;
      const ms = Math.min(chance.between(...lastsMs), spanMs - atMs);
      scheduler.after(atMs, () => void befall(stage, kind, `${i}`, ms, chance));
    }
  }
}

/**
 * Mishaps at the worst moments: each once for every place where an order can stand, just when one has come there, and once before there is any
 * order. Each is named by its order and place, so that a story from which others are left out keeps it.
 */
export class WorstMoments {
  private readonly been = new Set<string>();
  private readonly struck = new Set<string>();

  constructor(
    private readonly stage: Stage,
    private readonly mishaps: readonly Mishap[],
    private readonly calmFrom: number,
  ) {}

  beforeAnyOrder(): void {
    for (const [at, { kind }] of this.mishaps.entries())
      this.stage.scheduler.after(at * ONE_AFTER_THE_OTHER_MS, () => void this.strike(kind, 'before any order'));
  }

  /** Something was stored; whether it was about an order, and moved it, is seen here. */
  see(stream: string): void {
    const { watch, scheduler } = this.stage;
    const orderId = idOf(stream);
    const phase = watch.openOrders.has(orderId) ? watch.phaseOf(orderId) : undefined;
    const place = `${orderId} ${phase}`;
    if (phase === undefined || scheduler.now >= this.calmFrom || this.been.has(place)) return;
    this.been.add(place);
    scheduler.after(0, () => this.next(orderId, phase));
  }

  /** As long as it stands there, one after the other of those that have not struck there yet. */
  private next(orderId: string, phase: Phase): void {
    const { watch, scheduler } = this.stage;
    if (!watch.openOrders.has(orderId) || watch.phaseOf(orderId) !== phase || scheduler.now >= this.calmFrom) return;
    const left = this.mishaps.map((one) => one.kind).filter((kind) => !this.struck.has(`${kind} ${phase}`));
    const kind = left.find((one) => this.strike(one, `${orderId} ${phase}`));
    if (kind !== undefined) this.struck.add(`${kind} ${phase}`);
    if (left.length > 0) scheduler.after(ONE_AFTER_THE_OTHER_MS, () => this.next(orderId, phase));
  }

  private strike(kind: FaultKind, where: string): boolean {
    const chance = new Chance(drawn(this.stage.seed, `moment ${kind} ${where}`));
    return befall(this.stage, kind, where, chance.between(MOMENT_MS.least, MOMENT_MS.most), chance);
  }
}

/** False when it is left out of this story, or there is nothing here that it could befall. */
function befall(stage: Stage, kind: FaultKind, name: string, ms: number, chance: Chance): boolean {
  const { faults, watch } = stage;
  const node = stage.nodes[chance.upTo(stage.nodes.length - 1)];
  const gatewayId = [...stage.gateways.keys()][chance.upTo(stage.gateways.size - 1)];
  if (kind.startsWith('channel-') && stage.channels.size === 0) return false;
  if (node === undefined || !faults.occurs(kind, `${name} ${node.name}`, watch.openOrders)) return false;
  happen(stage, kind, { node, gatewayId, ms, chance });
  return true;
}

interface Happening {
  readonly node: ShopNode;
  readonly gatewayId: string | undefined;
  readonly ms: number;
  readonly chance: Chance;
}

function happen(stage: Stage, kind: FaultKind, { node, gatewayId, ms, chance }: Happening): void {
  const { outages, scheduler } = stage;
  switch (kind) {
    case 'store-away':
      return outages.begin('store', ms);
    case 'store-read-only':
      return outages.begin('store-writes', ms);
    case 'read-models-away':
      return outages.begin('read-models', ms);
    case 'gateway-away':
      return outages.begin(`gateway ${gatewayId}`, ms);
    case 'channel-away': {
      const channel = oneOf(stage.channels.values(), chance);
      return outages.begin(`channel ${channel?.options.id}`, ms);
    }
    case 'channel-moves':
      return moveMarket(stage, oneOf(stage.channels.values(), chance), ms, chance);
    case 'key-missing':
      return outages.begin(`key ${node.name}`, ms);
    case 'appends-in-flight-fail':
      return void node.failAppendsInFlight();
    case 'stall':
      return node.standStill(ms);
    case 'drain':
      return node.drain();
    case 'crash':
      return node.crash();
    case 'clock-jumps':
      if (chance.hit(0.2)) node.wall.freeze();
      else node.wall.jump(chance.of(JUMPS));
      return void scheduler.after(ms, () => node.wall.setRight());
    case 'read-models-old':
      return stage.readModels.restoreBackup();
    default:
      throw new RangeError(`${kind} does not happen at a time of its own`);
  }
}

function oneOf<T>(items: Iterable<T>, chance: Chance): T | undefined {
  const all = [...items];
  return all[chance.upTo(Math.max(0, all.length - 1))];
}
