/** What a shell sees: 0 done, 1 failed, 2 wrong use, 3 refused. */
export const EXIT = { done: 0, failed: 1, wrongUse: 2, refused: 3 } as const;

/** The command line itself is wrong. Nothing was changed. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

/** Understood, and not done: a rule of the shop says no. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Done as far as it went, and the answer is bad news that has been printed already. */
export class BadNews extends Error {
  override readonly name = 'BadNews';
}

const CODES: Readonly<Record<string, number>> = {
  WrongUse: EXIT.wrongUse,
  ConfigInvalid: EXIT.wrongUse,
  CommanderError: EXIT.wrongUse,
  Refused: EXIT.refused,
  KeyringRefused: EXIT.refused,
  MoveRefused: EXIT.refused,
  ShopMoved: EXIT.refused,
};

/** By name, so that telling an error apart does not load the room it comes from. */
export const exitCodeOf = (error: unknown): number => (error instanceof Error ? (CODES[error.name] ?? EXIT.failed) : EXIT.failed);

/** For anything that takes something away. Throws WrongUse. */
export function requireYes(yes: boolean | undefined, what: string): void {
  if (yes !== true) throw new WrongUse(`${what}; say --yes to do it`);
}

const SECRET_OPTION = /^--?(?:api[-_]?)?(?:key|secret|password|passwd|token|webhook[-_]?secret)(?:=|$)/i;
const SECRET_VALUE = /^whsec_/;

/** Arguments are seen by every process of the machine and kept in the shell's history. Throws WrongUse, quoting nothing. */
export function refuseSecretArguments(args: readonly string[]): void {
  if (args.some((arg) => SECRET_OPTION.test(arg) || SECRET_VALUE.test(arg))) {
    throw new WrongUse('secrets are not taken as arguments: name an environment variable or a file instead');
  }
}
