import { Injectable } from '@nestjs/common';
import { type Command, CommandBus, type Query, QueryBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { allows, Forbidden, type Operation } from '../../application/authorise';
import type { Caller } from '../../application/caller';
import { ApiError } from '../errors/api-error';
import type { ApiContext } from '../request/api-context';

/** A command of ours: what it takes is checked by its own schema. */
interface CommandClass<Schema extends z.ZodType, Result> extends Operation {
  readonly input: Schema;
  new (caller: Caller, input: z.output<Schema>): Command<Result>;
}

/** From here on a request is a use case. Whoever comes without a key and without a token gets no further. */
@Injectable()
export class Door {
  constructor(
    private readonly commandBus: CommandBus,
    private readonly queryBus: QueryBus,
  ) {}

  /** Who may not do it at all hears just that, before anything of the input is looked at. Throws BAD_USER_INPUT, and whatever the use case throws. */
  async run<Schema extends z.ZodType, Result>(command: CommandClass<Schema, Result>, context: ApiContext, input: object): Promise<Result> {
    const { role } = context.caller;
    if (!allows(command, role) && !(allows(command, 'BUYER') && 'accessToken' in input && input.accessToken !== undefined))
      throw new Forbidden(command.operation, role);
    const parsed = command.input.safeParse(withoutNulls(input));
    if (!parsed.success) throw badInput(parsed.error);
    return this.commandBus.execute(new command(context.caller, parsed.data));
  }

  /** The same for commands on one order, which its token may open: from the input or from the header. */
  runOnOrder<Schema extends z.ZodType, Result>(
    command: CommandClass<Schema, Result>,
    context: ApiContext,
    input: { readonly accessToken?: string | null },
  ): Promise<Result> {
    const accessToken = this.tokenFor(context, input.accessToken);
    return this.run(command, context, { ...input, accessToken });
  }

  ask<Result>(context: ApiContext, query: Query<Result>): Promise<Result> {
    if (!context.hasKey && context.orderToken === undefined) throw unauthenticated();
    return this.queryBus.execute(query);
  }

  askForOrder<Result>(query: Query<Result>): Promise<Result> {
    return this.queryBus.execute(query);
  }

  /** The order token, wherever it came in. Throws UNAUTHENTICATED when there is neither a token nor a key. */
  tokenFor(context: ApiContext, argument: string | null | undefined): string | undefined {
    const token = argument ?? context.orderToken;
    if (token === undefined && !context.hasKey) throw unauthenticated();
    return token;
  }
}

const unauthenticated = (): ApiError =>
  new ApiError('UNAUTHENTICATED', 'Send an API key as "Authorization: Bearer …", or the order token as "X-Order-Token".');

function badInput(error: z.ZodError): ApiError {
  const [issue] = error.issues;
  const field = ['input', ...(issue?.path ?? []).map(String)];
  return new ApiError('BAD_USER_INPUT', `${field.join('.')}: ${issue?.message ?? 'is not valid'}`, { field });
}

/** GraphQL's `null` means "not given" here; the schemas of the commands know only members that are there. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}
