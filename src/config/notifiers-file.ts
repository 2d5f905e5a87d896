import { z } from 'zod';
import { catalogId, NAMES_MAX } from '../application/commands/input';
import { oneOrMoreSecrets, secretRef } from '../application/commands/secret-ref';
import { INCIDENT_KINDS as NEWS } from '../application/ports/notifier';
import type { SecretRef } from '../domain/catalog/events';
import { INCIDENT_KINDS } from '../domain/incident/events';
import { TAKEN } from './webhooks-file';
import { readYamlFile } from './yaml-file';

/** One place that hears of incidents, as the file of CARDRAIL_NOTIFIERS describes it. What is secret is named there, never held. */

const RECIPIENTS_MAX = 20;
const SUBJECTS_MAX = 500;

const each = <T extends z.ZodType>(word: T, max: number) =>
  z
    .array(word)
    .min(1)
    .max(max)
    .refine((words) => new Set(words).size === words.length, 'a word stands twice');

const common = {
  id: catalogId.refine((word) => !TAKEN.has(word), 'is the name of an endpoint that has settings of its own'),
  locale: z.enum(['zh-CN', 'en']).exactOptional(),
  kinds: each(z.enum(INCIDENT_KINDS), INCIDENT_KINDS.length).exactOptional(),
  subjects: each(z.string().min(1).max(200), SUBJECTS_MAX).exactOptional(),
  news: each(z.enum(NEWS), NEWS.length).exactOptional(),
};

const notifier = z.discriminatedUnion(
  'adapter',
  [
    z.strictObject({ ...common, adapter: z.literal('wecom'), url: secretRef }),
    z.strictObject({ ...common, adapter: z.literal('dingtalk'), url: secretRef, secret: secretRef.exactOptional() }),
    z.strictObject({ ...common, adapter: z.literal('webhook'), url: z.url({ protocol: /^https?$/ }).max(2_048), secret: oneOrMoreSecrets }),
    z.strictObject({ ...common, adapter: z.literal('mail'), to: each(z.email(), RECIPIENTS_MAX) }),
  ],
  { error: (issue) => (issue.code === 'invalid_union' ? 'must be wecom, dingtalk, webhook or mail' : undefined) },
);

const file = z.strictObject({
  notifiers: z
    .array(notifier)
    .max(NAMES_MAX)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'an id stands twice'),
});

export type NotifierEntry = z.output<typeof notifier>;

/** What the readers of the file have to know of the rest of the settings. */
export interface BesideNotifiers {
  /** Whose names are taken already. */
  readonly webhookIds: readonly string[];
  /** A mail server and a sender are set up. */
  readonly mails: boolean;
}

/** The notifiers in the file of that name; every problem by its place, and no word of it comes from a value. */
export function readNotifiersFile(name: string | undefined, { webhookIds, mails }: BesideNotifiers, problems: string[]): readonly NotifierEntry[] {
  const read = name === undefined ? null : readYamlFile('CARDRAIL_NOTIFIERS', name, file, problems);
  if (read === null) return [];
  read.notifiers.forEach(({ id, adapter }, at) => {
    if (webhookIds.includes(id)) problems.push(`CARDRAIL_NOTIFIERS: notifiers.${at}.id is the name of an endpoint in the file of CARDRAIL_WEBHOOKS`);
    if (adapter === 'mail' && !mails) problems.push(`CARDRAIL_NOTIFIERS: notifiers.${at} needs CARDRAIL_SMTP_URL and CARDRAIL_SMTP_FROM`);
  });
  return read.notifiers;
}

/** Every secret that an entry names. */
export const secretsIn = (entry: NotifierEntry): readonly SecretRef[] => {
  switch (entry.adapter) {
    case 'wecom':
      return [entry.url];
    case 'dingtalk':
      return [entry.url, ...(entry.secret === undefined ? [] : [entry.secret])];
    case 'webhook':
      return entry.secret;
    case 'mail':
      return [];
  }
};
