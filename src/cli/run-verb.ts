import type { Locale } from '../application/caller';
import { CliRefusal, EXIT, exitCodeOf, refuseSecretArguments } from './exit';
import { localeOf } from './locale';
import { say } from './output';
import { buildProgram } from './program';
import { type CliCode, refusalText } from './refusals';

/** Reads a command line and runs its verb; what the shell is told. One line per error; stacks help nobody here. */
export async function runVerb(args: readonly string[]): Promise<number> {
  try {
    refuseSecretArguments(args);
    await buildProgram().parseAsync([...args], { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (isHelp(error)) return EXIT.done;
    const name = error instanceof Error ? error.name : '';
    if (name !== 'BadNews') say(`cardrail: ${wordsOf(error, localeOf(localeAsked(args)))}`);
    return exitCodeOf(error);
  }
}

const HELP_CODES = ['commander.helpDisplayed', 'commander.version'];
const isHelp = (error: unknown): boolean => error instanceof Error && 'code' in error && HELP_CODES.includes(String(error.code));

/** What `--locale` says, wherever it stands: a command line that is wrong was not read to its end. */
function localeAsked(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg === '--locale' || arg.startsWith('--locale='));
  return at < 0 ? undefined : (args[at]?.split('=')[1] ?? args[at + 1]);
}

/** Commander quotes an unknown flag with its value, which may be a secret; the name is enough. */
function wordsOf(error: unknown, locale: Locale): string {
  if (!(error instanceof Error)) return 'failed';
  if (error instanceof CliRefusal) return error.name === 'WrongUse' ? error.in(locale) : oneLine(error.in(locale));
  if (error.name === 'ConfigInvalid' || error.name === 'WrongUse') return error.message;
  if (error.name === 'CommanderError')
    return error.message === '(outputHelp)'
      ? refusalText('VERB_MISSING', {}, locale)
      : oneLine(error.message.replace(/^error: /, '').replace(/(--[\w-]+)=[^']*/g, '$1'));
  return oneLine(systemWords(error, locale) ?? error.message) || error.name;
}

/** What the disk says, by the code of SQLite or of the system: the bare sentence names neither the place nor a way out. */
const DISK: readonly (readonly [RegExp, CliCode])[] = [
  [/^SQLITE_READONLY|^EROFS|^EACCES|^EPERM/, 'DISK_READ_ONLY'],
  [/^SQLITE_FULL|^ENOSPC/, 'DISK_FULL'],
  [/^SQLITE_CANTOPEN/, 'DISK_FILE_CLOSED'],
  [/^SQLITE_IOERR|^EIO/, 'DISK_FAILING'],
];

function systemWords(error: Error, locale: Locale): string | null {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const said = DISK.find(([codes]) => codes.test(code))?.[1];
  return said === undefined ? null : refusalText(said, { said: error.message }, locale);
}

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ');
