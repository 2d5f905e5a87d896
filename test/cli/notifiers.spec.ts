import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RecordedRobot } from '../support/recorded-robot';
import { Terminal } from './terminal';

describe('cardrail notifiers', () => {
  const terminal = new Terminal();
  let robot: RecordedRobot;
  let settings: Readonly<Record<string, string>>;

  beforeAll(async () => {
    robot = await RecordedRobot.start();
    const file = join(terminal.folder, 'notifiers.yaml');
    const text = `notifiers:
  - { id: room, adapter: wecom, url: { env: ROOM_URL }, locale: en, kinds: [GATEWAY_ILL], subjects: [main] }
  - { id: lost, adapter: dingtalk, url: { env: NOT_THERE } }`;
    writeFileSync(file, text);
    settings = { CARDRAIL_NOTIFIERS: file, ROOM_URL: robot.url, CARDRAIL_INCIDENT_DINGTALK_URL: robot.url };
  });
  afterAll(async () => {
    await robot.close();
    terminal.leave();
  });

  it('list says what each hears of and which secrets are not there, and shows none', async () => {
    const { code, stdout } = await terminal.run(['notifiers', 'list', '--json'], settings);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      notifiers: [
        { id: 'dingtalk', adapter: 'dingtalk', locale: 'zh-CN', kinds: null, subjects: null, news: null, missing: [] },
        { id: 'room', adapter: 'wecom', locale: 'en', kinds: ['GATEWAY_ILL'], subjects: ['main'], news: null, missing: [] },
        { id: 'lost', adapter: 'dingtalk', locale: 'zh-CN', kinds: null, subjects: null, news: null, missing: ['NOT_THERE'] },
      ],
    });
    expect(stdout).not.toContain(robot.url);
  });

  it('try sends one message that says that nothing has happened, in the language of the place', async () => {
    const there = { ...settings, NOT_THERE: robot.url };
    expect(await terminal.run(['notifiers', 'try', 'room'], there)).toMatchObject({ code: 0, stdout: 'room took it\n' });
    expect(robot.calls.map(({ body }) => body.markdown?.content)).toEqual([expect.stringContaining('Nothing has happened')]);
    robot.answer = { errcode: 93_000, errmsg: 'invalid key' };
    const refused = await terminal.run(['notifiers', 'try', 'room'], there);
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('room did not take it: ERRCODE 93000')]);
    expect((await terminal.run(['notifiers', 'try', 'nobody'], there)).code).toBe(3);
  });
});
