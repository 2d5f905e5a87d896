import { Inject, Injectable } from '@nestjs/common';
import { type Command, CommandBus, type Query, QueryBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { allows, forbidden, mayRun, type Operation } from '../../application/authorise';
import type { Caller } from '../../application/caller';
import type { PageRequest } from '../../application/queries';
import { API_OPTIONS, type ApiOptions } from '../api-options';
import { ApiError } from '../errors/api-error';
import type { ApiContext } from '../request/api-context';
import { LookupGuard } from '../request/lookup-guard';
import { AUTHENTICATE, noteRefusal, notingRefusals, refusalIn } from '../request/refusals';

/** A command of ours: what it takes is checked by its own schema. */
interface CommandClass<Schema extends z.ZodType, Result> extends Operation {
  readonly input: Schema;
  new (caller: Caller, input: z.output<Schema>): Command<Result>;
}

/** A query of ours knows who asks; its class knows how it is called. */
type QueryOf<Result> = Query<Result> & { readonly caller: Caller; readonly orderId?: string };

const nameOf = (query: object): string => (query.constructor as unknown as Operation).operation;

/** From here on a request is a use case. Whoever comes without a key and without a token gets no further. */
@Injectable()
export class Door {
  private readonly guard: LookupGuard;

  constructor(
    private readonly commandBus: CommandBus,
    private readonly queryBus: QueryBus,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {
    this.guard = new LookupGuard(options.rateLimits.lookupMissesPerMinute, options.runtime);
  }

  /** The page of a list that is asked for, counted unless the shop does without counts. */
  page(first: number, after: string | null | undefined): PageRequest {
    const uncounted = this.options.turnsAway('COUNTS') ? ({ uncounted: true } as const) : {};
    return { first, ...(after == null ? {} : { after }), ...uncounted };
  }

  /** Who may not do it at all hears just that, before anything of the input is looked at. Throws BAD_USER_INPUT, and whatever the use case throws. */
  run<Schema extends z.ZodType, Result>(command: CommandClass<Schema, Result>, context: ApiContext, input: object): Promise<Result> {
    const orderId = 'orderId' in input ? input.orderId : undefined;
    return notingRefusals(this.options, context.caller, command.operation, orderId, () => this.admit(command, context, input));
  }

  private async admit<Schema extends z.ZodType, Result>(command: CommandClass<Schema, Result>, context: ApiContext, input: object): Promise<Result> {
    if (!mayRun(command, context.caller) && !(allows(command, 'BUYER') && 'accessToken' in input && input.accessToken !== undefined))
      throw forbidden(command, context.caller);
    const parsed = command.input.safeParse(withoutNulls(input));
    if (!parsed.success) throw badInput(parsed.error);
    return this.commandBus.execute(new command(context.caller, parsed.data));
  }

  /** The same for commands on one order, which its token may open: from the input or from the header. Throws RATE_LIMITED. */
  async runOnOrder<Schema extends z.ZodType, Result>(
    command: CommandClass<Schema, Result>,
    context: ApiContext,
    input: { readonly accessToken?: string | null },
  ): Promise<Result> {
    const accessToken = this.tokenFor(context, input.accessToken);
    return this.runOnShare(command, context, { ...input, accessToken });
  }

  /** For whoever holds a link to one order: all that opens it stands in the input. Throws RATE_LIMITED. */
  async runOnShare<Schema extends z.ZodType, Result>(command: CommandClass<Schema, Result>, context: ApiContext, input: object): Promise<Result> {
    this.admitLook(context, command.operation);
    const result = await this.run(command, context, input);
    if (refusalIn(result) === 'NOT_FOUND') this.guard.missed(context);
    return result;
  }

  ask<Result>(context: ApiContext, query: QueryOf<Result>): Promise<Result> {
    return notingRefusals(this.options, query.caller, nameOf(query), query.orderId, async () => {
      if (!context.hasKey && context.orderToken === undefined) throw unauthenticated();
      return this.queryBus.execute(query);
    });
  }

  /** Null, or an answer without an order: it is missing, or foreign. Throws RATE_LIMITED after too many of these. */
  async askForOrder<Result extends object | null>(context: ApiContext, query: QueryOf<Result>): Promise<Result> {
    this.admitLook(context, nameOf(query));
    const answer = await notingRefusals(this.options, query.caller, nameOf(query), query.orderId, () => this.queryBus.execute(query));
    if (answer === null || ('order' in answer && answer.order === null)) {
      this.guard.missed(context);
      noteRefusal(this.options, query.caller, nameOf(query), 'NOT_FOUND', query.orderId);
    }
    return answer;
  }

  private admitLook(context: ApiContext, operation: string): void {
    try {
      this.guard.admit(context);
    } catch (error) {
      noteRefusal(this.options, context.caller, operation, 'RATE_LIMITED');
      throw error;
    }
  }

  /** The order token, wherever it came in. Throws UNAUTHENTICATED when there is neither a token nor a key. */
  tokenFor(context: ApiContext, argument: string | null | undefined): string | undefined {
    const token = argument ?? context.orderToken;
    if (token !== undefined || context.hasKey) return token;
    noteRefusal(this.options, context.caller, AUTHENTICATE, 'UNAUTHENTICATED');
    throw unauthenticated();
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
  const members: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) if (member !== null && member !== undefined) members[name] = withoutNulls(member);
  return members;
}
