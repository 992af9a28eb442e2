# npx spcs images --docker, or: docker buildx build -f docker/notebook.Dockerfile -t notebook .
# The stages before the last are the same for all workloads, so that the engine runs them once.
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
ENV NPM_CONFIG_UPDATE_NOTIFIER=false NPM_CONFIG_FUND=false
WORKDIR /repo
COPY --from=prune /repo/out/json/ ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts

FROM packages AS sources
COPY --from=prune /repo/out/full/ ./
COPY docker docker
COPY specs specs
COPY spcs.config.ts tsconfig.base.json ./
# The configuration names these, and is checked whole.
COPY specs specs
COPY docker/*.Dockerfile docker/

FROM sources AS build
# The same files as the deploy without Docker pushes, with the same times; packages with native parts apart, because they
# change seldom. The folders are where volumes are mounted, so that they can be written without one too.
RUN npx spcs images notebook --folder /image \
  && mv /image/app/node_modules /image/packages \
  && mkdir -p /image/home/work /image/home/state \
  && touch -d @0 /image/app /image/home /image/home/*

# No command runs in here: whatever is built from the same sources is the same.
FROM node:${NODE}-bookworm-slim
COPY --from=tini /usr/bin/tini /usr/bin/tini
COPY --from=build /image/packages /app/node_modules
COPY --from=build /image/app /app
COPY --from=build --chown=node:node /image/home /home/node
WORKDIR /app
USER node
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8888
EXPOSE 8888
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --start-interval=250ms \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "--enable-source-maps", "main.js"]
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title=notebook \
  org.opencontainers.image.version=${VERSION} \
  org.opencontainers.image.revision=${REVISION}
