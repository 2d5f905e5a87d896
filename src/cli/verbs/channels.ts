import { DrainChannel, DrainChannelHandler } from '../../application/commands/drain-channel';
import { PauseChannel, PauseChannelHandler } from '../../application/commands/pause-channel';
import { ResumeChannel, ResumeChannelHandler } from '../../application/commands/resume-channel';
import type { SettingResult } from '../../application/commands/result';
import { SettingDesk } from '../../application/commands/setting-desk';
import { AskChannel, AskChannelHandler, type ChannelSupply } from '../../application/queries/ask-channel';
import { timeoutsFrom } from '../../application/queries/timeout-view';
import { noRecord } from '../../domain/routing/track-record';
import { ListChannels, ListChannelsHandler, type ChannelView } from '../../application/queries/list-channels';
import { wordsOf } from '../../application/refusals';
import type { Money } from '../../domain/kernel/money';
import type { Parts } from '../../parts';
import { Refused } from '../exit';
import { answer, table } from '../output';
import { configOf, localeOf, operator, readSettings, withParts } from '../session';

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
  await readSettings(parts);
  const nothingSeen = timeoutsFrom(() => noRecord, config.timing);
  const views = await new ListChannelsHandler(settings, nothingSeen, config.incidents.waitingOrders).execute(new ListChannels(caller));
  const ask = new AskChannelHandler(settings, channels, runtime);
  return Promise.all(
    views.map(async (view) => {
      const supply = await ask.execute(new AskChannel(caller, view.id));
      const problems = [supply.balanceProblem, ...supply.products.map(({ product, problem }) => (problem === null ? null : `${product} ${problem}`))];
      return { ...view, supply, problems: problems.filter((problem) => problem !== null), words: wordsOfSupply(supply) };
    }),
  );
}

const moneyText = ({ amountMinor, currency }: Money): string => `${amountMinor} ${currency}`;

function wordsOfSupply({ balance, balanceProblem, products }: ChannelSupply): string {
  if (balanceProblem === 'NOT_USABLE') return 'not asked: this environment does not have its secrets';
  const deposit = balance === null ? `no balance: ${balanceProblem ?? 'not told'}` : `balance ${moneyText(balance)} (minor units)`;
  const offers = products.map(({ product, available, unitCost, problem }) =>
    unitCost === null ? `${product}: ${problem ?? 'not told'}` : `${product}: ${available} at ${moneyText(unitCost)}`,
  );
  return [deposit, ...offers].join('; ');
}

export async function listChannels({ json }: { readonly json?: true }): Promise<void> {
  const seen = await withParts(configOf(), seeChannels);
  const channels = seen.map(({ problems: _problems, words: _words, ...channel }) => channel);
  await answer(json, { channels }, () =>
    table(
      ['CHANNEL', 'STATUS', 'HEALTH', 'FLAGS', 'AT ONCE', 'SAYS'],
      seen.map(({ id, status, health, flags, maxInFlight, words }) => [id, status, health.word, flags.join(' ') || 'none', `${maxInFlight}`, words]),
    ),
  );
}

interface Switch {
  readonly reason: string;
  readonly locale?: string;
  readonly json?: true;
}

const SWITCHES = {
  pause: (desk: SettingDesk, ...asked: ConstructorParameters<typeof PauseChannel>) =>
    new PauseChannelHandler(desk).execute(new PauseChannel(...asked)),
  resume: (desk: SettingDesk, ...asked: ConstructorParameters<typeof ResumeChannel>) =>
    new ResumeChannelHandler(desk).execute(new ResumeChannel(...asked)),
  drain: (desk: SettingDesk, ...asked: ConstructorParameters<typeof DrainChannel>) =>
    new DrainChannelHandler(desk).execute(new DrainChannel(...asked)),
} as const;

/** Written to the log that a running shop follows: it counts there at once. Throws Refused when there is no such channel. */
export async function switchChannel(to: keyof typeof SWITCHES, channelId: string, { reason, locale, json }: Switch): Promise<void> {
  const result = await withParts(configOf(), (parts): Promise<SettingResult> => {
    const desk = new SettingDesk(parts.commands, parts.keyring);
    return SWITCHES[to](desk, operator(parts), { idempotencyKey: parts.runtime.newId(), reason, channelId });
  });
  if (!result.ok) throw new Refused(`${channelId}: ${wordsOf(result.refusal, localeOf(locale))}`);
  const { id, revision, changed } = result;
  await answer(json, { id, revision, changed }, () => (changed ? `${id}: ${to} is stored` : `${id} was so already`));
}
