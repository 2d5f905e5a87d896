import { EXIT, exitCodeOf, refuseSecretArguments } from './exit';
import { say } from './output';
import { buildProgram } from './program';

/** Reads a command line and runs its verb; what the shell is told. One line per error; stacks help nobody here. */
export async function runVerb(args: readonly string[]): Promise<number> {
  try {
    refuseSecretArguments(args);
    await buildProgram().parseAsync([...args], { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (isHelp(error)) return EXIT.done;
    const name = error instanceof Error ? error.name : '';
    if (name !== 'BadNews') say(`cardrail: ${wordsOf(error)}`);
    return exitCodeOf(error);
  }
}

const HELP_CODES = ['commander.helpDisplayed', 'commander.version'];
const isHelp = (error: unknown): boolean => error instanceof Error && 'code' in error && HELP_CODES.includes(String(error.code));

/** Commander quotes an unknown flag with its value, which may be a secret; the name is enough. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  if (error.name === 'ConfigInvalid' || error.name === 'WrongUse') return error.message;
  if (error.name === 'CommanderError')
    return error.message === '(outputHelp)'
      ? 'a verb is missing; see --help'
      : oneLine(error.message.replace(/^error: /, '').replace(/(--[\w-]+)=[^']*/g, '$1'));
  return oneLine(systemWords(error) ?? error.message) || error.name;
}

/** What the disk says, by the code of SQLite or of the system: the bare sentence names neither the place nor a way out. */
const DISK: readonly (readonly [RegExp, string])[] = [
  [/^SQLITE_READONLY|^EROFS|^EACCES|^EPERM/, 'this account may not write there'],
  [/^SQLITE_FULL|^ENOSPC/, 'the disk is full'],
  [/^SQLITE_CANTOPEN/, 'a file of the shop cannot be opened'],
  [/^SQLITE_IOERR|^EIO/, 'the disk does not read or write'],
];

function systemWords(error: Error): string | null {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const said = DISK.find(([codes]) => codes.test(code))?.[1];
  return said === undefined ? null : `${said} (${error.message}): look at CARDRAIL_DATA_DIR with cardrail doctor`;
}

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ');
