import type { Locale } from '../application/caller';
import { type CliCode, type Facts, refusalText } from './refusals';

/** What a shell sees: 0 done, 1 failed, 2 wrong use, 3 refused. */
export const EXIT = { done: 0, failed: 1, wrongUse: 2, refused: 3 } as const;

/** What the command line says no to, in a stable code and the languages of people. */
export abstract class CliRefusal extends Error {
  constructor(
    readonly code: CliCode,
    readonly facts: Facts = {},
  ) {
    super(refusalText(code, facts, 'en'));
  }

  in(locale: Locale): string {
    return refusalText(this.code, this.facts, locale);
  }
}

/** The command line itself is wrong. Nothing was changed. */
export class WrongUse extends CliRefusal {
  override readonly name = 'WrongUse';
}

/** Understood, and not done: a rule of the shop says no. */
export class Refused extends CliRefusal {
  override readonly name = 'Refused';
}

/** What the shop itself said, in its own code and words. */
export class ShopSays extends Error {
  constructor(
    override readonly name: 'WrongUse' | 'Refused',
    words: string,
  ) {
    super(words);
  }
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

/** For anything that takes something away: the words of the code say what, and that --yes does it. Throws WrongUse. */
export function requireYes(yes: boolean | undefined, what: CliCode, facts?: Facts): void {
  if (yes !== true) throw new WrongUse(what, facts);
}

const SECRET_OPTION = /^--?(?:api[-_]?)?(?:key|secret|password|passwd|token|webhook[-_]?secret)(?:=|$)/i;
const SECRET_VALUE = /^whsec_/;

/** Arguments are seen by every process of the machine and kept in the shell's history. Throws WrongUse, quoting nothing. */
export function refuseSecretArguments(args: readonly string[]): void {
  if (args.some((arg) => SECRET_OPTION.test(arg) || SECRET_VALUE.test(arg))) {
    throw new WrongUse('SECRET_IN_ARGUMENTS');
  }
}
