# docker build -f docker/convert-api.Dockerfile --platform linux/amd64 --provenance=false -t convert-api .
ARG NODE=24

FROM node:${NODE}-bookworm-slim AS build
WORKDIR /repo
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
RUN npm run build -w @spcs/convert-api

FROM node:${NODE}-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production PORT=9090
WORKDIR /app
COPY --from=build /repo/apps/convert-api/dist/main.js ./
RUN echo '{"type":"module"}' > package.json
USER node
EXPOSE 9090
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --start-interval=250ms \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthcheck`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "--enable-source-maps", "main.js"]
