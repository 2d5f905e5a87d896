import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliRefusals, type CliCode, refusalText } from '../../src/cli/refusals';
import { Terminal } from './terminal';

const CLI = join(__dirname, '../../src/cli');
const codes = Object.keys(cliRefusals) as CliCode[];
const factsIn = (words: string): readonly string[] => [...words.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();

describe('what the command line refuses', () => {
  it.each(codes)('%s is said in two languages, with the same facts but for how they are counted', (code) => {
    const { en, 'zh-CN': chinese } = cliRefusals[code];
    const [english, zh] = [factsIn(en), factsIn(chinese)].map((facts) => new Set(facts.map((name) => name.replace('counted', 'count'))));
    expect(zh).toEqual(english);
    expect(en).toMatch(/^[^.]+\S/);
    // A sentence that says what is wrong; a list of problems may follow.
    expect(chinese).toMatch(/\p{Script=Han}/u);
    expect(chinese).toMatch(/(?:。|：\n\{problems\})$/u);
  });

  it('no code stands there for nothing', () => {
    const text = readdirSync(CLI, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && name !== 'refusals.ts')
      .map((name) => readFileSync(join(CLI, name), 'utf8'))
      .join('\n');
    expect(codes.filter((code) => !text.includes(`'${code}'`))).toEqual([]);
  });

  it('a fact that is missing is a question mark, and one that looks like a place for another stays as it is', () => {
    expect(refusalText('FILE_NOT_FOUND', {}, 'en')).toBe('FILE_NOT_FOUND: there is no file ?');
    expect(refusalText('FILE_NOT_FOUND', { file: '{file}' }, 'zh-CN')).toBe('FILE_NOT_FOUND: 没有文件 {file}。请核对路径。');
  });
});

describe('a refusal in a terminal', () => {
  const terminal = new Terminal();
  afterAll(() => terminal.leave());

  const [chinese, other] = [{ LC_ALL: 'zh_CN.UTF-8' }, { LC_ALL: 'C' }] as const;

  it.each<readonly [string, readonly string[], Readonly<Record<string, string>>, string]>([
    [
      'in Chinese where the terminal speaks it',
      ['outbox', 'resend', 'hook'],
      chinese,
      'MESSAGE_TOLD_AGAIN: hook 会再次收到消息。确认要这样做请加 --yes。',
    ],
    [
      'in Chinese where it is asked for',
      ['outbox', 'resend', 'hook', '--locale', 'zh-CN'],
      other,
      'MESSAGE_TOLD_AGAIN: hook 会再次收到消息。确认要这样做请加 --yes。',
    ],
    [
      'in English where it is asked for',
      ['outbox', 'resend', 'hook', '--locale=en'],
      chinese,
      'MESSAGE_TOLD_AGAIN: hook would hear it again; say --yes to do it',
    ],
    ['in English anywhere else', ['orders'], other, 'VERB_MISSING: a verb is missing; see --help'],
  ])('is told %s', async (_where, args, environment, words) => {
    const { code, stdout, stderr } = await terminal.run(args, environment);
    expect({ code, stdout, said: stderr.trim().split('\n').at(-1) }).toEqual({ code: 2, stdout: '', said: `cardrail: ${words}` });
  });
});
