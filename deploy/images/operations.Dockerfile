# The image that backs up and restores: deploy/operations beside PostgreSQL's own programs, which must not be older than the servers.
ARG POSTGRES=docker.io/library/postgres:17-bookworm@sha256:639ab7ceb90e13123085b741fb31ef493fba25463002f6da665352e7b534b652
FROM ${POSTGRES}
COPY deploy/operations/ services/services.txt /operations/
ARG REVISION=unknown
ARG VERSION=unknown
LABEL org.opencontainers.image.title="exportconsortia-operations" \
      org.opencontainers.image.description="Backs up and restores the databases of ExportConsortia" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.version="${VERSION}"
USER 1654:1654
ENTRYPOINT ["/operations/back-up"]
