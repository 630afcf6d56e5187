-- Fills an empty, migrated database with $SUBJECTS enterprises and $ENTRIES entries of conduct, five to an enterprise, over three years that end
-- on $TODAY. A tenth of the entries are of a fact that another one is of, a tenth are of a product line, a few were annulled, repaired or are
-- contested. Triggers are off: what they keep is written here. Ids rise as in production.
SET session_replication_role = replica;
SET synchronous_commit = off;
SET statement_timeout = 0;
SET maintenance_work_mem = '1GB';
TRUNCATE conduct, conduct_fact, conduct_line, credit_subject, credit_change, credit_stale, credit_code, inspection, enterprise, account CASCADE;

CREATE FUNCTION pg_temp.made(kind integer, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('0000' || lpad(to_hex(kind), 4, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
$$;
-- Some number below `below`, always the same one for the same n.
CREATE FUNCTION pg_temp.some(n bigint, salt bigint, below bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT (hashint8extended(n, salt) & 9223372036854775807) % below
$$;
CREATE TEMP TABLE place AS SELECT row_number() OVER (ORDER BY code) - 1 AS n, code FROM region WHERE level = 'district';
-- The behaviours of the rules in force, with the days for which they count.
CREATE TEMP TABLE behaviour AS
SELECT row_number() OVER (ORDER BY code) - 1 AS n, code, days FROM (VALUES $BEHAVIOURS) AS b (code, days);

INSERT INTO account (id, username, password_hash, role, name, language, region, active, created_at)
VALUES (pg_temp.made(9, 1), 'officer-440000', 'x', 'admin', '监管员', 'zh-CN', '440000', true, '2021-01-01');
INSERT INTO enterprise (id, uscc, name, operating_status, region, created_at, updated_at, search_text)
SELECT pg_temp.made(3, g.n), 'B' || lpad(g.n::text, 17, '0'), '广东第' || g.n || '有限公司', 'operating', p.code, '2021-01-01', '2021-01-01',
       '广东第' || g.n || E'有限公司\nb' || lpad(g.n::text, 17, '0')
FROM generate_series(1, $SUBJECTS) AS g (n)
JOIN place p ON p.n = pg_temp.some(g.n, 1, (SELECT count(*) FROM place));
INSERT INTO conduct_line (id, enterprise_id, product_kind, product_name, standard, created_at)
SELECT pg_temp.made(5, g.n), pg_temp.made(3, g.n), 'K0101', '产品' || g.n, 'GB/T 1499.2', '2021-01-01'
FROM generate_series(1, $SUBJECTS) AS g (n);

CREATE TEMP TABLE made AS
SELECT g.n, 1 + g.n % $SUBJECTS AS enterprise,
       -- Every tenth entry is of the fact of the one before of its enterprise.
       CASE WHEN pg_temp.some(g.n, 2, 10) = 0 AND g.n > $SUBJECTS THEN g.n - $SUBJECTS ELSE g.n END AS fact,
       DATE '$TODAY' - (pg_temp.some(g.n, 3, 1095))::integer AS day,
       (ARRAY['producer', 'producer', 'seller', 'online'])[1 + g.n % $SUBJECTS % 4] AS role,
       pg_temp.some(g.n, 4, 100) AS luck
FROM generate_series(1, $ENTRIES) AS g (n);
INSERT INTO conduct_fact (id, happened_on, created_at)
SELECT pg_temp.made(6, m.n), m.day - 20, m.day + TIME '09:00' FROM made m WHERE m.fact = m.n
UNION ALL
SELECT pg_temp.made(6, m.fact), m.day - 20, m.day + TIME '09:00'
FROM made m WHERE m.fact <> m.n AND NOT EXISTS (SELECT FROM made f WHERE f.n = m.fact AND f.fact = f.n);
INSERT INTO conduct (id, fact_id, enterprise_id, role, line_id, behaviour, intent, happened_on, decided_on, document_no, document_key,
    authority, authority_region, source, entered_by, rules_version, state, notified_on, counts_from, counts_until, pending_since, due_on, repaired_on, annulled_on,
    created_at, updated_at)
SELECT pg_temp.made(7, m.n), pg_temp.made(6, m.fact), e.id, m.role, CASE WHEN m.luck BETWEEN 10 AND 19 THEN pg_temp.made(5, m.enterprise) END,
       b.code, (ARRAY['not_stated', 'negligent', 'intentional'])[1 + m.n % 3], m.day - 20, m.day,
       d.number, d.number, '市场监督管理局', e.region, 'penalty', pg_temp.made(9, 1), '$VERSION',
       CASE m.luck WHEN 0 THEN 'annulled' WHEN 1 THEN 'repaired' WHEN 2 THEN 'contested' ELSE 'notified' END, m.day + 1, m.day + 8,
       m.day + b.days, CASE WHEN m.luck = 2 THEN m.day + 5 END, CASE WHEN m.luck = 2 THEN m.day + 30 END, CASE WHEN m.luck = 1 THEN m.day + 200 END,
       CASE WHEN m.luck = 0 THEN m.day + 60 END,
       m.day + TIME '09:00', m.day + TIME '10:00'
FROM made m
JOIN enterprise e ON e.id = pg_temp.made(3, m.enterprise)
JOIN behaviour b ON b.n = pg_temp.some(m.n, 5, (SELECT count(*) FROM behaviour))
CROSS JOIN LATERAL (SELECT '穗市监罚〔' || extract(year FROM m.day) || '〕' || m.n || '号' AS number) d
ORDER BY m.n;
INSERT INTO conduct_event (conduct_id, ordinal, step, from_state, to_state, occurred_on, recorded_at, actor_id, actor_role, actor_region,
    details)
SELECT pg_temp.made(7, m.n), s.n, (ARRAY['enter', 'notify'])[s.n], CASE WHEN s.n = 2 THEN 'entered' END, (ARRAY['entered', 'notified'])[s.n],
       m.day + s.n - 1, m.day + s.n - 1 + TIME '09:00', pg_temp.made(9, 1), 'admin', '440000',
       '{}'
FROM made m CROSS JOIN generate_series(1, 2) AS s (n);

-- A tenth of the enterprises have a code, and five samplings that were passed.
INSERT INTO inspection (id, number, organiser_region, method, purpose, level, state, role, operator_id, place_region, producer_id, producer_region,
    product_kind, sampled_on, reported_on, delivered_on, final_on, outcome, source, version, created_at, updated_at)
SELECT pg_temp.made(10, e.n * 5 + i.n), 'S' || e.n || '-' || i.n, '440000', 'sampling', 'routine', 'provincial', 'final', 'producer', pg_temp.made(3, e.n),
       r.region, pg_temp.made(3, e.n), r.region, 'K0101', d.day, d.day + 10, d.day + 14, d.day + 30, 'conforming', 'import', 2,
       d.day + TIME '09:00', d.day + TIME '09:00'
FROM generate_series(1, $SUBJECTS / 10) AS e (n)
JOIN enterprise r ON r.id = pg_temp.made(3, e.n)
CROSS JOIN generate_series(1, 5) AS i (n)
CROSS JOIN LATERAL (SELECT DATE '$TODAY' - (40 + pg_temp.some(e.n * 5 + i.n, 6, 600))::integer AS day) d;
INSERT INTO inspection_subject (inspection_id, operator_name, producer_name, product_name, model, search_text)
SELECT pg_temp.made(10, e.n * 5 + i.n), '广东第' || e.n || '有限公司', '广东第' || e.n || '有限公司', '热轧带肋钢筋', 'HRB400', 'x'
FROM generate_series(1, $SUBJECTS / 10) AS e (n) CROSS JOIN generate_series(1, 5) AS i (n);
INSERT INTO credit_code (id, enterprise_id, region, maker_name, maker_region, uscc, product_kind, product_name, model, state, rules_version, text_version,
    applied_by, applied_at, granted_on, valid_until, version, updated_at)
SELECT pg_temp.made(11, e.n), r.id, r.region, r.name, r.region, r.uscc, 'K0101', '热轧带肋钢筋', 'HRB400', 'granted', '$CODE_VERSION', '1',
       pg_temp.made(9, 1), '2021-01-01', DATE '$TODAY' - 30, DATE '$TODAY' + 300, 2, '2021-01-01'
FROM generate_series(1, $SUBJECTS / 10) AS e (n) JOIN enterprise r ON r.id = pg_temp.made(3, e.n);
-- The digits are those of their numbers, so that the bench knows them.
INSERT INTO credit_code_version (code_id, number, token, batch, created_at)
SELECT pg_temp.made(11, n), 1, lpad(n::text, 26, '0'), '第一批', '2021-01-01' FROM generate_series(1, $SUBJECTS / 10) AS n;
DROP TABLE made, place, behaviour;
SET session_replication_role = origin;
