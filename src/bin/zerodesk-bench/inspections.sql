-- Fills an empty, migrated database with $INSPECTIONS inspections of five years: a tenth of that many enterprises, ten laboratories, a sampling in two
-- of which the last one is under way. Triggers are off: what they keep is written here, the figures are counted afterwards. Ids rise as in production.
SET session_replication_role = replica;
SET synchronous_commit = off;
SET statement_timeout = 0;
SET maintenance_work_mem = '1GB';
TRUNCATE inspection, inspection_subject, inspection_event, inspection_item, inspection_past, inspection_link, inspection_term, inspection_finding,
         sampling_fact, sampling_stale, sampling_sum, sampling_operator, past_day, enterprise, laboratory, account CASCADE;

CREATE FUNCTION pg_temp.made(kind integer, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('0000' || lpad(to_hex(kind), 4, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
$$;
-- Some number below `below`, always the same one for the same n.
CREATE FUNCTION pg_temp.some(n bigint, salt bigint, below bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT (hashint8extended(n, salt) & 9223372036854775807) % below
$$;
CREATE TEMP TABLE place AS SELECT row_number() OVER (ORDER BY code) - 1 AS n, code FROM region WHERE level = 'district';
CREATE TEMP TABLE kind AS SELECT row_number() OVER (ORDER BY code) - 1 AS n, code FROM product_kind;

INSERT INTO account (id, username, password_hash, role, name, language, region, active, created_at)
VALUES (pg_temp.made(9, 1), 'officer-1', 'x', 'admin', '监管员', 'zh-CN', '440000', true, '2021-01-01');
INSERT INTO laboratory (id, name, region, products, serves, capacity, takes_samples, excluded_usccs, active, created_by, created_at, updated_at)
SELECT pg_temp.made(8, n), '检验机构' || n, '440000', '{}', '{440000}', 1000, false, '{}', true, pg_temp.made(9, 1), '2021-01-01', '2021-01-01'
FROM generate_series(1, 10) n;
INSERT INTO enterprise (id, uscc, name, operating_status, region, created_at, updated_at)
SELECT pg_temp.made(3, g.n), 'B' || lpad(g.n::text, 17, '0'), '广东第' || g.n || '有限公司', 'operating', p.code, '2021-01-01', '2021-01-01'
FROM generate_series(1, $INSPECTIONS / 10) AS g (n)
JOIN place p ON p.n = pg_temp.some(g.n, 1, (SELECT count(*) FROM place));

CREATE TEMP TABLE made AS
SELECT g.n, pg_temp.made(7, g.n) AS id, 1 + pg_temp.some(g.n, 2, $INSPECTIONS / 10) AS operator,
       DATE '2021-01-01' + (g.n * 1800 / $INSPECTIONS)::integer AS day,
       CASE pg_temp.some(g.n, 3, 40) WHEN 0 THEN 'refused' WHEN 1 THEN 'handed_over' WHEN 2 THEN 'sampled' ELSE 'final' END AS state,
       pg_temp.some(g.n, 4, 5) = 0 AS failed
FROM generate_series(1, $INSPECTIONS) AS g (n);
INSERT INTO inspection (id, number, organiser_region, method, purpose, level, state, role, operator_id, place_region, product_kind, laboratory_id,
    sampled_on, reported_on, delivered_on, final_on, outcome, source, version, created_at, updated_at)
SELECT m.id, 'S' || m.n, '440000', CASE WHEN m.n % 5 = 0 THEN 'label' ELSE 'sampling' END, 'routine',
       (ARRAY['national', 'provincial', 'municipal', 'county'])[1 + m.n % 4], m.state, (ARRAY['producer', 'seller', 'online'])[1 + m.n % 3],
       pg_temp.made(3, m.operator), e.region, k.code, pg_temp.made(8, 1 + m.n % 10),
       CASE WHEN m.state <> 'refused' THEN m.day END, CASE WHEN m.state IN ('final', 'handed_over') THEN m.day + 10 END,
       CASE WHEN m.state = 'final' THEN m.day + 15 END, CASE WHEN m.state = 'final' THEN m.day + 31 END,
       CASE WHEN m.state = 'final' THEN CASE WHEN m.failed THEN 'nonconforming' ELSE 'conforming' END END,
       'import', 3, m.day + TIME '09:00', m.day + TIME '09:00'
FROM made m
JOIN enterprise e ON e.id = pg_temp.made(3, m.operator)
JOIN kind k ON k.n = pg_temp.some(m.n, 5, (SELECT count(*) FROM kind));
-- What searches look for: as inspection_set_search makes it. The names are read once for each enterprise.
UPDATE enterprise SET search_text = name || E'\n' || lower(uscc), search_readings = search_readings(name);
INSERT INTO inspection_subject (inspection_id, operator_name, product_name, search_text, search_readings)
SELECT m.id, e.name, '产品' || m.n, e.name || E'\n\n产品' || m.n || E'\ns' || m.n || E'\n', e.search_readings || E'\n'
FROM made m JOIN enterprise e ON e.id = pg_temp.made(3, m.operator);
INSERT INTO inspection_event (inspection_id, ordinal, step, to_state, occurred_on, recorded_at, late, actor_role)
SELECT m.id, o.n, (ARRAY['draw', 'sample', 'report'])[o.n], m.state, m.day, m.day + TIME '09:00', pg_temp.some(m.n, o.n, 20) = 0, 'admin'
FROM made m CROSS JOIN generate_series(1, 3) AS o (n);
SET session_replication_role = origin;
