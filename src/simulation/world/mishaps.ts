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

/** What goes wrong at a time of its own, somewhere between now and when everything heals. */
export function scheduleMishaps(stage: Stage, mishaps: readonly Mishap[], calmFrom: number): void {
  const { scheduler, seed } = stage;
  const spanMs = calmFrom - scheduler.now;
  for (const { kind, times, lastsMs } of mishaps) {
    for (let i = 0; i < times; i++) {
      const chance = new Chance(drawn(seed, `mishap ${kind} ${i}`));
      const atMs = chance.next() * spanMs * 0.9;
      const ms = Math.min(chance.between(...lastsMs), spanMs - atMs);
      scheduler.after(atMs, () => befall(stage, kind, i, ms, chance));
    }
  }
}

function befall(stage: Stage, kind: FaultKind, nth: number, ms: number, chance: Chance): void {
  const { faults, watch, outages, scheduler } = stage;
  const node = stage.nodes[chance.upTo(stage.nodes.length - 1)];
  const gatewayId = [...stage.gateways.keys()][chance.upTo(stage.gateways.size - 1)];
  if (kind.startsWith('channel-') && stage.channels.size === 0) return;
  if (node === undefined || !faults.occurs(kind, `${nth} ${node.name}`, watch.openOrders)) return;
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
