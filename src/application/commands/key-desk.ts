import type { KeyState } from '../../domain/key/decide';
import { derivedId } from '../../domain/kernel/ids';
import type { CardCounts } from '../../projections/card-counts';
import { aggregates, streamOf } from '../aggregates';
import { type Operation, requireRole } from '../authorise';
import type { Caller } from '../caller';
import type { CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';
import type { ReadModels } from '../ports/read-models';
import { refusalOf, refuse } from '../refusals';
import { rowPages } from '../row-pages';
import type { Approvals } from './approvals';
import type { Refused } from './result';
import { staffContext } from './staff-context';

export interface KeyInput {
  readonly idempotencyKey: string;
  readonly reason: string;
}

export type KeyJobResult = { readonly ok: true; readonly jobId: string; readonly replayed: boolean } | Refused;

export type KeyResult = { readonly ok: true; readonly key: KeyState; readonly replayed: boolean } | Refused;

const PAGE_SKUS = 1_000;

/** Where the keys that seal secrets are cared for. */
export class KeyDesk {
  constructor(
    private readonly commands: CommandHandling,
    private readonly keyring: Keyring,
    private readonly readModels: Pick<ReadModels, 'find'>,
    private readonly approvals: Approvals,
  ) {}

  /** Orders that all cards are sealed with the key that is in use now. Throws Forbidden, and ReadModelsUnavailable. */
  async rotate(operation: Operation, caller: Caller, input: KeyInput): Promise<KeyJobResult> {
    requireRole(operation, caller);
    const jobId = derivedId('job', caller.clientId, input.idempotencyKey, operation.operation);
    const handled = await this.commands.handle(
      aggregates.job,
      jobId,
      { type: 'OrderCardRotation', kid: this.keyring.kidInUse, cards: await this.cardsThereAre() },
      staffContext(this.keyring, operation, caller, input, streamOf(aggregates.job, jobId)),
    );
    if (handled.outcome === 'rejected') return { ok: false, refusal: refusalOf(handled.rejection) };
    return { ok: true, jobId, replayed: handled.replayed };
  }

  /**
   * Orders the end of a key, once another person has approved. What depends on it is counted afterwards, and keeps it. Throws Forbidden.
   */
  async destroy(operation: Operation, caller: Caller, input: KeyInput & { readonly kid: string }): Promise<KeyResult> {
    requireRole(operation, caller);
    const { kid } = input;
    const { state } = await this.commands.load(aggregates.sealingKey, kid, true);
    if (kid === this.keyring.kidInUse) return { ok: false, refusal: refuse('SEALING_KEY_IN_USE', { field: ['kid'] }) };
    if (state.status === 'KEPT' && !this.keyring.kids.includes(kid))
      return { ok: false, refusal: refuse('SEALING_KEY_NOT_FOUND', { field: ['kid'] }) };
    const approved = await this.approvals.require(operation, caller, input, { action: 'DESTROY_KEY', subject: kid });
    if (!approved.ok) return approved;
    const context = staffContext(this.keyring, operation, caller, input, streamOf(aggregates.sealingKey, kid));
    const handled = await this.commands.handle(aggregates.sealingKey, kid, { type: 'OrderKeyDestruction' }, context);
    if (handled.outcome === 'rejected') return { ok: false, refusal: refusalOf(handled.rejection) };
    return { ok: true, key: handled.state, replayed: handled.replayed };
  }

  private async cardsThereAre(): Promise<number> {
    let cards = 0;
    for await (const page of rowPages<CardCounts>(this.readModels, 'sku-stock', { pageRows: PAGE_SKUS }))
      for (const { available, claimed, quarantined, voided, expired } of page.map(({ value }) => value))
        cards += available + claimed + quarantined + voided + expired;
    return cards;
  }
}
