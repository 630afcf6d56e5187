-- Inspections as single rows: $ROWS of a year, of which $TESTED have a final result, the first $FAILED of them nonconforming. Of the others
-- $HANDED_OVER are handed over and the rest refused. $KINDS kinds of $CLASSES classes and $OPERATORS operators stand in those that are tested; those that
-- are handed over are of other operators. Samples are taken over the year, in all districts.
CREATE TEMP TABLE kind ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY r.nth, r.class, r.code) - 1 AS n, r.code
FROM (SELECT k.code, k.class, row_number() OVER (PARTITION BY k.class ORDER BY k.code) AS nth
      FROM product_kind k WHERE k.class IN (SELECT c.code FROM product_class c ORDER BY c.code LIMIT $CLASSES)) r
ORDER BY r.nth, r.class, r.code LIMIT $KINDS;
CREATE TEMP TABLE place ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY r.code) - 1 AS n, r.code FROM region r WHERE r.level = 'district';
CREATE TEMP TABLE made ON COMMIT DROP AS
SELECT gen_random_uuid() AS id, n, make_date($YEAR, 1, 1) + (n % 364)::integer AS day,
       CASE WHEN n <= $TESTED THEN 'final' WHEN n <= $TESTED + $HANDED_OVER THEN 'handed_over' ELSE 'refused' END AS state
FROM generate_series(1, $ROWS) AS n;
INSERT INTO inspection (id, number, organiser_region, method, purpose, level, state, role, place_region, product_kind, sampled_on, reported_on,
    delivered_on, final_on, outcome, source, version, created_at, updated_at)
SELECT m.id, '$METHOD-$YEAR-' || m.n, '440000', '$METHOD', 'routine', 'provincial', m.state, 'producer', p.code, k.code,
       CASE WHEN m.state <> 'refused' THEN m.day END, CASE WHEN m.state <> 'refused' THEN m.day + 10 END,
       CASE WHEN m.state = 'final' THEN m.day + 14 END, CASE WHEN m.state = 'final' THEN m.day + 30 END,
       CASE WHEN m.state = 'final' THEN CASE WHEN m.n <= $FAILED THEN 'nonconforming' ELSE 'conforming' END END,
       'import', 1, TIMESTAMPTZ '$NOW', TIMESTAMPTZ '$NOW'
FROM made m
JOIN kind k ON k.n = m.n % $KINDS
JOIN place p ON p.n = m.n % (SELECT count(*) FROM place);
-- Nobody searches for these names: to fold them takes longer than all else.
ALTER TABLE inspection_subject DISABLE TRIGGER inspection_set_search_inserted;
INSERT INTO inspection_subject (inspection_id, operator_name, product_name, search_text)
SELECT m.id, '第' || CASE WHEN m.n <= $TESTED THEN m.n % $OPERATORS ELSE $OPERATORS + m.n END || '公司', '产品' || m.n, '' FROM made m;
ALTER TABLE inspection_subject ENABLE TRIGGER inspection_set_search_inserted;
