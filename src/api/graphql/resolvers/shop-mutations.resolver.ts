import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import {
  CancelOrder,
  ChangePaymentMethod,
  ReportCard,
  ResendDelivery,
  RevealCards,
  RotateAccessToken,
  SubmitOrder,
} from '../../../application/commands';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import {
  CancelOrderInput,
  ChangePaymentMethodInput,
  ReportCardInput,
  ResendDeliveryInput,
  RevealCardsInput,
  RotateAccessTokenInput,
  SubmitOrderInput,
} from '../types/inputs';
import {
  CancelOrderPayload,
  ChangePaymentMethodPayload,
  ReportCardPayload,
  ResendDeliveryPayload,
  RevealCardsPayload,
  RotateAccessTokenPayload,
  SubmitOrderPayload,
} from '../types/payloads';
import { userErrorOf } from '../types/user-error';
import { orderPayload, orderSource } from './present';

/** What storefronts and buyers do. */
@Resolver()
export class ShopMutations {
  constructor(private readonly door: Door) {}

  @Mutation(() => SubmitOrderPayload, { description: 'Places an order. Answers when it is stored.' })
  async submitOrder(
    @Args('input', { type: () => SubmitOrderInput }) input: SubmitOrderInput,
    @Context() context: ApiContext,
  ): Promise<SubmitOrderPayload> {
    if (!context.hasKey) this.door.tokenFor(context, undefined);
    const { locale, ...from } = input.client ?? {};
    // Not spread: a copy that gains members is slow (decision 97).
    const result = await this.door.run(SubmitOrder, context, Object.assign({}, input, { locale, client: from }));
    if (!result.ok) return { order: null, accessToken: null, replayed: false, userErrors: [userErrorOf(result, context.caller)] };
    const { order, accessToken, replayed } = result;
    return { order: orderSource(order, accessToken), accessToken, replayed, userErrors: [] };
  }

  @Mutation(() => CancelOrderPayload, { description: 'Answers when the wish is stored; what is open at the gateway is then closed first.' })
  async cancelOrder(
    @Args('input', { type: () => CancelOrderInput }) input: CancelOrderInput,
    @Context() context: ApiContext,
  ): Promise<CancelOrderPayload> {
    return orderPayload(await this.door.runOnOrder(CancelOrder, context, input), context, input.accessToken);
  }

  @Mutation(() => ChangePaymentMethodPayload, {
    description: 'The old payment is closed before the new one is requested; if it turns out to be paid, the change is dropped.',
  })
  async changePaymentMethod(
    @Args('input', { type: () => ChangePaymentMethodInput }) input: ChangePaymentMethodInput,
    @Context() context: ApiContext,
  ): Promise<ChangePaymentMethodPayload> {
    return orderPayload(await this.door.runOnOrder(ChangePaymentMethod, context, input), context, input.accessToken);
  }

  @Mutation(() => RevealCardsPayload, { description: 'The codes of a delivered order. The look is stored before anything is shown.' })
  async revealCards(
    @Args('input', { type: () => RevealCardsInput }) input: RevealCardsInput,
    @Context() context: ApiContext,
  ): Promise<RevealCardsPayload> {
    const result = await this.door.runOnOrder(RevealCards, context, input);
    const cards = result.ok ? result.cards : [];
    const shown = cards.map(({ id, code, fields = {}, expiresAt = null, firstViewedAt }) => {
      const named = Object.entries(fields).map(([name, value]) => ({ name, value }));
      return { id, code, fields: named, expiresAt, firstViewedAt };
    });
    return { ...orderPayload(result, context, input.accessToken), cards: shown, receipts: result.ok ? result.receipts : [] };
  }

  @Mutation(() => ReportCardPayload, { description: 'Says that a delivered card does not work; a person looks at it.' })
  async reportCard(
    @Args('input', { type: () => ReportCardInput }) input: ReportCardInput,
    @Context() context: ApiContext,
  ): Promise<ReportCardPayload> {
    return orderPayload(await this.door.runOnOrder(ReportCard, context, input), context, input.accessToken);
  }

  @Mutation(() => RotateAccessTokenPayload, { description: 'Makes every token of the order worthless and gives the new one.' })
  async rotateAccessToken(
    @Args('input', { type: () => RotateAccessTokenInput }) input: RotateAccessTokenInput,
    @Context() context: ApiContext,
  ): Promise<RotateAccessTokenPayload> {
    const result = await this.door.runOnOrder(RotateAccessToken, context, input);
    const accessToken = result.ok ? result.accessToken : null;
    return { ...orderPayload(result, context, accessToken ?? input.accessToken), accessToken };
  }

  @Mutation(() => ResendDeliveryPayload, { description: 'Tells the buyer once more that the order is delivered and where to see it.' })
  async resendDelivery(
    @Args('input', { type: () => ResendDeliveryInput }) input: ResendDeliveryInput,
    @Context() context: ApiContext,
  ): Promise<ResendDeliveryPayload> {
    return orderPayload(await this.door.runOnOrder(ResendDelivery, context, input), context, input.accessToken);
  }
}
