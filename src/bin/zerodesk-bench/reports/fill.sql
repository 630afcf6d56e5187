-- Fills an empty, migrated database with $CONSULTATIONS consultations of ten messages each and $CASES cases, half as
-- many enterprises, and the province's 687 experts. Triggers are off: what they keep is written here, the headline
-- figures are counted afterwards. Ids rise as in production. Older cases are due earlier and mostly ended.
SET session_replication_role = replica;
SET synchronous_commit = off;
SET statement_timeout = 0;
SET maintenance_work_mem = '1GB';
SET max_parallel_maintenance_workers = 2;
TRUNCATE enterprise, enterprise_past, nonconformity, remediation_case, case_elsewhere, case_event, consultation, consultation_event,
         consultation_offer, consultation_participant, chat_stream, chat_message, account, expert, expert_region,
         audit_entry, figure_stale, enterprise_figure, region_figure CASCADE;
-- With what refers to it.
ALTER TABLE chat_message DROP CONSTRAINT chat_message_pkey CASCADE, DROP CONSTRAINT chat_message_sender_id_client_id_key;

CREATE FUNCTION pg_temp.made(kind integer, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('0000' || lpad(to_hex(kind), 4, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
$$;
-- Some number below `below`, always the same one for the same n.
CREATE FUNCTION pg_temp.some(n bigint, below bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT (hashint8extended(n, 7) & 9223372036854775807) % below
$$;
-- A credit code from the first seventeen characters: GB 32100-2015, modulo 31.
CREATE FUNCTION pg_temp.uscc(body text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT body || substr(a, 1 + (31 - sum((strpos(a, substr(body, i, 1)) - 1) * (3 ^ (i - 1))::bigint % 31)::int % 31) % 31, 1)
    FROM (VALUES ('0123456789ABCDEFGHJKLMNPQRTUWXY')) AS alphabet (a), generate_series(1, 17) AS i GROUP BY a
$$;
CREATE TEMP TABLE place AS SELECT row_number() OVER (ORDER BY code) - 1 AS n, code FROM region r
    WHERE NOT EXISTS (SELECT FROM region c WHERE c.parent = r.code);
CREATE TEMP TABLE kind AS SELECT row_number() OVER (ORDER BY code) - 1 AS n, code FROM product_kind;
CREATE TEMP TABLE moment AS SELECT TIMESTAMPTZ '2021-08-01 01:00:00Z' AS start, INTERVAL '900 days' AS length;

INSERT INTO account (id, username, password_hash, role, name, language, region, active, created_at)
SELECT pg_temp.made(9, row_number() OVER (ORDER BY code)), 'officer-' || code, 'x', 'admin', name, 'zh-CN', code, true, m.start
FROM region, moment m;
INSERT INTO expert (id, name, title, email, languages, capacity, vetting, applied_at, updated_at, open_count)
SELECT pg_temp.made(1, n), '专家' || n, '高级工程师', 'e' || n || '@expert.example', '{zh-CN}', 100, 'approved',
       m.start, m.start, 0
FROM generate_series(1, 687) n, moment m;
INSERT INTO expert_region (expert_id, region) SELECT id, '440000' FROM expert;
INSERT INTO account (id, username, password_hash, role, name, language, expert_id, active, created_at)
SELECT pg_temp.made(2, n), 'expert-' || n, 'x', 'expert', '专家' || n, 'zh-CN', pg_temp.made(1, n), true, m.start
FROM generate_series(1, 687) n, moment m;

-- Here and below: what searches look for, as the triggers make it.
INSERT INTO enterprise (id, uscc, name, search_text, search_readings, operating_status, region, created_at, updated_at)
SELECT pg_temp.made(3, g.n), x.uscc, x.name, search_name(x.name) || E'\n' || search_fold(x.uscc), search_readings(search_name(x.name)),
       CASE WHEN g.n % 4 = 0 THEN 'deregistered' ELSE 'operating' END, p.code, m.start, m.start
FROM generate_series(1, $CASES / 2) AS g (n)
JOIN place p ON p.n = pg_temp.some(g.n, (SELECT count(*) FROM place))
CROSS JOIN LATERAL (SELECT pg_temp.uscc('B' || lpad(g.n::text, 16, '0')) AS uscc, '广东第' || g.n || '有限公司' AS name) x, moment m;
INSERT INTO account (id, username, password_hash, role, name, language, enterprise_id, active, created_at)
SELECT pg_temp.made(4, n), 'enterprise-' || n, 'x', 'enterprise', '公司' || n, 'zh-CN', pg_temp.made(3, n), true, m.start
FROM generate_series(1, $CASES / 2) n, moment m;

INSERT INTO nonconformity (id, enterprise_id, product_kind, report_no, report_key, inspected_on, failed_items, created_at, updated_at)
SELECT pg_temp.made(5, g.n), pg_temp.made(3, g.n % ($CASES / 2) + 1), k.code, 'R' || g.n, 'r' || g.n || E'\n', DATE '2021-01-01' + g.n % 300,
       '{标志}', m.start, m.start
FROM generate_series(1, $CASES) AS g (n) JOIN kind k ON k.n = g.n % (SELECT count(*) FROM kind), moment m;

-- One case in a hundred was handed to another authority.
INSERT INTO remediation_case (id, nonconformity_id, enterprise_id, state, rule_version, ordered_on, rectify_by,
    reinspect_by, cleared_at, announced_on, second_from, second_by, suspended_until, handled_in, handed_over_by,
    region, version, created_at, updated_at)
SELECT pg_temp.made(6, n), pg_temp.made(5, n), e.id, s.state, 'SAMR-18-2020', s.day,
       CASE WHEN s.runs THEN s.day + 60 END, CASE WHEN s.runs OR s.state = 'evidence_submitted' THEN s.day + 75 END,
       CASE WHEN s.state = 'cleared' THEN s.day + TIME '09:00' + INTERVAL '70 days' END,
       CASE WHEN s.state = 'announced' THEN s.day + 80 END, CASE WHEN s.state = 'announced' THEN s.day + 140 END,
       CASE WHEN s.state = 'announced' THEN s.day + 170 END, CASE WHEN s.state = 'suspended' THEN s.day + 300 END,
       CASE WHEN n % 100 = 7 THEN '440304' END, CASE WHEN n % 100 = 7 THEN ARRAY[e.region] ELSE '{}' END,
       e.region, CASE s.state WHEN 'ordered' THEN 1 WHEN 'correcting' THEN 2 WHEN 'evidence_submitted' THEN 3 WHEN 'cleared' THEN 5
           ELSE 2 END, m.start, m.start
FROM generate_series(1, $CASES) n
JOIN enterprise e ON e.id = pg_temp.made(3, n % ($CASES / 2) + 1)
CROSS JOIN LATERAL (SELECT pg_temp.some(n, 1000) + n * 300 / $CASES AS d) r
CROSS JOIN LATERAL (SELECT (DATE '2021-08-01' + n * 900 / $CASES)::date AS day, CASE
        WHEN r.d < 600 THEN 'cleared' WHEN r.d < 603 THEN 'failed' WHEN r.d < 604 THEN 'announced'
        WHEN r.d < 605 THEN 'suspended' WHEN r.d < 606 THEN 'licence_revoked' WHEN r.d < 620 THEN 'closed'
        WHEN r.d < 900 THEN 'correcting' WHEN r.d < 1000 THEN 'evidence_submitted' ELSE 'ordered' END AS state) t
CROSS JOIN LATERAL (SELECT t.day, t.state, t.state IN ('ordered', 'correcting') AS runs) s, moment m;

INSERT INTO case_elsewhere (region, case_id)
SELECT DISTINCT r, c.id FROM remediation_case c, unnest(c.handed_over_by || c.handled_in) AS r WHERE c.handled_in IS NOT NULL;

-- Their histories, and for some that ended otherwise only the beginning.
INSERT INTO case_event (case_id, seq, event, from_state, to_state, actor_role, actor_region, occurred_on, recorded_at)
SELECT c.id, v.seq, v.event, v.before, v.state, v.role, CASE v.role WHEN 'admin' THEN '440000' END, c.ordered_on + v.day,
       c.ordered_on + v.day + TIME '09:00'
FROM remediation_case c
CROSS JOIN (VALUES
    (1, 'order_issued', NULL, 'ordered', 'admin', 0), (2, 'start_correction', 'ordered', 'correcting', 'enterprise', 5),
    (3, 'submit_evidence', 'correcting', 'evidence_submitted', 'enterprise', 40),
    (4, 'pass_reinspection', 'evidence_submitted', 'reinspection_passed', 'admin', 60),
    (5, 'clear', 'reinspection_passed', 'cleared', 'admin', 70)
) AS v (seq, event, before, state, role, day)
WHERE v.seq <= c.version ORDER BY c.id, v.seq;

INSERT INTO consultation (id, enterprise_id, nonconformity_id, product_kind, subject, question, search_text, status, concluded_at,
    rating, rated_at, expert_id, offer_expires_at, accepted_at, alarmed_at, opened_by, opened_at, updated_at, region)
SELECT pg_temp.made(7, n), n2.enterprise_id, CASE WHEN s.status IN ('active', 'concluded') THEN n2.id END, n2.product_kind, '标志不合格如何整改', '请问标志应如何整改?',
       E'标志不合格如何整改\n请问标志应如何整改', s.status,
       CASE WHEN s.status = 'concluded' THEN s.at + INTERVAL '9 days' END, CASE WHEN s.status = 'concluded' THEN 3 + n % 3 END,
       CASE WHEN s.status = 'concluded' THEN s.at + INTERVAL '10 days' END,
       CASE WHEN s.status <> 'waiting' THEN pg_temp.made(1, pg_temp.some(n, 687) + 1) END,
       CASE WHEN s.status = 'offered' THEN s.at + INTERVAL '1 day' END,
       CASE WHEN s.status IN ('active', 'concluded') THEN s.at + INTERVAL '1 hour' END,
       CASE WHEN s.status = 'waiting' AND n % 2 = 0 THEN s.at END,
       pg_temp.made(4, k.k % ($CASES / 2) + 1), s.at, s.at, e.region
FROM generate_series(1, $CONSULTATIONS) n
CROSS JOIN moment m
CROSS JOIN LATERAL (SELECT m.start + m.length * n / $CONSULTATIONS AS at, CASE WHEN n % 2000 = 0 THEN 'waiting'
    WHEN n % 1000 = 1 THEN 'offered' WHEN n % 20 = 2 THEN 'active' ELSE 'concluded' END AS status) s
-- Of one nonconformity one consultation is open.
CROSS JOIN LATERAL (SELECT 1 + CASE s.status WHEN 'active' THEN n / 5 ELSE pg_temp.some(n, $CASES) END AS k) k
JOIN nonconformity n2 ON n2.id = pg_temp.made(5, k.k)
JOIN enterprise e ON e.id = n2.enterprise_id;
INSERT INTO consultation_participant (consultation_id, account_id, role, lead, joined_at)
SELECT c.id, a.id, 'expert', true, c.accepted_at
FROM consultation c JOIN account a ON a.expert_id = c.expert_id WHERE c.status IN ('active', 'concluded');
INSERT INTO consultation_offer (consultation_id, ordinal, expert_id, score, offered_at, expires_at, answer, answered_at)
SELECT id, 1, expert_id, '{}', opened_at, opened_at + INTERVAL '1 day',
       CASE WHEN accepted_at IS NOT NULL THEN 'accepted' END, accepted_at
FROM consultation WHERE expert_id IS NOT NULL;
INSERT INTO consultation_event (consultation_id, seq, event, from_status, to_status, actor_role, at)
SELECT c.id, v.seq, v.event, v.before, v.status, v.role, CASE v.seq WHEN 1 THEN c.opened_at WHEN 2 THEN c.opened_at
    WHEN 3 THEN c.accepted_at ELSE c.concluded_at END
FROM consultation c
JOIN (VALUES (1, 'open', NULL, 'waiting', 'enterprise'), (2, 'offer', 'waiting', 'offered', 'system'),
    (3, 'accept', 'offered', 'active', 'expert'), (4, 'conclude', 'active', 'concluded', 'expert')
) AS v (seq, event, before, status, role)
    ON v.seq <= CASE c.status WHEN 'waiting' THEN 1 WHEN 'offered' THEN 2 WHEN 'active' THEN 3 ELSE 4 END
ORDER BY c.id, v.seq;
INSERT INTO chat_stream (consultation_id, stream, last_seq)
SELECT c.id, s.stream, CASE s.stream WHEN 'talk' THEN 10 ELSE 0 END
FROM consultation c, (VALUES ('talk'), ('notes')) AS s (stream);
INSERT INTO chat_message (consultation_id, stream, seq, sender_id, client_id, kind, body, sent_at)
SELECT c.id, 'talk', m, c.opened_by, ('00000008-' || substr(c.id::text, 10, 15) || lpad(to_hex(m), 2, '0') || right(c.id::text, 10))::uuid,
       'text', '请先停止出厂，核对标志与标准的要求，再提交整改照片。', c.opened_at + m * INTERVAL '1 minute'
FROM consultation c, generate_series(1, 10) m;
INSERT INTO audit_entry (at, actor_role, action, subject_type, subject_id, region, data)
SELECT c.opened_at, 'enterprise', CASE WHEN right(c.id::text, 3) = 'abc' THEN 'transfer_consultation' ELSE 'open_consultation' END,
       'consultation', c.id, e.region, '{}'
FROM consultation c JOIN enterprise e ON e.id = c.enterprise_id ORDER BY c.id;
UPDATE account SET search_text = search_name(name) || E'\n' || search_fold(username), search_readings = search_readings(search_name(name));
UPDATE expert SET search_text = search_name(name) || E'\n' || search_fold(title), search_readings = search_readings(search_name(name));
ALTER TABLE chat_message ADD PRIMARY KEY (consultation_id, stream, seq), ADD UNIQUE (sender_id, client_id);
ALTER TABLE chat_retraction ADD FOREIGN KEY (consultation_id, stream, seq) REFERENCES chat_message;
DROP TABLE place, kind, moment;
SET session_replication_role = origin;
