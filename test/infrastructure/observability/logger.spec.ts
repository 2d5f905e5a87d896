import { format, inspect } from 'node:util';
import { createLogger, type LogLevel } from '../../../src/infrastructure/observability/logger';
import { Secret } from '../../../src/config/secret';

const PLAIN = 'STEAM-7QX2';

describe('a secret', () => {
  const secret = new Secret(PLAIN);

  it('is given away by reveal', () => expect(secret.reveal()).toBe(PLAIN));

  it('shows itself in no other way', () => {
    const shown = [
      String(secret),
      JSON.stringify({ secret }),
      inspect({ deep: { secret } }, { depth: 9, showHidden: true }),
      format('%s %j %o', secret, secret, secret),
      Object.entries(secret).join(),
    ];
    for (const text of shown) expect(text).not.toContain(PLAIN);
    expect(shown[0]).toBe('[secret]');
  });
});

describe('the log', () => {
  const logged = (write: (logger: ReturnType<typeof createLogger>) => void, level: LogLevel = 'info') => {
    const lines: string[] = [];
    write(createLogger({ level, base: { role: 'api' }, stream: { write: (line) => lines.push(line) } }));
    return { text: lines.join(''), lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
  };

  it('is JSON with level, ISO time, role and the ids of its child', () => {
    const { lines } = logged((logger) => logger.child({ orderId: 'o1', correlationId: 'c1' }).info('stored'));
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.+Z$/) as string,
        role: 'api',
        orderId: 'o1',
        correlationId: 'c1',
        msg: 'stored',
      },
    ]);
  });

  it('shows no secret, wherever it stands', () => {
    const secret = new Secret(PLAIN);
    const { text } = logged((logger) => {
      logger.info({ secret, deep: { list: [{ secret }] } }, 'sealing %s', secret);
      logger.child({ secret }).warn('again');
    });
    expect(text).toContain('[secret]');
    expect(text).not.toContain(PLAIN);
  });

  it('shows no credentials that an HTTP library kept as text', () => {
    const headers = { authorization: `Bearer ${PLAIN}`, 'x-order-token': PLAIN, cookie: PLAIN, accept: 'text/html' };
    const { text } = logged((logger) => logger.info({ headers, req: { headers } }, 'came'));
    expect(text).not.toContain(PLAIN);
    expect(text).toContain('text/html');
  });

  it('says what went wrong and why, without what libraries hang on their errors', () => {
    const cause = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
    const error = Object.assign(new Error('the gateway is away', { cause }), { options: { headers: { authorization: PLAIN } } });
    const { text, lines } = logged((logger) => logger.error({ err: error }, 'call failed'));
    expect(text).not.toContain(PLAIN);
    expect(lines[0]?.['err']).toMatchObject({
      type: 'Error',
      message: 'the gateway is away',
      cause: { message: 'connection refused', code: 'ECONNREFUSED' },
    });
  });

  it('does not follow causes for ever', () => {
    const error = new Error('I am my own cause');
    error.cause = error;
    expect(logged((logger) => logger.error({ err: error })).lines).toHaveLength(1);
  });

  it('is silent when told', () => expect(logged((logger) => logger.error('never'), 'silent').lines).toEqual([]));
});
