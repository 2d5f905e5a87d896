import type { Locale } from './application/caller';
import { INCIDENT_KINDS, type Notifier } from './application/ports/notifier';
import type { Runtime } from './application/ports/runtime';
import type { Config } from './config';
import type { Secret } from './config/secret';
import type { NotifierEntry } from './config/notifiers-file';
import { dingtalk, RobotNotifier, wecom } from './infrastructure/notifiers/robot-notifier';
import { SelectiveNotifier } from './infrastructure/notifiers/selective-notifier';
import { WebhookNotifier } from './infrastructure/notifiers/webhook-notifier';

/**
 * Everybody who is told something, by configuration: buyers and the shop's systems of orders, people of incidents. What speaks SMTP is
 * loaded where a mail server is named.
 */

const TIMEOUT_MS = 10_000;

/** Throws what a person can act on; no secret is quoted. */
export const notifiersOf = async (config: Config, runtime: Runtime): Promise<readonly Notifier[]> => [
  ...(await mailers(config)),
  ...webhooks(config, runtime),
  ...robots(config, runtime),
  ...(await Promise.all(config.notifiers.map(async (entry) => new SelectiveNotifier(await described(entry, config, runtime), entry)))),
];

/** The language of each place that hears of incidents. */
export function incidentLocaleOf({ values, notifiers }: Config): (notifierId: string) => Locale {
  const known = new Map(notifiers.map(({ id, locale }) => [id, locale]));
  return (notifierId) => known.get(notifierId) ?? values.CARDRAIL_INCIDENT_LOCALE;
}

/** A place of the file of notifiers. */
async function described(entry: NotifierEntry, config: Config, runtime: Runtime): Promise<Notifier> {
  const { id } = entry;
  switch (entry.adapter) {
    case 'wecom':
      return new RobotNotifier({ id, url: config.secretOf(entry.url).reveal(), timeoutMs: TIMEOUT_MS }, wecom, runtime);
    case 'dingtalk': {
      const signed = entry.secret === undefined ? {} : { secret: config.secretOf(entry.secret).reveal() };
      return new RobotNotifier({ id, url: config.secretOf(entry.url).reveal(), timeoutMs: TIMEOUT_MS, ...signed }, dingtalk, runtime);
    }
    case 'webhook': {
      const secrets = entry.secret.map((ref) => config.secretOf(ref).reveal());
      const at = { url: entry.url, allowedHosts: [new URL(entry.url).host] };
      return new WebhookNotifier({ id, ...at, secrets, timeoutMs: TIMEOUT_MS, events: INCIDENT_KINDS }, runtime);
    }
    case 'mail':
      return mailer(config, { id, operators: entry.to });
  }
}

/** Throws where there is no mail server: the settings were read and found to name one. */
async function mailer({ values }: Config, whom: { readonly id: string; readonly operators?: readonly string[] }): Promise<Notifier> {
  const { CARDRAIL_SMTP_URL: smtp, CARDRAIL_SMTP_FROM: from } = values;
  if (smtp === undefined || from === undefined) throw new Error('Mail needs CARDRAIL_SMTP_URL and CARDRAIL_SMTP_FROM.');
  const { SmtpNotifier, smtpServer } = await import('./infrastructure/notifiers/smtp-notifier');
  return new SmtpNotifier({ ...whom, ...smtpServer(smtp.reveal()), from, timeoutMs: TIMEOUT_MS });
}

async function mailers(config: Config): Promise<readonly Notifier[]> {
  const { CARDRAIL_SMTP_URL: smtp, CARDRAIL_SMTP_FROM: from, CARDRAIL_INCIDENT_MAIL_TO: operators } = config.values;
  if (smtp === undefined || from === undefined) return [];
  const forBuyers = await mailer(config, { id: 'mail' });
  return operators.length === 0 ? [forBuyers] : [forBuyers, await mailer(config, { id: 'incident-mail', operators })];
}

function webhooks(config: Config, runtime: Runtime): readonly Notifier[] {
  const { values } = config;
  const open = (id: string, url: string, secrets: readonly string[], events?: readonly string[]): Notifier => {
    const subscribed = events === undefined ? {} : { events };
    return new WebhookNotifier({ id, url, secrets, allowedHosts: [new URL(url).host], timeoutMs: TIMEOUT_MS, ...subscribed }, runtime);
  };
  const of = (id: string, url: string | undefined, secret: Secret | undefined, events?: readonly string[]): readonly Notifier[] =>
    url === undefined || secret === undefined ? [] : [open(id, url, secret.reveal().split(/\s+/), events)];
  return [
    ...of('webhook', values.CARDRAIL_WEBHOOK_URL, values.CARDRAIL_WEBHOOK_SECRET),
    ...of('incident-webhook', values.CARDRAIL_INCIDENT_WEBHOOK_URL, values.CARDRAIL_INCIDENT_WEBHOOK_SECRET, INCIDENT_KINDS),
    ...config.webhooks.map(({ id, url, secrets, events }) =>
      open(
        id,
        url,
        secrets.map((ref) => config.secretOf(ref).reveal()),
        events,
      ),
    ),
  ];
}

function robots({ values }: Config, runtime: Runtime): readonly Notifier[] {
  const { CARDRAIL_INCIDENT_WECOM_URL: room, CARDRAIL_INCIDENT_DINGTALK_URL: group, CARDRAIL_INCIDENT_DINGTALK_SECRET: secret } = values;
  const signed = secret === undefined ? {} : { secret: secret.reveal() };
  return [
    ...(room === undefined ? [] : [new RobotNotifier({ id: 'wecom', url: room.reveal(), timeoutMs: TIMEOUT_MS }, wecom, runtime)]),
    ...(group === undefined ? [] : [new RobotNotifier({ id: 'dingtalk', url: group.reveal(), timeoutMs: TIMEOUT_MS, ...signed }, dingtalk, runtime)]),
  ];
}
