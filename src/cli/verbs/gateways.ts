import { gatewayCallsAtMost } from '../../application/processes/order/call-room';
import { type GatewayView, ListGateways, ListGatewaysHandler } from '../../application/queries/list-gateways';
import { timeoutsFrom } from '../../application/queries/timeout-view';
import { noRecord } from '../../domain/routing/track-record';
import { gatewayProblems, type Parts } from '../../parts';
import { answer, table } from '../output';
import { configOf, operator, withSettings } from '../session';

/** A gateway as its settings say. `problems`: why it cannot be used from here, such as a secret that is not there. */
export interface SeenGateway extends GatewayView {
  readonly problems: readonly string[];
}

/** From the log of this machine: no gateway is asked. */
export async function seeGateways(parts: Parts): Promise<readonly SeenGateway[]> {
  const { settings, config } = parts;
  const nothingSeen = timeoutsFrom(() => noRecord, config.timing);
  const handler = new ListGatewaysHandler(settings, nothingSeen, (maxInFlight) => gatewayCallsAtMost(config.callRoom, maxInFlight));
  const views = await handler.execute(new ListGateways(operator(parts)));
  return views.map((view) => {
    const account = settings.gateway(view.id)?.settings;
    return { ...view, problems: account === undefined ? [] : gatewayProblems(view.id, account, config) };
  });
}

/** Every gateway, and where it stands. */
export async function listGateways({ json }: { readonly json?: true }): Promise<void> {
  const gateways = await withSettings(configOf(), seeGateways);
  await answer(json, { gateways }, () =>
    table(
      ['GATEWAY', 'STATUS', 'HEALTH', 'KINDS', 'ADAPTER', 'FLAGS', 'AT ONCE', 'HERE'],
      gateways.map(({ id, active, health, kinds, account, problems }) => [
        id,
        active ? 'ACTIVE' : 'PAUSED',
        health.word,
        kinds.join(' '),
        account?.adapter ?? '',
        account?.flags.join(' ') || 'none',
        `${account?.maxInFlight ?? ''}`,
        problems.join('; '),
      ]),
    ),
  );
}
