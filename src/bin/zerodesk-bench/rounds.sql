-- Fills an empty, migrated database with a programme of circuit consultation: $MEMBERS enterprises in $ROUNDS rounds, each given to one of $EXPERTS
-- experts, with their cases, consultations and visits. A third is cleared, half were reached. Triggers are off: what they keep is written here.
SET session_replication_role = replica;
SET synchronous_commit = off;
SET statement_timeout = 0;
TRUNCATE circuit_stop, circuit_member, circuit_round, circuit_member_event, circuit_round_event, circuit_note, circuit_point, programme, engagement, inspection,
         consultation, remediation_case, nonconformity, enterprise, expert, account CASCADE;

CREATE FUNCTION pg_temp.made(kind integer, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('0000' || lpad(to_hex(kind), 4, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
$$;
-- Some number below `below`, always the same one for the same n.
CREATE FUNCTION pg_temp.some(n bigint, salt bigint, below bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT (hashint8extended(n, salt) & 9223372036854775807) % below
$$;
CREATE TEMP TABLE place AS SELECT row_number() OVER (ORDER BY code) - 1 AS n, code FROM region WHERE level = 'district';

INSERT INTO account (id, username, password_hash, role, name, language, region, active, created_at)
VALUES (pg_temp.made(9, 1), 'officer-440000', 'x', 'admin', '监管员', 'zh-CN', '440000', true, '2021-01-01'),
       (pg_temp.made(9, 2), 'second-440000', 'x', 'admin', '审批员', 'zh-CN', '440000', true, '2021-01-01');
INSERT INTO expert (id, name, title, email, languages, capacity, vetting, applied_at, updated_at)
SELECT pg_temp.made(2, n), '专家' || n, '高级工程师', 'expert-' || n || '@expert.example', '{zh-CN}', 50, 'approved', '2021-01-01', '2021-01-01'
FROM generate_series(1, $EXPERTS) n;
INSERT INTO account (id, username, password_hash, role, name, language, expert_id, active, created_at)
VALUES (pg_temp.made(9, 3), 'expert-1', 'x', 'expert', '专家1', 'zh-CN', pg_temp.made(2, 1), true, '2021-01-01');
INSERT INTO enterprise (id, uscc, name, operating_status, region, address, created_at, updated_at, search_text)
SELECT pg_temp.made(3, g.n), 'B' || lpad(g.n::text, 17, '0'), '广东第' || g.n || '有限公司', 'operating', p.code,
       '工业路' || pg_temp.some(g.n, 7, 900) || '号', DATE '$TODAY' - 300, DATE '$TODAY' - 300,
       '广东第' || g.n || E'有限公司\nb' || lpad(g.n::text, 17, '0')
FROM generate_series(1, $MEMBERS) AS g (n)
JOIN place p ON p.n = pg_temp.some(g.n, 1, (SELECT count(*) FROM place));
INSERT INTO nonconformity (id, enterprise_id, product_kind, report_no, inspected_on, failed_items, created_at, updated_at)
SELECT pg_temp.made(4, n), pg_temp.made(3, n), 'K0101', 'R' || n, DATE '$TODAY' - 310, '{绝缘电阻}', DATE '$TODAY' - 300, DATE '$TODAY' - 300
FROM generate_series(1, $MEMBERS) n;
INSERT INTO remediation_case (id, nonconformity_id, enterprise_id, state, rule_version, ordered_on, rectify_by, reinspect_by, cleared_at, created_at, updated_at, region)
SELECT pg_temp.made(5, n), pg_temp.made(4, n), pg_temp.made(3, n), CASE WHEN n % 3 = 0 THEN 'cleared' ELSE 'ordered' END, 'x', DATE '$TODAY' - 290,
       DATE '$TODAY' - 230, DATE '$TODAY' - 215, CASE WHEN n % 3 = 0 THEN DATE '$TODAY' - (pg_temp.some(n, 2, 200))::integer END, DATE '$TODAY' - 290,
       DATE '$TODAY' - 200, e.region
FROM generate_series(1, $MEMBERS) n JOIN enterprise e ON e.id = pg_temp.made(3, n);
INSERT INTO case_event (case_id, seq, event, to_state, actor_role, occurred_on, recorded_at)
SELECT pg_temp.made(5, n), 1, 'order', 'ordered', 'admin', DATE '$TODAY' - 290, DATE '$TODAY' - 290 FROM generate_series(1, $MEMBERS) n
UNION ALL
SELECT c.id, 2, 'reinspect', 'reinspection_passed', 'admin', c.cleared_at::date, c.cleared_at - INTERVAL '1 hour' FROM remediation_case c WHERE c.cleared_at IS NOT NULL
UNION ALL
SELECT c.id, 3, 'clear', 'cleared', 'admin', c.cleared_at::date, c.cleared_at FROM remediation_case c WHERE c.cleared_at IS NOT NULL;
INSERT INTO consultation (id, enterprise_id, product_kind, subject, question, status, expert_id, concluded_at, conclusion, opened_by, opened_at, updated_at, region)
SELECT pg_temp.made(6, n), pg_temp.made(3, n), 'K0101', '绝缘电阻不合格', '如何整改', 'concluded', pg_temp.made(2, 1 + n % $EXPERTS), DATE '$TODAY' - 150,
       '请更换绝缘料', pg_temp.made(9, 1), DATE '$TODAY' - 160, DATE '$TODAY' - 150, e.region
FROM generate_series(1, $MEMBERS) n JOIN enterprise e ON e.id = pg_temp.made(3, n) WHERE n % 2 = 0;
INSERT INTO consultation_event (consultation_id, seq, event, to_status, actor_role, at)
SELECT c.id, 1, 'conclude', 'concluded', 'expert', c.concluded_at FROM consultation c;
INSERT INTO programme (id, kind, name, level, organiser_region, period_from, period_until, state, salt, created_by, created_at, submitted_by, submitted_at,
                       approved_by, approved_at, updated_at)
VALUES (pg_temp.made(1, 1), 'circuit', '全省巡回问诊', 'provincial', '440000', DATE '$TODAY' - 280, DATE '$TODAY' + 400, 'running', decode(repeat('01', 32), 'hex'),
        pg_temp.made(9, 1), DATE '$TODAY' - 285, pg_temp.made(9, 1), DATE '$TODAY' - 284, pg_temp.made(9, 2), DATE '$TODAY' - 283, DATE '$TODAY' - 283);
INSERT INTO circuit_round (id, programme_id, no, region, starts_on, ends_on, per_day, state, created_by, created_at, updated_at)
SELECT pg_temp.made(7, n), pg_temp.made(1, 1), n, '440000', DATE '$TODAY' + 7, DATE '$TODAY' + 13, 4, 'planned', pg_temp.made(9, 1), DATE '$TODAY' - 20, DATE '$TODAY' - 20
FROM generate_series(1, $ROUNDS) n;
INSERT INTO circuit_member (id, programme_id, enterprise_id, region, expert_id, round_id, state, stage, stage_at, reached_at, visited_at, cleared_at, kept_at,
                            added_by, added_at, updated_at)
SELECT pg_temp.made(8, n), pg_temp.made(1, 1), e.id, e.region, pg_temp.made(2, 1 + pg_temp.some(n, 3, $EXPERTS)), pg_temp.made(7, 1 + n % $ROUNDS), 'member',
       CASE WHEN n % 3 = 0 THEN 'verified' WHEN n % 2 = 0 THEN 'assessed' ELSE 'found' END, coalesce(c.cleared_at, DATE '$TODAY' - 150),
       CASE WHEN n % 2 = 0 THEN DATE '$TODAY' - 150 END, NULL, c.cleared_at, now(), pg_temp.made(9, 1), DATE '$TODAY' - 280, now()
FROM generate_series(1, $MEMBERS) n
JOIN enterprise e ON e.id = pg_temp.made(3, n)
JOIN remediation_case c ON c.id = pg_temp.made(5, n);
INSERT INTO circuit_member_event (member_id, ordinal, step, to_state, account_id, at)
SELECT m.id, 1, 'add', 'member', m.added_by, m.added_at FROM circuit_member m;
-- Half of the enterprises are where an officer entered it, in or around their town.
INSERT INTO circuit_point (enterprise_id, latitude, longitude, source, entered_by, entered_at)
SELECT pg_temp.made(3, n), 22.5 + pg_temp.some(n, 4, 1500) / 1000.0, 112.5 + pg_temp.some(n, 5, 2000) / 1000.0, 'bench', pg_temp.made(9, 1), now()
FROM generate_series(1, $MEMBERS, 2) n;
SET session_replication_role = DEFAULT;
