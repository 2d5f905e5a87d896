import { DrainChannel, DrainChannelHandler } from '../../application/commands/drain-channel';
import { PauseChannel, PauseChannelHandler } from '../../application/commands/pause-channel';
import { PauseGateway, PauseGatewayHandler } from '../../application/commands/pause-gateway';
import { PauseSku, PauseSkuHandler } from '../../application/commands/pause-sku';
import { ResumeChannel, ResumeChannelHandler } from '../../application/commands/resume-channel';
import { ResumeGateway, ResumeGatewayHandler } from '../../application/commands/resume-gateway';
import { ResumeSku, ResumeSkuHandler } from '../../application/commands/resume-sku';
import type { Caller } from '../../application/caller';
import type { SettingResult } from '../../application/commands/result';
import { SettingDesk, type SettingInput } from '../../application/commands/setting-desk';
import { codeAndWords } from '../../application/refusals';
import { ShopSays } from '../exit';
import { answer } from '../output';
import { localeOf } from '../locale';
import { configOf, operator, withParts } from '../session';

interface SwitchOptions {
  readonly reason: string;
  readonly locale?: string;
  readonly json?: true;
}

type Switch = (desk: SettingDesk, caller: Caller, input: SettingInput, id: string) => Promise<SettingResult>;

const SWITCHES = {
  channel: {
    pause: (desk, caller, input, channelId) => new PauseChannelHandler(desk).execute(new PauseChannel(caller, { ...input, channelId })),
    resume: (desk, caller, input, channelId) => new ResumeChannelHandler(desk).execute(new ResumeChannel(caller, { ...input, channelId })),
    drain: (desk, caller, input, channelId) => new DrainChannelHandler(desk).execute(new DrainChannel(caller, { ...input, channelId })),
  },
  gateway: {
    pause: (desk, caller, input, gatewayId) => new PauseGatewayHandler(desk).execute(new PauseGateway(caller, { ...input, gatewayId })),
    resume: (desk, caller, input, gatewayId) => new ResumeGatewayHandler(desk).execute(new ResumeGateway(caller, { ...input, gatewayId })),
  },
  sku: {
    pause: (desk, caller, input, skuId) => new PauseSkuHandler(desk).execute(new PauseSku(caller, { ...input, skuId })),
    resume: (desk, caller, input, skuId) => new ResumeSkuHandler(desk).execute(new ResumeSku(caller, { ...input, skuId })),
  },
} as const satisfies Record<string, Readonly<Record<string, Switch>>>;

export type SwitchKind = keyof typeof SWITCHES;

/** Written to the log that a running shop follows: it counts there at once. Throws Refused when there is nothing of that name. */
export async function throwSwitch(kind: SwitchKind, to: string, id: string, { reason, locale, json }: SwitchOptions): Promise<void> {
  const verbs: Readonly<Record<string, Switch>> = SWITCHES[kind];
  const change = verbs[to];
  if (change === undefined) throw new Error(`${kind} knows no ${to}`);
  const result = await withParts(configOf(), (parts) =>
    change(new SettingDesk(parts.commands, parts.keyring), operator(parts), { idempotencyKey: parts.runtime.newId(), reason }, id),
  );
  if (!result.ok) throw new ShopSays('Refused', `${id}: ${codeAndWords(result.refusal, localeOf(locale))}`);
  const { revision, changed } = result;
  await answer(json, { id, revision, changed }, () => (changed ? `${id}: ${to} is stored` : `${id} was so already`));
}
