import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ConfigInvalid, readConfig, settings } from '../src/config';

const EVENTS = 'esdb://shop:hunter2@events.example:2113?tls=true';
const MONGO = 'mongodb://shop:hunter3@mongo.example/cardrail?replicaSet=rs0';
const CLUSTER = {
  CARDRAIL_STORE: 'eventstoredb',
  CARDRAIL_EVENTSTORE_URL: EVENTS,
  CARDRAIL_READ_MODELS: 'mongodb',
  CARDRAIL_MONGODB_URL: MONGO,
} as const;

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    return error.problems;
  }
}

describe('the stores that a configuration asks for', () => {
  it('are the embedded ones unless told, and the cluster with nothing but four settings', () => {
    expect(readConfig({}).values).toMatchObject({ CARDRAIL_STORE: 'embedded', CARDRAIL_READ_MODELS: 'embedded' });
    const { values } = readConfig(CLUSTER);
    expect(values).toMatchObject({ CARDRAIL_STORE: 'eventstoredb', CARDRAIL_READ_MODELS: 'mongodb' });
    expect([values.CARDRAIL_EVENTSTORE_URL?.reveal(), values.CARDRAIL_MONGODB_URL?.reveal()]).toEqual([EVENTS, MONGO]);
    expect(readConfig(CLUSTER).warnings).toEqual([]);
  });

  it('need their addresses: all that is missing or wrong is told at once', () => {
    expect(problemsOf({ CARDRAIL_STORE: 'eventstoredb', CARDRAIL_READ_MODELS: 'mongodb', CARDRAIL_PORT: '-1' })).toEqual([
      expect.stringContaining('CARDRAIL_PORT'),
      'CARDRAIL_EVENTSTORE_URL: is needed with CARDRAIL_STORE=eventstoredb',
      'CARDRAIL_MONGODB_URL: is needed with CARDRAIL_READ_MODELS=mongodb',
    ]);
  });

  it('a wrong address is told once, and never quoted: it may hold a password', () => {
    const problems = problemsOf({ ...CLUSTER, CARDRAIL_EVENTSTORE_URL: MONGO, CARDRAIL_MONGODB_URL: EVENTS });
    expect(problems).toEqual([
      'CARDRAIL_EVENTSTORE_URL: must begin with esdb:// or esdb+discover://',
      'CARDRAIL_MONGODB_URL: must begin with mongodb:// or mongodb+srv://',
    ]);
    expect(problems.join()).not.toMatch(/hunter/);
  });

  it('in production, a store that is spoken to in the clear is warned of, and its address is not quoted', () => {
    const inProduction = { ...CLUSTER, CARDRAIL_ENV: 'production', CARDRAIL_PUBLIC_URL: 'https://pay.shop.example' };
    const plain = { ...inProduction, CARDRAIL_EVENTSTORE_URL: EVENTS.replace('tls=true', 'tls=false') };
    const { warnings } = readConfig(plain);
    expect(warnings).toEqual([expect.stringContaining('CARDRAIL_EVENTSTORE_URL'), expect.stringContaining('CARDRAIL_MONGODB_URL')]);
    expect(warnings.join()).not.toMatch(/hunter/);
    expect(readConfig({ ...plain, CARDRAIL_ENV: 'development' }).warnings).toEqual([]);
    expect(readConfig({ ...inProduction, CARDRAIL_MONGODB_URL: `${MONGO}&tls=true` }).warnings).toEqual([]);
  });

  it('an address may be there without being used: a shop that moves house needs both', () => {
    expect(problemsOf({ CARDRAIL_EVENTSTORE_URL: EVENTS, CARDRAIL_MONGODB_URL: MONGO })).toEqual([]);
  });

  it('both addresses are secrets: they may come from files, and are never printed', () => {
    expect(settings.CARDRAIL_EVENTSTORE_URL).toHaveProperty('secret', true);
    expect(settings.CARDRAIL_MONGODB_URL).toHaveProperty('secret', true);
    expect(problemsOf({ CARDRAIL_STORE: 'eventstoredb', CARDRAIL_EVENTSTORE_URL_FILE: '/nowhere' })).toContainEqual(
      expect.stringContaining('CARDRAIL_EVENTSTORE_URL_FILE: the file cannot be read'),
    );
  });
});

const fileOf = (text: string): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'cardrail-settings-')), 'settings.yaml');
  writeFileSync(file, text);
  return file;
};

describe('a configuration that is written out', () => {
  it('shows none of its secrets, whichever way', () => {
    const config = readConfig({ ...CLUSTER, CARDRAIL_WEBHOOK_SECRET: 'whsec_aHVudGVyNA==', KEY: 'hunter5' });
    const kept = { config, key: config.secretOf({ env: 'KEY' }) };
    const shown = [JSON.stringify(kept), inspect(kept, { depth: 9, showHidden: true }), String(kept.key)].join();
    expect(shown).not.toMatch(/hunter|aHVudGVyNA/);
    expect(shown).toContain('[secret]');
    expect(kept.key.reveal()).toBe('hunter5');
  });
});

describe('the file of notifiers', () => {
  const MAIL = { CARDRAIL_SMTP_URL: 'smtps://mail.example', CARDRAIL_SMTP_FROM: 'shop@example.com' };

  it('stands in the guide as it is read', () => {
    const yaml = /```yaml\n(notifiers:[^`]*)```/.exec(readFileSync(join(__dirname, '../docs/storm.md'), 'utf8'))?.[1] ?? '';
    const { notifiers } = readConfig({ ...MAIL, CARDRAIL_NOTIFIERS: fileOf(yaml) });
    expect(notifiers.map(({ id, adapter, kinds }) => [id, adapter, kinds?.length ?? 'all'])).toEqual([
      ['on-call', 'dingtalk', 4],
      ['buying', 'wecom', 3],
      ['pager', 'webhook', 2],
      ['owners', 'mail', 'all'],
    ]);
  });

  it('is refused with every problem at its place, and quotes nothing', () => {
    const text = `notifiers:
  - { id: wecom, adapter: wecom, url: { env: A } }
  - { id: room, adapter: wecom, url: "https://robot.example/send?key=hunter2" }
  - { id: pager, adapter: webhook, url: "https://pager.example", secret: { env: A }, kinds: [CHANEL_ILL] }
  - { id: sms, adapter: sms, to: hunter2 }
  - { id: mails, adapter: mail, to: [hunter2] }`;
    const problems = problemsOf({ CARDRAIL_NOTIFIERS: fileOf(text) });
    expect(problems).toEqual([
      expect.stringContaining('notifiers.0.id is the name of'),
      expect.stringContaining('notifiers.1.url must be a reference'),
      expect.stringContaining('notifiers.2.kinds.0'),
      expect.stringContaining('notifiers.3.adapter must be wecom, dingtalk, webhook or mail'),
      expect.stringContaining('notifiers.4.to.0'),
    ]);
    expect(problems.join()).not.toMatch(/hunter|CHANEL/);
  });

  it('shares no name with the file of webhooks, and mails only where there is a server', () => {
    const webhooks = fileOf('webhooks: [{ id: erp, url: "https://erp.example", secret: { env: A } }]');
    const notifiers = fileOf('notifiers: [{ id: erp, adapter: wecom, url: { env: A } }, { id: owners, adapter: mail, to: [a@example.com] }]');
    expect(problemsOf({ CARDRAIL_WEBHOOKS: webhooks, CARDRAIL_NOTIFIERS: notifiers })).toEqual([
      expect.stringContaining('notifiers.0.id is the name of an endpoint in the file of CARDRAIL_WEBHOOKS'),
      expect.stringContaining('notifiers.1 needs CARDRAIL_SMTP_URL and CARDRAIL_SMTP_FROM'),
    ]);
  });
});

describe('the file of webhook endpoints', () => {
  const problemsIn = (text: string): readonly string[] => problemsOf({ CARDRAIL_WEBHOOKS: fileOf(text) });

  it('names each endpoint, its secrets and what it hears of', () => {
    const text =
      'webhooks: [{ id: erp, url: "https://erp.example/hooks", secret: [{ env: NEW }, { env: OLD }], events: [OrderDelivered, INCIDENT_OPENED] }]';
    expect(readConfig({ CARDRAIL_WEBHOOKS: fileOf(text) }).webhooks).toEqual([
      { id: 'erp', url: 'https://erp.example/hooks', secrets: [{ env: 'NEW' }, { env: 'OLD' }], events: ['OrderDelivered', 'INCIDENT_OPENED'] },
    ]);
  });

  it('stands in the guide as it is read', () => {
    const [, yaml = ''] = /```yaml\n([^`]*)```/.exec(readFileSync(join(__dirname, '../docs/webhooks.md'), 'utf8')) ?? [];
    expect(readConfig({ CARDRAIL_WEBHOOKS: fileOf(yaml) }).webhooks.map(({ id }) => id)).toEqual(['books', 'warehouse']);
  });

  it('is refused with every problem at its place, and quotes nothing', () => {
    const text = `webhooks:
  - { id: mail, url: "https://hunter2@erp.example", secret: "whsec_hunter2", events: [OrderDeliverd] }
  - { id: erp, url: "ftp://erp.example", secret: { env: A } }
  - { id: erp, url: "https://erp.example", secret: { env: A }, event: [] }`;
    const problems = problemsIn(text);
    expect(problems).toEqual([
      expect.stringContaining('webhooks.0.id is the name of'),
      expect.stringContaining('webhooks.0.secret must be a reference'),
      expect.stringContaining('webhooks.0.events.0 is no event'),
      expect.stringContaining('webhooks.1.url'),
      expect.stringContaining('webhooks.2'),
    ]);
    expect(problems.join()).not.toMatch(/hunter|Deliverd/);
    expect(problemsIn('webhooks: [')).toEqual([expect.stringContaining('no YAML')]);
    expect(problemsOf({ CARDRAIL_WEBHOOKS: '/nowhere' })).toEqual([expect.stringContaining('cannot be read')]);
  });
});

it('in production, an address that nobody outside can reach is warned of', () => {
  expect(readConfig({ CARDRAIL_ENV: 'production' }).warnings).toEqual([expect.stringMatching(/^CARDRAIL_PUBLIC_URL is not set: /)]);
  expect(readConfig({ CARDRAIL_ENV: 'production', CARDRAIL_PUBLIC_URL: 'https://pay.shop.example' }).warnings).toEqual([]);
  expect(readConfig({}).warnings).toEqual([]);
});
