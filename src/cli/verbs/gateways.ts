import { ListGateways, ListGatewaysHandler } from '../../application/queries/list-gateways';
import { timeoutsFrom } from '../../application/queries/timeout-view';
import { gatewayCallsAtMost } from '../../application/processes/order/call-room';
import { noRecord } from '../../domain/routing/track-record';
import { answer, table } from '../output';
import { configOf, operator, readSettings, withParts } from '../session';

/** Every gateway as its settings say, from the log of this machine: no gateway is asked. */
export async function listGateways({ json }: { readonly json?: true }): Promise<void> {
  const gateways = await withParts(configOf(), async (parts) => {
    const { settings, config } = parts;
    await readSettings(parts);
    const nothingSeen = timeoutsFrom(() => noRecord, config.timing);
    const handler = new ListGatewaysHandler(settings, nothingSeen, (maxInFlight) => gatewayCallsAtMost(config.callRoom, maxInFlight));
    return handler.execute(new ListGateways(operator(parts)));
  });
  await answer(json, { gateways }, () =>
    table(
      ['GATEWAY', 'STATUS', 'HEALTH', 'KINDS', 'ADAPTER', 'FLAGS', 'AT ONCE'],
      gateways.map(({ id, active, health, kinds, account }) => [
        id,
        active ? 'ACTIVE' : 'PAUSED',
        health.word,
        kinds.join(' '),
        account?.adapter ?? '',
        account?.flags.join(' ') || 'none',
        `${account?.maxInFlight ?? ''}`,
      ]),
    ),
  );
}
