import { drawn, drawnUnit } from './chance';

/** What can go wrong, and the row of the fault table it belongs to. */
export const FAULTS = {
  crash: 'F1',
  'store-away': 'F2',
  'append-unknown-written': 'F3',
  'append-unknown-not-written': 'F3',
  'append-never-answers': 'F4',
  'append-fails-repeatedly': 'F5',
  'append-not-replicated': 'F5',
  'appends-in-flight-fail': 'F6',
  'gateway-silent': 'F7',
  'gateway-lost': 'F7',
  'gateway-late': 'F7',
  'gateway-refuses': 'F7',
  'gateway-unreachable': 'F7',
  'gateway-appears-late': 'F7',
  'gateway-stale': 'F8',
  'gateway-declines': 'F8',
  'refund-pending': 'F8',
  'channel-silent': 'F25',
  'channel-lost': 'F25',
  'channel-late': 'F25',
  'channel-fails': 'F25',
  'channel-fails-after': 'F25',
  'channel-refuses': 'F25',
  'channel-declines': 'F25',
  'channel-unreachable': 'F25',
  'channel-appears-late': 'F25',
  'channel-stale': 'F25',
  'channel-pending': 'F25',
  'channel-partial': 'F25',
  'channel-over-price': 'F25',
  'channel-malformed': 'F25',
  'channel-same-card': 'F25',
  'channel-cancels-late': 'F25',
  'channel-moves': 'F25',
  'notice-lost': 'F9',
  'notice-late': 'F9',
  'notice-repeated': 'F9',
  'notice-foreign': 'F9',
  'wrong-amount': 'F9',
  'notice-false': 'F10',
  'notice-forged': 'F10',
  'clock-jumps': 'F11',
  'subscription-repeats': 'F12',
  'crash-before-checkpoint': 'F13',
  'subscription-skips': 'F14',
  'two-owners': 'F17',
  'consumer-slow': 'F19',
  'store-read-only': 'F20',
  'read-models-away': 'F22',
  'read-models-old': 'F23',
  'stock-gone': 'F26',
  'key-missing': 'F27',
  drain: 'F28',
  stall: 'F29',
  'gateway-away': 'F30',
  'channel-away': 'F30',
  'subscription-dropped': 'F18',
  'leader-loses-tail': 'F18',
} as const;

export type FaultKind = keyof typeof FAULTS;
export type FaultRow = (typeof FAULTS)[FaultKind];
export const FAULT_ROWS: readonly FaultRow[] = [...new Set(Object.values(FAULTS))].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));

/** How often each fault strikes where it can: a share of the calls. */
export type FaultRates = Partial<Record<FaultKind, number>>;

export interface FaultsKit {
  readonly seed: number;
  readonly rates: FaultRates;
  /** Only these strike, when given: how a failing story is made shorter. */
  readonly only?: ReadonlySet<string>;
  readonly now: () => number;
  /** From here on nothing fails. */
  readonly calmFrom: number;
  /** Where an order stands, or a job that buys ahead. */
  readonly phaseOf: (orderId: string) => string | undefined;
  readonly tell: (line: string) => void;
  /** Besides by chance each strikes once at every place where an order can stand, the first time that it could. */
  readonly everywhere?: boolean;
}

/** How often which row struck while an order was in which phase. */
export type Coverage = Record<string, Record<string, number>>;

/**
 * Decides what goes wrong. Each decision depends on the seed and on the name of what it is about alone, so that a story from
 * which orders or faults are left out keeps all others.
 */
export class Faults {
  readonly struck: string[] = [];
  readonly coverage: Coverage = {};
  private readonly asked = new Map<string, number>();
  /** Kinds and places where each has struck. */
  private readonly been = new Set<string>();

  constructor(private readonly kit: FaultsKit) {}

  /** Whether this strikes now, at this subject. `orderId`: the order that is hit, where it is one. */
  strikes(kind: FaultKind, subject: string, orderId?: string): boolean {
    const rate = this.kit.rates[kind];
    if (rate === undefined || rate === 0 || this.kit.now() >= this.kit.calmFrom) return false;
    const name = `${kind} ${subject}`;
    const times = (this.asked.get(name) ?? 0) + 1;
    this.asked.set(name, times);
    if (drawnUnit(this.kit.seed, `${name} ${times}`) >= rate && !this.isAimed(kind, orderId)) return false;
    return this.occurs(kind, `${subject} ${times}`, orderId === undefined ? [] : [orderId]);
  }

  /** In a story from which others are left out, the names say which of these are kept. */
  private isAimed(kind: FaultKind, orderId: string | undefined): boolean {
    if (this.kit.everywhere !== true) return false;
    return this.kit.only !== undefined || !this.been.has(`${kind} ${this.placeOf(orderId)}`);
  }

  private placeOf(orderId: string | undefined): string {
    return orderId === undefined ? 'NONE' : (this.kit.phaseOf(orderId) ?? 'ABSENT');
  }

  /** A fault with a name of its own, at these orders; false when it is left out of this story. */
  occurs(kind: FaultKind, subject: string, orderIds: Iterable<string>): boolean {
    const id = faultId(this.kit.seed, kind, subject);
    if (this.kit.only !== undefined && !this.kit.only.has(id)) return false;
    this.struck.push(id);
    this.kit.tell(`fault ${id} ${kind} ${subject}`);
    this.count(kind, orderIds);
    return true;
  }

  /** Something that happens by itself and counts as a fault all the same, such as two engines at one order. */
  count(kind: FaultKind, orderIds: Iterable<string>): void {
    const row = (this.coverage[FAULTS[kind]] ??= {});
    const about: readonly (string | undefined)[] = [...orderIds];
    for (const orderId of about.length === 0 ? [undefined] : about) {
      const place = this.placeOf(orderId);
      row[place] = (row[place] ?? 0) + 1;
      this.been.add(`${kind} ${place}`);
    }
  }
}

export const faultId = (seed: number, kind: FaultKind, subject: string): string => drawn(seed, `id ${kind} ${subject}`).toString(16).padStart(8, '0');
