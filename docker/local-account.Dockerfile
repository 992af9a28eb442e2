# docker compose -f docker/compose.yaml build, or: docker buildx build -f docker/local-account.Dockerfile --target account .
# The stages down to `sources` are those of the apps' Dockerfiles, so that the engine runs them once.
ARG NODE=24

FROM node:${NODE}-bookworm-slim AS tini
RUN apt-get update && apt-get install -y --no-install-recommends tini

FROM node:${NODE}-bookworm-slim AS prune
WORKDIR /repo
COPY . .
RUN --mount=type=cache,target=/root/.npm \
  npx --yes "turbo@$(node -p 'require("./package-lock.json").packages["node_modules/turbo"].version')" \
  prune @spcs/cli @spcs/convert-api --docker

FROM node:${NODE}-bookworm-slim AS packages
WORKDIR /repo
COPY --from=prune /repo/out/json/ ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts

FROM packages AS sources
COPY --from=prune /repo/out/full/ ./
COPY spcs.config.ts tsconfig.base.json ./
# The configuration names these, and is checked whole.
COPY specs specs
COPY docker/*.Dockerfile docker/

FROM node:${NODE}-bookworm-slim AS account-packages
WORKDIR /repo
COPY --from=prune /repo/out/json/ ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --omit=dev

FROM node:${NODE}-bookworm-slim AS spcs
COPY --from=tini /usr/bin/tini /usr/bin/tini
RUN ln -s /repo/scripts/bin/spcs.cjs /usr/local/bin/spcs
WORKDIR /repo
ENTRYPOINT ["/usr/bin/tini", "--", "spcs"]

# With all that builds the apps' images; what it builds goes into the folder of the sources.
FROM spcs AS deploy
COPY --from=sources --chown=node:node /repo /repo
USER node
CMD ["deploy"]

# The account alone, with the verbs that build nothing.
FROM spcs AS account
ENV NODE_ENV=production
COPY --from=account-packages /repo /repo
COPY --from=prune /repo/out/full/ ./
COPY --from=sources /repo/spcs.config.ts /repo/tsconfig.base.json ./
COPY --from=sources /repo/specs specs
COPY --from=sources /repo/docker docker
# Where volumes are mounted: they get this owner.
RUN mkdir -p /state /sessions/convert-api /sessions/notebook \
  && chmod 700 /state \
  && chown node:node /state /sessions/convert-api /sessions/notebook
USER node
EXPOSE 8084 8085
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --start-interval=500ms \
  CMD ["node", "-e", "const { port } = JSON.parse(require('fs').readFileSync('/state/account.json')); fetch(`http://127.0.0.1:${port}/`).then(() => process.exit(0), () => process.exit(1))"]
CMD ["local", "--directory", "/state", "--listen", "0.0.0.0", "--generate-password"]
