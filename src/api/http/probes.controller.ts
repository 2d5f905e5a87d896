import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { API_OPTIONS, type ApiOptions } from '../api-options';

@Controller()
export class ProbesController {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  /** The process answers. Nothing else is asked, so a store that is away restarts nobody. */
  @Get('livez')
  live(): { readonly live: true } {
    return { live: true };
  }

  @Get('readyz')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const readiness = await this.options.readiness();
    await reply.status(readiness.ready ? 200 : 503).send(readiness);
  }

  @Get('metrics')
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    const { contentType, body } = await this.options.metrics();
    await reply.header('content-type', contentType).send(body);
  }
}
