# The product's own image: operator and gateway, told apart by the command that the chart gives.
#
#   docker build --build-arg NODE_IMAGE=docker.io/library/node:24-bookworm-slim@sha256:<digest> -t registry.example.org/moltagent/operator .
#
# The base is an argument without a default on purpose: it is to be pinned by digest where the image is built.
ARG NODE_IMAGE

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Scripts are off: the `node` package would bring a second Node, and nothing else needs one to build.
RUN npm ci --ignore-scripts
# .dockerignore lets through what the product is built from, and nothing else.
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY LICENSE ./
USER 65532:65532
# The chart sets the command; this is what runs without one.
CMD ["node", "dist/operator/main.js"]
