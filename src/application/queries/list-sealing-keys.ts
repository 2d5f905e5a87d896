import type { KeyState } from '../../domain/key/decide';
import type { KeyUse } from '../../domain/key/events';
import { toIso } from '../../domain/kernel/time';
import { aggregates } from '../aggregates';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';
import type { Settings } from '../settings';
import { Query, type QueryHandler } from './query';

export interface SealingKeyView {
  readonly kid: string;
  /** New texts are sealed with it. */
  readonly inUse: boolean;
  /** MISSING: things may be sealed with it, and it is not in the keyring of this process. */
  readonly status: KeyState['status'] | 'MISSING';
  /** When its end was ordered, refused or settled last; null for a key that nobody wanted destroyed. */
  readonly since: string | null;
  /** What kept it from being destroyed the last time. */
  readonly keptBy: Required<KeyUse> | null;
}

function viewOf({ kid, status, since, keptBy }: KeyState, keyring: Pick<Keyring, 'kids' | 'kidInUse'>): SealingKeyView {
  const missing = status === 'KEPT' && !keyring.kids.includes(kid);
  return {
    kid,
    inUse: kid === keyring.kidInUse,
    status: missing ? 'MISSING' : status,
    since: since === 0 ? null : toIso(since),
    keptBy: keptBy === undefined ? null : { subjects: 0, ...keptBy },
  };
}

/** The keys that seal codes and what orders hold, by name. */
export class ListSealingKeys extends Query<readonly SealingKeyView[]> {
  static readonly operation = 'sealingKeys';
  static readonly rights: Rights = { roles: ['ADMIN'] };
  constructor(readonly caller: Caller) {
    super();
  }
}

export class ListSealingKeysHandler implements QueryHandler<ListSealingKeys> {
  readonly query = ListSealingKeys;
  constructor(
    private readonly keyring: Keyring,
    private readonly settings: Pick<Settings, 'allSealingKeys'>,
    private readonly commands: CommandHandling,
  ) {}

  /** From the streams themselves: whoever has just ordered the end of a key sees it. */
  async execute({ caller }: ListSealingKeys): Promise<readonly SealingKeyView[]> {
    requireRole(ListSealingKeys, caller);
    const kids = [...new Set([...this.keyring.kids, ...this.settings.allSealingKeys().map(({ kid }) => kid)])];
    const states = await Promise.all(kids.map(async (kid) => (await this.commands.load(aggregates.sealingKey, kid, true)).state));
    return states.map((state) => viewOf(state, this.keyring));
  }
}
