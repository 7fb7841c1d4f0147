# The proxy, and nothing else: docs/operating.md says how to build and run it.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.server.json ./
COPY src src
RUN node node_modules/@typescript/native/bin/tsc -p tsconfig.server.json && rm -r dist/server/sandbox

FROM node:24-slim AS modules
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# Hosts choose among these; here are all, in the versions of the lock file.
RUN npm pkg set dependencies.pg=8 dependencies.undici=8 "dependencies.@electric-sql/pglite=0.5" \
    dependencies.pino=10 "dependencies.@opentelemetry/api=1" \
  && npm pkg delete devDependencies optionalDependencies \
  && npm install --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8787
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=modules /build/node_modules node_modules
COPY --from=build /build/dist/server dist/server
# The embedded store is made here, in the folder bank-feed-data; with DATABASE_URL it stays empty.
RUN install -d -o node -g node -m 700 /var/lib/bank-feed
WORKDIR /var/lib/bank-feed
VOLUME /var/lib/bank-feed
USER node
EXPOSE 8787
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}${new URL(process.env.BANK_FEED_PUBLIC_URL).pathname.replace(/[/]$/, '')}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/server/commands/main.js"]
CMD ["serve"]
