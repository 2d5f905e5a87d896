import { AskChannel, AskChannelHandler, type ChannelSupply } from '../../application/queries/ask-channel';
import { timeoutsFrom } from '../../application/queries/timeout-view';
import { noRecord } from '../../domain/routing/track-record';
import { ListChannels, ListChannelsHandler, type ChannelView } from '../../application/queries/list-channels';
import type { Money } from '../../domain/kernel/money';
import { channelProblems, type Parts } from '../../parts';
import { answer, table } from '../output';
import { configOf, operator, withSettings } from '../session';

/** A channel as it stands and as it answers now. `problems` are what it did not say. */
export interface SeenChannel extends ChannelView {
  readonly supply: ChannelSupply;
  readonly problems: readonly string[];
  readonly words: string;
}

/** Asks every channel at the same time. */
export async function seeChannels(parts: Parts): Promise<readonly SeenChannel[]> {
  const { settings, channels, runtime, config } = parts;
  const caller = operator(parts);
  const nothingSeen = timeoutsFrom(() => noRecord, config.timing);
  const views = await new ListChannelsHandler(settings, nothingSeen, config.incidents.waitingOrders).execute(new ListChannels(caller));
  const ask = new AskChannelHandler(settings, channels, runtime);
  return Promise.all(
    views.map(async (view) => {
      const supply = await ask.execute(new AskChannel(caller, view.id));
      const problems = [supply.balanceProblem, ...supply.products.map(({ product, problem }) => (problem === null ? null : `${product} ${problem}`))];
      const account = settings.channel(view.id)?.settings;
      const absent = supply.balanceProblem === 'NOT_USABLE' && account !== undefined ? channelProblems(view.id, account, config) : [];
      return { ...view, supply, problems: problems.filter((problem) => problem !== null), words: wordsOfSupply(supply, absent) };
    }),
  );
}

const moneyText = ({ amountMinor, currency }: Money): string => `${amountMinor} ${currency}`;

/** `absent`: why it cannot be asked from here. */
function wordsOfSupply({ balance, balanceProblem, products }: ChannelSupply, absent: readonly string[]): string {
  if (balanceProblem === 'NOT_USABLE') return ['not asked, here it cannot be used', ...absent].join('; ');
  const deposit = balance === null ? `no balance: ${balanceProblem ?? 'not told'}` : `balance ${moneyText(balance)} (minor units)`;
  const offers = products.map(({ product, available, unitCost, problem }) =>
    unitCost === null ? `${product}: ${problem ?? 'not told'}` : `${product}: ${available} at ${moneyText(unitCost)}`,
  );
  return [deposit, ...offers].join('; ');
}

export async function listChannels({ json }: { readonly json?: true }): Promise<void> {
  const seen = await withSettings(configOf(), seeChannels);
  const channels = seen.map(({ problems: _problems, words: _words, ...channel }) => channel);
  await answer(json, { channels }, () =>
    table(
      ['CHANNEL', 'STATUS', 'HEALTH', 'FLAGS', 'AT ONCE', 'SAYS'],
      seen.map(({ id, status, health, flags, maxInFlight, words }) => [id, status, health.word, flags.join(' ') || 'none', `${maxInFlight}`, words]),
    ),
  );
}
