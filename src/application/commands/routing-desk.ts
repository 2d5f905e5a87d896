import type { CanaryRule } from '../../domain/routing/canary-report';
import type { RoutingPolicyCommand } from '../../domain/routing/policy-decider';
import { aggregates, ROUTING_POLICY, streamOf } from '../aggregates';
import { type Operation, requireRole } from '../authorise';
import type { Caller } from '../caller';
import type { CommandHandling } from '../handle-command';
import type { CanaryTrials } from '../canary-trials';
import { refusalOf } from '../refusals';
import type { SettingResult } from './result';
import type { SettingDesk, SettingInput } from './setting-desk';

type AboutCanary = SettingInput & { readonly version: string };

/** Where operators say how orders choose where to buy. */
export class RoutingDesk {
  constructor(
    private readonly commands: CommandHandling,
    private readonly setting: SettingDesk,
    private readonly trials: CanaryTrials,
    private readonly rule: CanaryRule,
  ) {}

  /** The same key with the same input changes nothing a second time. Throws Forbidden. */
  async run(operation: Operation, caller: Caller, input: SettingInput, command: RoutingPolicyCommand): Promise<SettingResult> {
    requireRole(operation, caller);
    const aggregate = aggregates.routing;
    const context = this.setting.contextOf(operation, caller, input, streamOf(aggregate, ROUTING_POLICY));
    const handled = await this.commands.handle(aggregate, ROUTING_POLICY, command, context);
    if (handled.outcome === 'rejected') return { ok: false, refusal: refusalOf(handled.rejection) };
    const { revision, events, replayed } = handled;
    return { ok: true, id: handled.state.canary?.policy.version ?? handled.state.active.version, revision, changed: events.length > 0, replayed };
  }

  /** Throws Forbidden, and ReadModelsUnavailable: nothing is promoted unseen. */
  async promote(operation: Operation, caller: Caller, input: AboutCanary): Promise<SettingResult> {
    requireRole(operation, caller);
    const { version } = input;
    const report = await this.trials.report(version);
    return this.run(operation, caller, input, { type: 'PromoteCanary', version, report, rule: this.rule });
  }

  /** A trial is ended also while its report cannot be read. Throws Forbidden. */
  async rollBack(operation: Operation, caller: Caller, input: AboutCanary): Promise<SettingResult> {
    requireRole(operation, caller);
    return this.run(operation, caller, input, { type: 'RollBackCanary', version: input.version });
  }
}
