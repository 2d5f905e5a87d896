import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import type { IncidentMessage, Message } from '../../../src/application/ports/notifier';
import { dingtalk, fitting, RobotNotifier, wecom } from '../../../src/infrastructure/notifiers/robot-notifier';
import { SystemRuntime } from '../../../src/infrastructure/runtime/system-runtime';
import { RecordedRobot } from '../../support/recorded-robot';

const SECRET = 'SEC-of-a-robot-in-a-test';
const message: IncidentMessage = {
  messageId: 'event-1:wecom',
  kind: 'INCIDENT_CLOSED',
  incidentId: '4f1b7c0a-8d2e-5b36-9c41-0a7d5e2f6b18',
  about: { kind: 'CHANNEL_ILL', subject: 'upstream-a' },
  locale: 'zh-CN',
  title: '[已恢复] 发卡渠道异常: upstream-a',
  lines: ['原因：TIMEOUTS', '影响订单：3 笔'],
  payload: {},
};

describe('robots in chat rooms', () => {
  const runtime = new SystemRuntime();
  const forever = new AbortController().signal;
  let robot: RecordedRobot;
  const made: RobotNotifier[] = [];
  beforeEach(async () => void (robot = await RecordedRobot.start()));
  afterEach(async () => {
    for (const notifier of made.splice(0)) await notifier.close();
    await robot.close();
  });
  const notifier = (dialect: typeof wecom, url = robot.url, timeoutMs = 5_000): RobotNotifier => {
    const one = new RobotNotifier({ id: 'room', url, timeoutMs, ...(dialect === dingtalk ? { secret: SECRET } : {}) }, dialect, runtime);
    made.push(one);
    return one;
  };

  it('WeCom gets markdown under its key, with the title and every line', async () => {
    expect(await notifier(wecom).send(message, forever)).toEqual({ outcome: 'sent' });
    const [call] = robot.calls;
    expect(call?.query.get('key')).toBe('robot-key');
    expect(call?.body).toEqual({
      msgtype: 'markdown',
      markdown: { content: '**[已恢复] 发卡渠道异常: upstream-a**\n> 原因：TIMEOUTS\n> 影响订单：3 笔' },
    });
  });

  it('DingTalk gets a request that it can verify, signed anew at each try', async () => {
    await notifier(dingtalk).send(message, forever);
    const [call] = robot.calls;
    const timestamp = call?.query.get('timestamp') ?? '';
    expect(Math.abs(Number(timestamp) - Date.now())).toBeLessThan(60_000);
    expect(call?.query.get('sign')).toBe(createHmac('sha256', SECRET).update(`${timestamp}\n${SECRET}`).digest('base64'));
    expect(call?.query.get('key')).toBe('robot-key');
    expect(call?.body).toMatchObject({ msgtype: 'markdown', markdown: { title: message.title } });
  });

  it.each([
    ['a full minute', wecom, { errcode: 45_009, errmsg: 'api freq out of limit' }, 'RATE_LIMITED'],
    ['a full minute', dingtalk, { errcode: 130_101, errmsg: 'send too fast' }, 'RATE_LIMITED'],
    ['a robot that is gone', wecom, { errcode: 93_000, errmsg: 'invalid webhook url' }, 'ERRCODE 93000'],
    ['a signature that does not fit', dingtalk, { errcode: 310_000, errmsg: 'sign not match' }, 'ERRCODE 310000'],
    ['something else than an answer', wecom, 'ok', 'UNREADABLE_ANSWER'],
    ['something without a code', wecom, { ok: true }, 'UNREADABLE_ANSWER'],
    ['an answer without an end', wecom, { errcode: 0, errmsg: 'x'.repeat(1_000_000) }, 'OVERSIZED'],
  ])('%s is tried again', async (_, dialect, answer, why) => {
    robot.answer = answer;
    expect(await notifier(dialect).send(message, forever)).toEqual({ outcome: 'retry', why });
  });

  it('a redirect is not followed, an error is tried again, and so is silence', async () => {
    robot.status = 302;
    expect(await notifier(wecom).send(message, forever)).toEqual({ outcome: 'retry', why: 'HTTP 302' });
    robot.status = 500;
    expect(await notifier(wecom).send(message, forever)).toEqual({ outcome: 'retry', why: 'HTTP 500' });
    robot.status = 0;
    expect(await notifier(wecom, robot.url, 50).send(message, forever)).toEqual({ outcome: 'retry', why: 'TIMEOUT' });
    expect(robot.calls).toHaveLength(3);
  });

  it('keeps to twenty a minute, which is what the platforms take', async () => {
    const one = notifier(wecom);
    for (let sent = 0; sent < 20; sent++) expect(await one.send(message, forever)).toEqual({ outcome: 'sent' });
    expect(await one.send(message, forever)).toEqual({ outcome: 'retry', why: 'RATE_LIMITED' });
    expect(robot.calls).toHaveLength(20);
  });

  it('cuts a long text at a whole character within 4096 bytes', () => {
    const cut = fitting('渠道'.repeat(2_000), 4_096);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(4_096);
    expect(cut.endsWith('…') && !cut.includes('\ufffd')).toBe(true);
    expect(fitting('short', 4_096)).toBe('short');
  });

  it('wants incidents, and nothing of orders', () => {
    const order: Message = { messageId: 'm', kind: 'ORDER_EVENT', orderId: 'o', orderNumber: 'n', locale: 'en', orderUrl: 'u', payload: {} };
    expect([message, order].map((one) => notifier(wecom).wants(one))).toEqual([true, false]);
  });

  it.each(['http://robot.example/send?key=robot-key', 'file:///etc/passwd', 'https://user:robot-key@robot.example/'])(
    '%s is refused at start, without quoting it',
    (url) => {
      expect(() => notifier(wecom, url)).toThrow(/^Robot room/);
      expect(() => notifier(wecom, url)).not.toThrow('robot-key');
    },
  );

  it('shows its key and its secret nowhere', () => {
    const shown = inspect(notifier(dingtalk), { depth: 9, showHidden: true });
    expect(shown).not.toContain('robot-key');
    expect(shown).not.toContain(SECRET);
  });
});
