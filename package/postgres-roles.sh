#!/bin/sh
# Run once by the image of PostgreSQL: the role as which ZeroDesk serves. It owns nothing; `zerodesk migrate` gives it its rights.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" -v password="$SERVICE_PASSWORD" <<'SQL'
CREATE ROLE zerodesk_service LOGIN PASSWORD :'password';
REVOKE ALL ON DATABASE zerodesk FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE zerodesk TO zerodesk_service;
SQL
