import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { orderTokenOf } from '../order-token';
import type { Keyring } from '../ports/keyring';
import { Command, type CommandHandler } from './command';
import { ofBuyer } from './input';
import type { OrderDesk } from './order-desk';
import type { OrderResult } from './result';

export type RotateAccessTokenResult = OrderResult<{ readonly accessToken: string }>;

/** Makes every token of the order worthless and gives the new one. */
export class RotateAccessToken extends Command<RotateAccessTokenResult> {
  static readonly operation = 'rotateAccessToken';
  static readonly rights: Rights = { roles: ['STOREFRONT', 'SUPPORT', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofBuyer });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof RotateAccessToken.input>,
  ) {
    super();
  }
}

export class RotateAccessTokenHandler implements CommandHandler<RotateAccessToken> {
  readonly command = RotateAccessToken;
  constructor(
    private readonly desk: OrderDesk,
    private readonly keyring: Keyring,
  ) {}

  async execute({ caller, input }: RotateAccessToken): Promise<RotateAccessTokenResult> {
    const result = await this.desk.run(RotateAccessToken, caller, input, { type: 'RotateAccessToken' });
    return result.ok ? { ...result, accessToken: orderTokenOf(this.keyring, result.order.state) } : result;
  }
}
