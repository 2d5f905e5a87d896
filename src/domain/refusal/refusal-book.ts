import type { ActorKind } from '../kernel/event';
import { toIso, type Instant } from '../kernel/time';
import type { RefusedRequests } from './events';

/** One request that was refused. */
export interface RefusedRequest {
  readonly actor?: { readonly kind: ActorKind; readonly id: string };
  readonly operation: string;
  readonly code: string;
  readonly requestId: string;
  readonly orderId?: string;
}

export interface RefusalLimits {
  /** Refusals of one kind within this time are counted together. Milliseconds. */
  readonly windowMs: number;
  /** Kinds (actor, operation, code) told apart in one window; the rest is counted as one. */
  readonly kindsMax: number;
}

/** A day has at most 144 windows of 200 kinds, two facts for each: some 25 MB in a process under the most inventive attack. */
export const defaultRefusalLimits: RefusalLimits = { windowMs: 600_000, kindsMax: 200 };

/** What stands for kinds beyond the limit. */
export const OTHER_KINDS = { operation: 'other', code: 'TOO_MANY_KINDS' } as const;

interface Line {
  readonly first: RefusedRequest;
  /** Not taken yet. */
  count: number;
  firstAt: Instant;
  lastAt: Instant;
  isTold: boolean;
}

/**
 * Counts refusals, so that whoever is refused a million times fills no disk. The first of its kind is due at once; how often it came again
 * is due when the window ends.
 */
export class RefusalBook {
  private lines = new Map<string, Line>();
  /** Of the window that the oldest line began. */
  private endsAt = 0;

  constructor(private readonly limits: RefusalLimits = defaultRefusalLimits) {}

  note(refused: RefusedRequest, at: Instant): void {
    const { actor, operation, code } = refused;
    const key = JSON.stringify([actor?.kind, actor?.id, operation, code]);
    const line = this.lines.get(key);
    if (line !== undefined) return add(line, at);
    if (this.lines.size < this.limits.kindsMax) return this.open(key, refused, at);
    const other = this.lines.get(OTHER_KINDS.code);
    if (other !== undefined) return add(other, at);
    this.open(OTHER_KINDS.code, { ...OTHER_KINDS, requestId: refused.requestId }, at);
  }

  /** Takes what is due: what is new, and at the end of a window, or when `all` is wanted, everything. */
  take(at: Instant, all = false): readonly RefusedRequests[] {
    const isOver = all || at >= this.endsAt;
    const due = [...this.lines.values()].filter(({ count, isTold }) => count > 0 && (isOver || !isTold));
    const taken = due.map(factOf);
    for (const line of due) Object.assign(line, { count: 0, isTold: true });
    if (isOver) this.lines = new Map();
    return taken;
  }

  private open(key: string, first: RefusedRequest, at: Instant): void {
    if (this.lines.size === 0) this.endsAt = at + this.limits.windowMs;
    this.lines.set(key, { first, count: 1, firstAt: at, lastAt: at, isTold: false });
  }
}

function add(line: Line, at: Instant): void {
  if (line.count === 0) line.firstAt = at;
  line.count++;
  line.lastAt = at;
}

const factOf = ({ first, count, firstAt, lastAt }: Line): RefusedRequests => {
  const { actor, operation, code, requestId, orderId } = first;
  return {
    ...(actor === undefined ? {} : { actor }),
    operation,
    code,
    count,
    firstAt: toIso(firstAt),
    lastAt: toIso(lastAt),
    requestId,
    ...(orderId === undefined ? {} : { orderId }),
  };
};
