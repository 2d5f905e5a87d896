import { createServer, type AddressInfo, type Server } from 'node:net';
import { inspect } from 'node:util';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Message } from '../../../src/application/ports/notifier';
import { SmtpNotifier, smtpServer, type SmtpSettings } from '../../../src/infrastructure/notifiers/smtp-notifier';

const message: Message = {
  messageId: 'event-1/mail',
  kind: 'ORDER_DELIVERED',
  orderId: 'f50116c0-02b7-511f-86c9-e413941cbdab',
  orderNumber: 'YM0HDG02PX8HZX',
  locale: 'en',
  orderUrl: 'https://shop.example/buy/YM0HDG02PX8HZX',
  to: 'buyer@example.com',
  payload: { code: 'STEAM-7QX2' },
};

describe('the SMTP notifier', () => {
  const started: (() => void)[] = [];
  afterEach(() => started.splice(0).forEach((close) => close()));

  const forever = new AbortController().signal;
  const notifierFor = (port: number, settings: Partial<SmtpSettings> = {}) => {
    const notifier = new SmtpNotifier({
      id: 'mail',
      host: '127.0.0.1',
      port,
      security: 'none',
      from: 'shop@example.com',
      timeoutMs: 5_000,
      ...settings,
    });
    started.push(() => notifier.close());
    return notifier;
  };
  const listen = (server: SMTPServer | Server) =>
    new Promise<number>((resolve) => {
      started.push(() => server.close());
      const listening = server.listen(0, '127.0.0.1', () => resolve((listening.address() as AddressInfo).port));
    });
  /** A real SMTP server on this machine that keeps what it was sent. */
  const mailServer = async (options: SMTPServerOptions = {}) => {
    const mails: { to: string[]; raw: string }[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks).toString('utf8') });
          done();
        });
      },
      ...options,
    });
    server.on('error', () => undefined);
    return { mails, port: await listen(server) };
  };
  const refusal = (responseCode: number) => Object.assign(new Error('no'), { responseCode });
  const plainText = (raw: string) => {
    const body = raw.slice(raw.indexOf('\r\n\r\n'));
    if (/transfer-encoding: base64/i.test(raw)) return Buffer.from(body, 'base64').toString('utf8');
    const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString('utf8');
  };

  it('mails the link and the number of the order, and never what the payload holds', async () => {
    const { mails, port } = await mailServer();
    expect(await notifierFor(port).send(message, forever)).toEqual({ outcome: 'sent' });
    expect(mails).toHaveLength(1);
    expect(mails[0]?.to).toEqual(['buyer@example.com']);
    expect(plainText(mails[0]?.raw ?? '')).toContain(message.orderUrl);
    expect(mails[0]?.raw).toContain('Subject: Your order is ready (YM0HDG02PX8HZX)');
    expect(mails[0]?.raw).not.toContain('STEAM-7QX2');
  });

  it('speaks Chinese to buyers who do', async () => {
    const { mails, port } = await mailServer();
    await notifierFor(port).send({ ...message, locale: 'zh-CN' }, forever);
    expect(plainText(mails[0]?.raw ?? '')).toContain('订单号：YM0HDG02PX8HZX');
  });

  it.each(['ORDER_DELIVERED', 'ORDER_REFUNDED', 'ORDER_CANCELLED', 'ORDER_EXPIRED', 'ORDER_DECLINED', 'DELIVERY_RESENT'] as const)(
    '%s is mailed',
    async (kind) => {
      const { mails, port } = await mailServer();
      const notifier = notifierFor(port);
      expect(notifier.wants({ ...message, kind })).toBe(true);
      expect(await notifier.send({ ...message, kind }, forever)).toEqual({ outcome: 'sent' });
      expect(mails).toHaveLength(1);
    },
  );

  it('a repeat carries the same Message-ID, another message another one', async () => {
    const { mails, port } = await mailServer();
    const notifier = notifierFor(port);
    for (const messageId of ['event-1/mail', 'event-1/mail', 'event-2/mail']) await notifier.send({ ...message, messageId }, forever);
    const [first, second, third] = mails.map(({ raw }) => /^Message-ID:\s+(<.+>)/im.exec(raw)?.[1]);
    expect(first).toMatch(/^<.+@cardrail>$/);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it.each(['a@x.example, b@x.example', 'a@x.example\r\nBcc: b@x.example', '<a@x.example>', 'nobody', '"a b"@x.example'])(
    '%j is not one plain address and is refused unsent',
    async (to) => {
      const { mails, port } = await mailServer();
      expect(await notifierFor(port).send({ ...message, to }, forever)).toEqual({ outcome: 'refused', why: 'BAD_ADDRESS' });
      expect(mails).toEqual([]);
    },
  );

  it('does not want what is for machines, or a message without an address', () => {
    const notifier = notifierFor(1);
    const { to: _to, ...nobody } = message;
    expect(notifier.wants({ ...message, kind: 'ORDER_EVENT' })).toBe(false);
    expect(notifier.wants(nobody)).toBe(false);
  });

  it.each([
    [550, 'refused'],
    [450, 'retry'],
  ])('a recipient answered with %i is: %s', async (code, outcome) => {
    const { port } = await mailServer({ onRcptTo: (_address, _session, done) => done(refusal(code)) });
    expect(await notifierFor(port).send(message, forever)).toEqual({ outcome, why: `EENVELOPE ${code}` });
  });

  it.each([
    [554, 'refused'],
    [451, 'retry'],
  ])('a text answered with %i is: %s', async (code, outcome) => {
    const { port } = await mailServer({ onData: (stream, _session, done) => stream.resume().on('end', () => done(refusal(code))) });
    expect(await notifierFor(port).send(message, forever)).toMatchObject({ outcome });
  });

  it('a refused sender is our own mistake: tried again', async () => {
    const { port } = await mailServer({ onMailFrom: (_address, _session, done) => done(refusal(550)) });
    expect(await notifierFor(port).send(message, forever)).toMatchObject({ outcome: 'retry' });
  });

  it('a refused login is our own mistake: tried again, and the password shows nowhere', async () => {
    const { port } = await mailServer({ authOptional: false, allowInsecureAuth: true, onAuth: (_auth, _session, done) => done(refusal(535)) });
    const notifier = notifierFor(port, { login: { user: 'shop', password: 'hunter2-hunter2' } });
    const result = await notifier.send(message, forever);
    expect(result).toMatchObject({ outcome: 'retry' });
    expect(inspect([result, notifier], { depth: 9, showHidden: true })).not.toContain('hunter2');
  });

  it('starttls is never given up for plain text', async () => {
    const { mails, port } = await mailServer();
    expect(await notifierFor(port, { security: 'starttls' }).send(message, forever)).toMatchObject({ outcome: 'retry' });
    expect(mails).toEqual([]);
  });

  it('a server that is away is tried again', async () => {
    expect(await notifierFor(1).send(message, forever)).toMatchObject({ outcome: 'retry' });
  });

  it('a server that says nothing is given up by the clock or by whoever asked', async () => {
    const port = await listen(createServer());
    expect(await notifierFor(port, { timeoutMs: 50 }).send(message, forever)).toMatchObject({ outcome: 'retry' });
    expect(await notifierFor(port).send(message, AbortSignal.abort())).toEqual({ outcome: 'retry', why: 'NO_ANSWER' });
  });
});

describe('the URL of a mail server', () => {
  it.each([
    ['smtps://mail.example', { host: 'mail.example', port: 465, security: 'implicit' }],
    ['smtp://mail.example', { host: 'mail.example', port: 587, security: 'starttls' }],
    ['smtp://127.0.0.1:2525', { host: '127.0.0.1', port: 2525, security: 'none' }],
    ['smtps://shop:p%40ss@mail.example:4465', { host: 'mail.example', port: 4465, security: 'implicit', login: { user: 'shop', password: 'p@ss' } }],
  ])('%s', (url, settings) => expect(smtpServer(url)).toEqual(settings));

  it.each(['http://user:hunter2@mail.example', 'mail.example', 'smtp://'])('%s is refused without quoting it', (url) => {
    expect(() => smtpServer(url)).toThrow('An SMTP server is smtp://host or smtps://host.');
  });
});
