import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { OpenSharedOrder, RevokeOrderShare, ShareOrder } from '../../../application/commands';
import { shareView } from '../../../application/queries/order-view';
import { API_OPTIONS, type ApiOptions } from '../../api-options';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { OpenSharedOrderInput, RevokeOrderShareInput, ShareOrderInput } from '../types/share';
import { OpenSharedOrderPayload, RevokeOrderSharePayload, ShareOrderPayload } from '../types/support-payloads';
import { userErrorOf } from '../types/user-error';
import { orderPayload } from './present';

/** Links that show one order to somebody outside. */
@Resolver()
export class Shares {
  constructor(
    private readonly door: Door,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Mutation(() => ShareOrderPayload, {
    description: 'Makes a link that shows the order, redacted, to whoever holds it, until it runs out or is taken back.',
  })
  async shareOrder(
    @Args('input', { type: () => ShareOrderInput }) input: ShareOrderInput,
    @Context() context: ApiContext,
  ): Promise<ShareOrderPayload> {
    const result = await this.door.runOnOrder(ShareOrder, context, input);
    const payload = orderPayload(result, context, input.accessToken);
    if (!result.ok) return { ...payload, share: null, link: null };
    const { orderNumber } = result.order.state.submitted;
    const link = `${this.options.pagesUrl ?? ''}/shared/${encodeURIComponent(orderNumber)}#t=${result.shareToken}`;
    return { ...payload, share: shareView(result.share), link };
  }

  @Mutation(() => RevokeOrderSharePayload, { description: 'Takes a link back: it opens nothing any more.' })
  async revokeOrderShare(
    @Args('input', { type: () => RevokeOrderShareInput }) input: RevokeOrderShareInput,
    @Context() context: ApiContext,
  ): Promise<RevokeOrderSharePayload> {
    return orderPayload(await this.door.runOnOrder(RevokeOrderShare, context, input), context, input.accessToken);
  }

  @Mutation(() => OpenSharedOrderPayload, {
    description:
      'Opens a link. Needs no key: the look is stored before anything is shown, so this is no query. NOT_FOUND when the two do not belong together.',
  })
  async openSharedOrder(
    @Args('input', { type: () => OpenSharedOrderInput }) input: OpenSharedOrderInput,
    @Context() context: ApiContext,
  ): Promise<OpenSharedOrderPayload> {
    const result = await this.door.runOnShare(OpenSharedOrder, context, input);
    return result.ok
      ? { shared: result.shared, replayed: false, userErrors: [] }
      : { shared: null, replayed: false, userErrors: [userErrorOf(result, context.caller)] };
  }
}
