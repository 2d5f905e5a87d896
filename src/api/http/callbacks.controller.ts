import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ReceiveChannelNotice, ReceiveGatewayNotice } from '../../application/commands';
import type { IncomingNotice } from '../../application/ports/outside-call';
import { API_OPTIONS, type ApiOptions } from '../api-options';

type Carried = Pick<IncomingNotice, 'body' | 'inQuery'>;

/** Where gateways and channels ring. What the answer means is theirs and the command's; here it is only carried, byte for byte. */
@Controller('callbacks')
export class CallbacksController {
  constructor(
    private readonly commands: CommandBus,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Post('gateways/:gatewayId')
  gateway(@Param('gatewayId') gatewayId: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.carry(gatewayId, request, reply, { body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0) });
  }

  /** Some protocols ring with everything in the query string. It is taken as it came, before anybody decoded it. */
  @Get('gateways/:gatewayId')
  gatewayByQuery(@Param('gatewayId') gatewayId: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { originalUrl } = request;
    const mark = originalUrl.indexOf('?');
    const query = mark < 0 ? '' : originalUrl.slice(mark + 1);
    return this.carry(gatewayId, request, reply, { body: Buffer.from(query, 'latin1'), inQuery: true });
  }

  private async carry(gatewayId: string, { headers }: FastifyRequest, reply: FastifyReply, carried: Carried): Promise<void> {
    const notice = { headers, receivedAtMs: this.options.runtime.wallMs(), ...carried };
    const answer = await this.commands.execute(new ReceiveGatewayNotice(gatewayId, notice));
    await reply.status(answer.status).header('content-type', answer.contentType).send(answer.body);
  }

  @Post('channels/:channelId')
  async channel(@Param('channelId') channelId: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const notice = { headers: request.headers, body, receivedAtMs: this.options.runtime.wallMs() };
    const answer = await this.commands.execute(new ReceiveChannelNotice(channelId, notice));
    await reply.status(answer.status).header('content-type', answer.contentType).send(answer.body);
  }
}
