import { armReport, type CanaryReport, type TrialOrder } from '../domain/routing/canary-report';
import { trialKey, type TrialArm } from '../domain/routing/policy';
import type { CanaryOrderRow } from '../projections/canary-orders';
import type { ReadModels } from './ports/read-models';

/** The newest orders of each side that a report looks at. */
const ORDERS_MAX = 1_000;

/** What trials of routing policies have come to, from the read model of their orders. */
export class CanaryTrials {
  constructor(private readonly readModels: Pick<ReadModels, 'find'>) {}

  /** Both sides of the trial of this version. Rejects with ReadModelsUnavailable. */
  async report(version: string): Promise<CanaryReport> {
    const [canary, control] = [await this.orders(version, 'CANARY'), await this.orders(version, 'CONTROL')];
    return { canary: armReport(canary), control: armReport(control) };
  }

  private async orders(version: string, arm: TrialArm): Promise<readonly TrialOrder[]> {
    const rows = await this.readModels.find<CanaryOrderRow>('canary-orders', {
      filter: { trial: { eq: trialKey(version, arm) } },
      sort: { field: 'startedAt', direction: 'desc' },
      limit: ORDERS_MAX,
    });
    return rows.map(({ value }) => value);
  }
}
