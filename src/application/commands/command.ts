import type { Command as NestCommand, CommandResult } from '@nestjs/cqrs';

/**
 * A command as Nest's bus takes it: it is found by its class, and its type says what it comes to. Of Nest it has only that type, so that
 * whoever uses it without a bus, as the command line does, starts without Nest.
 */
export type Command<Result> = NestCommand<Result>;
export const Command = class {} as unknown as abstract new <Result>() => Command<Result>;

/** Carries out the commands of one class. The wiring page tells the bus. */
export interface CommandHandler<C extends Command<unknown>> {
  readonly command: abstract new (...args: never[]) => C;
  execute(command: C): Promise<CommandResult<C>>;
}
