-- Fills an empty, migrated database with $SIGNALS signals over two years that end on $TODAY, spread over all product kinds and regions, and with
-- $INSPECTIONS final samplings. Triggers are off: what they keep is written here. Ids rise as in production.
SET session_replication_role = replica;
SET synchronous_commit = off;
SET statement_timeout = 0;
SET maintenance_work_mem = '1GB';
TRUNCATE signal, inspection, enterprise, account CASCADE;

CREATE FUNCTION pg_temp.made(kind integer, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('0000' || lpad(to_hex(kind), 4, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
$$;
-- Some number below `below`, always the same one for the same n.
CREATE FUNCTION pg_temp.some(n bigint, salt bigint, below bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT (hashint8extended(n, salt) & 9223372036854775807) % below
$$;
CREATE TEMP TABLE place AS SELECT row_number() OVER (ORDER BY code) - 1 AS n, code FROM region;
CREATE TEMP TABLE kind AS SELECT row_number() OVER (ORDER BY code) - 1 AS n, code, name_zh FROM product_kind;

INSERT INTO account (id, username, password_hash, role, name, language, region, active, created_at)
VALUES (pg_temp.made(9, 1), 'officer-440000', 'x', 'admin', '监管员', 'zh-CN', '440000', true, '2021-01-01');
INSERT INTO signal (id, source, external_id, published_on, observed_on, region, product_kind, scope, home, severity, title, text, reliability,
    match_confidence, matched_by, state, doubles_checked, version, created_at, search_text, search_pieces)
SELECT pg_temp.made(12, g.n),
       (ARRAY['opinion', 'opinion', 'media', 'complaint', 'complaint', 'foreign_recall', 'recall', 'penalty', 'injury', 'officer'])[1 + g.n % 10],
       g.n::text, d.day, d.day, p.code, k.code, p.code, p.code, CASE WHEN g.n % 5 = 0 THEN 1 + (g.n % 4)::integer END,
       k.name_zh || '第' || g.n || '条', '在' || p.code || '发现' || k.name_zh || '问题，编号' || g.n,
       (ARRAY['official', 'attributed', 'rumour'])[1 + g.n % 3], 90, 'rule',
       (ARRAY['new', 'matched', 'matched', 'triaged', 'triaged', 'used', 'dismissed', 'matched', 'triaged', 'matched'])[1 + pg_temp.some(g.n, 4, 10)],
       true, 1, d.day + TIME '09:00', k.name_zh || '第' || g.n || '条', signal_pieces(k.name_zh || '第' || g.n || '条')
FROM generate_series(1, $SIGNALS) AS g (n)
JOIN place p ON p.n = pg_temp.some(g.n, 1, (SELECT count(*) FROM place))
JOIN kind k ON k.n = pg_temp.some(g.n, 2, (SELECT count(*) FROM kind))
CROSS JOIN LATERAL (SELECT DATE '$TODAY' - pg_temp.some(g.n, 3, 730)::integer AS day) d
ORDER BY g.n;
INSERT INTO inspection (id, number, organiser_region, method, purpose, level, state, role, place_region, product_kind, sampled_on, reported_on,
    delivered_on, final_on, outcome, source, version, created_at, updated_at)
SELECT pg_temp.made(10, g.n), 'R-' || g.n, '440000', 'sampling', 'routine', 'provincial', 'final', 'producer', p.code, k.code, d.day, d.day, d.day,
       d.day, CASE WHEN pg_temp.some(g.n, 8, 100) < 10 + k.n % 20 THEN 'nonconforming' ELSE 'conforming' END, 'import', 1,
       d.day + TIME '09:00', d.day + TIME '09:00'
FROM generate_series(1, $INSPECTIONS) AS g (n)
JOIN place p ON p.n = pg_temp.some(g.n, 5, (SELECT count(*) FROM place))
JOIN kind k ON k.n = pg_temp.some(g.n, 6, (SELECT count(*) FROM kind))
CROSS JOIN LATERAL (SELECT DATE '$TODAY' - pg_temp.some(g.n, 7, 730)::integer AS day) d
ORDER BY g.n;
INSERT INTO inspection_subject (inspection_id, operator_name, product_name, search_text)
SELECT pg_temp.made(10, g.n), '第' || g.n || '公司', '产品', 'x' FROM generate_series(1, $INSPECTIONS) AS g (n);
DROP TABLE place, kind;
SET session_replication_role = origin;
