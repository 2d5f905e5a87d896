# The shop as one image; `docker-compose.yml` runs it with a role per container. The file system may be read-only: what a process keeps
# between restarts lies in /data, and secrets come as files in /run/secrets.
FROM node:20.18.1-bookworm AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY nest-cli.json swc.config.json tsconfig.json ./
COPY src src
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:20.18.1-bookworm-slim
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-semi-space-size=32 \
    CARDRAIL_HOST=0.0.0.0 \
    CARDRAIL_PORT=4000 \
    CARDRAIL_PROBE_PORT=4090 \
    CARDRAIL_DATA_DIR=/data
RUN groupadd --gid 10001 cardrail && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin cardrail \
 && mkdir -p /data /run/keyring /run/secrets && chown cardrail:cardrail /data /run/keyring /run/secrets && chmod 0700 /data /run/keyring /run/secrets
WORKDIR /app
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY package.json ./
COPY bin bin
COPY examples examples
COPY deploy/container deploy/container
COPY deploy/demo deploy/demo
USER 10001:10001
VOLUME /data
EXPOSE 4000 4090
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 CMD ["node", "deploy/container/health.js"]
ENTRYPOINT ["sh", "deploy/container/entrypoint.sh"]
CMD ["node", "bin/cardrail.js", "serve"]
