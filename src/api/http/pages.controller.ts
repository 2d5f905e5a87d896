import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../errors/api-error';
import { buyerShell, pageFiles, sharedShell, type Shell } from '../pages/page-files';

export const sendShell = (reply: FastifyReply, { status, headers, body }: Shell): FastifyReply => reply.status(status).headers(headers).send(body);

/** The pages of orders, and the files of all pages. */
@Controller()
export class PagesController {
  @Get('buy/:orderNumber')
  buyerPage(@Param('orderNumber') orderNumber: string, @Res() reply: FastifyReply): void {
    void sendShell(reply, buyerShell(orderNumber));
  }

  @Get('shared/:orderNumber')
  sharedPage(@Param('orderNumber') orderNumber: string, @Res() reply: FastifyReply): void {
    void sendShell(reply, sharedShell(orderNumber));
  }

  @Get('assets/:name')
  asset(@Req() { url }: FastifyRequest, @Res() reply: FastifyReply): void {
    const file = pageFiles.get(url);
    if (file === undefined) throw new ApiError('NOT_FOUND', 'There is nothing here.');
    void reply.headers(file.headers).header('content-type', file.contentType).send(file.body);
  }
}
