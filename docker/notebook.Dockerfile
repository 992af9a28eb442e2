# docker build -f docker/notebook.Dockerfile --platform linux/amd64 --provenance=false -t notebook .
ARG NODE=24

FROM node:${NODE}-bookworm-slim AS build
WORKDIR /repo
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
# The same files as `spcs deploy` pushes; packages with native parts apart, because they change seldom.
RUN npx spcs images notebook --folder /image && mv /image/app/node_modules /image/packages

FROM node:${NODE}-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8888
COPY --from=build /image/packages /app/node_modules
COPY --from=build /image/app /app
# Where the volumes are mounted, so that they can be written without one too.
RUN mkdir -p /home/node/work /home/node/state && chown node:node /home/node/work /home/node/state
WORKDIR /app
USER node
EXPOSE 8888
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --start-interval=250ms \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "--enable-source-maps", "main.js"]
