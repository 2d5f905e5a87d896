import { randomUUID } from 'node:crypto';
import type { Locale } from '../../application/caller';
import { type IncidentMessage } from '../../application/ports/notifier';
import type { Config } from '../../config';
import { type NotifierEntry, secretsIn } from '../../config/notifiers-file';
import { incidentLocaleOf, notifiersOf } from '../../notifiers';
import { Refused } from '../exit';
import { answer, table } from '../output';
import { configOf } from '../session';

/** A place that hears of incidents, as this environment describes it. No address of a robot stands here: it is a secret. */
export interface Place {
  readonly id: string;
  readonly adapter: NotifierEntry['adapter'];
  readonly locale: Locale;
  /** What it hears of; null: everything. */
  readonly kinds: readonly string[] | null;
  readonly subjects: readonly string[] | null;
  readonly news: readonly string[] | null;
  /** Secrets that it names and that are not there, by name. */
  readonly missing: readonly string[];
}

/** Those that have settings of their own. */
function simple({ values }: Config): readonly Pick<Place, 'id' | 'adapter'>[] {
  const of = (id: string, adapter: Place['adapter'], there: boolean): readonly Pick<Place, 'id' | 'adapter'>[] => (there ? [{ id, adapter }] : []);
  return [
    ...of('wecom', 'wecom', values.CARDRAIL_INCIDENT_WECOM_URL !== undefined),
    ...of('dingtalk', 'dingtalk', values.CARDRAIL_INCIDENT_DINGTALK_URL !== undefined),
    ...of('incident-webhook', 'webhook', values.CARDRAIL_INCIDENT_WEBHOOK_URL !== undefined),
    ...of('incident-mail', 'mail', values.CARDRAIL_SMTP_URL !== undefined && values.CARDRAIL_INCIDENT_MAIL_TO.length > 0),
  ];
}

export function placesOf(config: Config): readonly Place[] {
  const localeOf = incidentLocaleOf(config);
  const whole = { kinds: null, subjects: null, news: null, missing: [] };
  return [
    ...simple(config).map((place): Place => ({ ...place, locale: localeOf(place.id), ...whole })),
    ...config.notifiers.map((entry): Place => {
      const { id, adapter, kinds = null, subjects = null, news = null } = entry;
      return { id, adapter, locale: localeOf(id), kinds, subjects, news, missing: missingIn(entry, config) };
    }),
  ];
}

const missingIn = (entry: NotifierEntry, config: Config): readonly string[] =>
  secretsIn(entry).flatMap((ref) => {
    try {
      config.secretOf(ref);
      return [];
    } catch {
      return ['env' in ref ? ref.env : ref.file];
    }
  });

/** What a start with these settings would make of them; nobody is told anything. */
export async function listNotifiers({ json }: { readonly json?: true }): Promise<void> {
  const places = placesOf(configOf());
  const words = (list: readonly string[] | null): string => list?.join(' ') ?? 'all';
  await answer(json, { notifiers: places }, () =>
    table(
      ['NOTIFIER', 'ADAPTER', 'LANGUAGE', 'KINDS', 'SUBJECTS', 'NEWS', 'MISSING'],
      places.map(({ id, adapter, locale, kinds, subjects, news, missing }) => [
        ...[id, adapter, locale, words(kinds), words(subjects), words(news), missing.join(' ')],
      ]),
    ),
  );
}

const TEXTS: Readonly<Record<Locale, Pick<IncidentMessage, 'title' | 'lines'>>> = {
  'zh-CN': { title: '[试发] cardrail 事件通知', lines: ['这是一条测试消息，没有任何事件发生。'] },
  en: { title: '[Try] cardrail incidents', lines: ['Somebody tries whether you hear of incidents. Nothing has happened.'] },
};

/** Says a word to one place, as a running shop would, whatever it wants to hear of. Throws Refused when it is unknown or does not take it. */
export async function tryNotifier(id: string, { json }: { readonly json?: true }): Promise<void> {
  const config = configOf();
  const place = placesOf(config).find((one) => one.id === id);
  if (place === undefined) throw new Refused('NOTIFIER_NOT_FOUND');
  const { SystemRuntime } = await import('../../workbench');
  const notifier = (await notifiersOf(config, new SystemRuntime())).find((one) => one.id === id);
  const message: IncidentMessage = {
    ...TEXTS[place.locale],
    messageId: randomUUID(),
    kind: 'INCIDENT_OPENED',
    incidentId: 'try',
    about: { kind: 'CHANNEL_ILL', subject: 'try' },
    locale: place.locale,
    payload: { event: 'NotifierTried' },
  };
  const end = await notifier?.send(message, new AbortController().signal);
  if (end?.outcome !== 'sent') throw new Refused('NOTIFIER_REFUSED', { id, why: end?.why ?? 'UNKNOWN' });
  await answer(json, { id, outcome: end.outcome }, () => `${id} took it`);
}
