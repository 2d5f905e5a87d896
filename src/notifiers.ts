import { INCIDENT_KINDS, type Notifier } from './application/ports/notifier';
import type { Runtime } from './application/ports/runtime';
import type { Config } from './config';
import { dingtalk, RobotNotifier, wecom } from './infrastructure/notifiers/robot-notifier';
import { SmtpNotifier, smtpServer } from './infrastructure/notifiers/smtp-notifier';
import { WebhookNotifier } from './infrastructure/notifiers/webhook-notifier';

/** Everybody who is told something, by configuration: buyers and the shop's systems of orders, people of incidents. */

const TIMEOUT_MS = 10_000;

/** Throws what a person can act on; no secret is quoted. */
export const notifiersOf = (config: Config, runtime: Runtime): readonly Notifier[] => [
  ...mailers(config),
  ...webhooks(config, runtime),
  ...robots(config, runtime),
];

function mailers({ values }: Config): readonly Notifier[] {
  const { CARDRAIL_SMTP_URL: smtp, CARDRAIL_SMTP_FROM: from, CARDRAIL_INCIDENT_MAIL_TO: operators } = values;
  if (smtp === undefined || from === undefined) return [];
  const server = { ...smtpServer(smtp), from, timeoutMs: TIMEOUT_MS };
  const forBuyers = new SmtpNotifier({ id: 'mail', ...server });
  return operators.length === 0 ? [forBuyers] : [forBuyers, new SmtpNotifier({ id: 'incident-mail', ...server, operators })];
}

function webhooks(config: Config, runtime: Runtime): readonly Notifier[] {
  const { values } = config;
  const open = (id: string, url: string, secrets: readonly string[], events?: readonly string[]): Notifier => {
    const subscribed = events === undefined ? {} : { events };
    return new WebhookNotifier({ id, url, secrets, allowedHosts: [new URL(url).host], timeoutMs: TIMEOUT_MS, ...subscribed }, runtime);
  };
  const of = (id: string, url: string | undefined, secret: string | undefined, events?: readonly string[]): readonly Notifier[] =>
    url === undefined || secret === undefined ? [] : [open(id, url, secret.split(/\s+/), events)];
  return [
    ...of('webhook', values.CARDRAIL_WEBHOOK_URL, values.CARDRAIL_WEBHOOK_SECRET),
    ...of('incident-webhook', values.CARDRAIL_INCIDENT_WEBHOOK_URL, values.CARDRAIL_INCIDENT_WEBHOOK_SECRET, INCIDENT_KINDS),
    ...config.webhooks.map(({ id, url, secrets, events }) =>
      open(
        id,
        url,
        secrets.map((ref) => config.secretOf(ref)),
        events,
      ),
    ),
  ];
}

function robots({ values }: Config, runtime: Runtime): readonly Notifier[] {
  const { CARDRAIL_INCIDENT_WECOM_URL: room, CARDRAIL_INCIDENT_DINGTALK_URL: group, CARDRAIL_INCIDENT_DINGTALK_SECRET: secret } = values;
  const signed = secret === undefined ? {} : { secret };
  return [
    ...(room === undefined ? [] : [new RobotNotifier({ id: 'wecom', url: room, timeoutMs: TIMEOUT_MS }, wecom, runtime)]),
    ...(group === undefined ? [] : [new RobotNotifier({ id: 'dingtalk', url: group, timeoutMs: TIMEOUT_MS, ...signed }, dingtalk, runtime)]),
  ];
}
