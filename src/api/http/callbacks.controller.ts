import { Controller, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ReceiveChannelNotice, ReceiveGatewayNotice } from '../../application/commands';
import { API_OPTIONS, type ApiOptions } from '../api-options';

/** Where gateways and channels ring. What the answer means is theirs and the command's; here it is only carried, byte for byte. */
@Controller('callbacks')
export class CallbacksController {
  constructor(
    private readonly commands: CommandBus,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Post('gateways/:gatewayId')
  async gateway(@Param('gatewayId') gatewayId: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const notice = { headers: request.headers, body, receivedAtMs: this.options.runtime.wallMs() };
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
