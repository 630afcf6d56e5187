-- Enterprises number $FROM to $UNTIL, each with one entry of $BEHAVIOUR of $DAY that counts from then on, and $AGAIN times more of the same
-- behaviour, each a fact of its own.
CREATE TEMP TABLE made ON COMMIT DROP AS
SELECT gen_random_uuid() AS id, n FROM generate_series($FROM, $UNTIL) AS n;
ALTER TABLE enterprise DISABLE TRIGGER enterprise_set_search_inserted;
INSERT INTO enterprise (id, uscc, name, operating_status, region, created_at, updated_at, search_text)
SELECT m.id, 'MADE' || lpad(m.n::text, 14, '0'), '第' || m.n || '公司', 'operating', p.code, TIMESTAMPTZ '$NOW', TIMESTAMPTZ '$NOW', 'x'
FROM made m
JOIN (SELECT row_number() OVER (ORDER BY code) - 1 AS n, code, count(*) OVER () AS all FROM region WHERE level = 'district') p ON p.n = m.n % p.all;
ALTER TABLE enterprise ENABLE TRIGGER enterprise_set_search_inserted;
CREATE TEMP TABLE fact ON COMMIT DROP AS
SELECT gen_random_uuid() AS id, gen_random_uuid() AS entry, m.id AS enterprise FROM made m CROSS JOIN generate_series(0, $AGAIN);
INSERT INTO conduct_fact (id, happened_on, created_at) SELECT f.id, DATE '$DAY', TIMESTAMPTZ '$NOW' FROM fact f;
INSERT INTO conduct (id, fact_id, enterprise_id, role, behaviour, intent, happened_on, decided_on, authority, authority_region, source,
    rules_version, state, notified_on, counts_from, counts_until, created_at, updated_at)
SELECT f.entry, f.id, f.enterprise, 'producer', '$BEHAVIOUR', 'not_stated', DATE '$DAY', DATE '$DAY', 'x', '440000', 'officer',
    'credit-2021-trial', 'notified', DATE '$DAY', DATE '$DAY', DATE '$DAY' + 1095, TIMESTAMPTZ '$NOW', TIMESTAMPTZ '$NOW'
FROM fact f;
