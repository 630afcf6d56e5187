//! The figures of circuit consultation come back from rows: Shenzhen's 1,550 enterprises, with sets that overlap.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::{circuit, cohort, keep};
use crate::programmes::officers;
use crate::support::{Http, TestApp};

/// Shenzhen's enterprises by their number: all are on the list with a case that is ordered; the first 1,324 are cleared. Who else came, was interviewed
/// and so on are ranges that overlap.
const FILL: &str = "
    SET session_replication_role = replica;
    CREATE FUNCTION pg_temp.made(kind integer, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
        SELECT ('0000' || lpad(to_hex(kind), 4, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
    $$;
    INSERT INTO enterprise (id, uscc, name, operating_status, region, created_at, updated_at, search_text)
    SELECT pg_temp.made(3, n), 'S' || lpad(n::text, 17, '0'), '深圳第' || n || '公司', 'operating', '440305', '2026-01-02', '2026-01-02', ''
    FROM generate_series(1, 1550) n;
    INSERT INTO nonconformity (id, enterprise_id, product_kind, report_no, inspected_on, failed_items, created_at, updated_at)
    SELECT pg_temp.made(4, n), pg_temp.made(3, n), 'K0101', 'R' || n, '2026-01-01', '{x}', '2026-01-02', '2026-01-02'
    FROM generate_series(1, 1550) n;
    INSERT INTO remediation_case (id, nonconformity_id, enterprise_id, state, rule_version, ordered_on, rectify_by, reinspect_by, created_at, updated_at, region)
    SELECT pg_temp.made(5, n), pg_temp.made(4, n), pg_temp.made(3, n), 'ordered', 'x', '2026-01-03', '2026-03-01', '2026-03-15', '2026-01-03', '2026-01-03', '440305'
    FROM generate_series(1, 1550) n;
    INSERT INTO case_event (case_id, seq, event, to_state, actor_role, occurred_on, recorded_at)
    SELECT pg_temp.made(5, n), 1, 'order', 'ordered', 'admin', '2026-01-03', '2026-01-03' FROM generate_series(1, 1550) n;
    SET session_replication_role = DEFAULT;";

/// What happened afterwards, on the day before the figures. The first re-inspections: of those visited 500 of 560 passed, of those advised online 700 of
/// 854.
const HAPPENED: &str = "
    SET session_replication_role = replica;
    UPDATE remediation_case SET state = 'cleared', cleared_at = '2026-03-04T02:00:00Z' WHERE enterprise_id IN (SELECT pg_temp.made(3, n) FROM generate_series(1, 1324) n);
    INSERT INTO case_event (case_id, seq, event, to_state, actor_role, occurred_on, recorded_at)
    SELECT pg_temp.made(5, n), 2, 'start_correction', 'correcting', 'enterprise', DATE '2026-03-03', TIMESTAMPTZ '2026-03-03T02:00:00Z' FROM generate_series(1, 1400) n
    UNION ALL
    SELECT pg_temp.made(5, n), 3, 'submit_evidence', 'evidence_submitted', 'enterprise', '2026-03-03', '2026-03-03T03:00:00Z' FROM generate_series(1, 1400) n
    UNION ALL
    SELECT pg_temp.made(5, n), 4, 'reinspect', CASE WHEN n <= 500 OR n BETWEEN 601 AND 1324 THEN 'reinspection_passed' ELSE 'failed' END, 'admin', '2026-03-04', '2026-03-04T01:00:00Z'
    FROM generate_series(1, 1400) n
    UNION ALL
    SELECT pg_temp.made(5, n), 5, 'clear', 'cleared', 'admin', '2026-03-04', '2026-03-04T02:00:00Z' FROM generate_series(1, 1324) n;
    INSERT INTO engagement (id, kind, region, on_day, topic, state, created_by, version, created_at, updated_at, starts_at, ends_at, held_at)
    SELECT g.id, g.kind, '440305', g.on_day, 't', g.state, g.created_by, 1, '2026-03-02', '2026-03-02', g.on_day + time '01:00', g.on_day + time '02:00',
           g.on_day + time '02:00'
    FROM (
    SELECT pg_temp.made(6, k.n) AS id, k.kind, DATE '2026-03-03' AS on_day, k.state, a.id AS created_by
    FROM (SELECT id FROM account WHERE username = 'planner') a,
         (VALUES (1, 'training', 'held'), (2, 'training', 'closed')) AS k (n, kind, state)
    UNION ALL
    SELECT pg_temp.made(7, n), 'visit', DATE '2026-03-02' + (n % 2)::integer, 'closed', a.id
    FROM (SELECT id FROM account WHERE username = 'planner') a, generate_series(1, 596) n
    UNION ALL
    SELECT pg_temp.made(8, n), 'commitment', '2026-03-03', CASE WHEN n % 3 = 0 THEN 'kept' ELSE 'signed' END, a.id
    FROM (SELECT id FROM account WHERE username = 'planner') a, generate_series(1, 700) n) g;
    INSERT INTO engagement_event (engagement_id, ordinal, step, to_state, role, at, detail)
    SELECT g.id, 1, 'hold', CASE g.kind WHEN 'commitment' THEN 'signed' ELSE 'held' END, 'admin', g.held_at, '{}' FROM engagement g;
    -- Two trainings; 40 enterprises came to both, and some that were invited did not come.
    INSERT INTO engagement_enterprise (engagement_id, enterprise_id, attended, attended_at)
    SELECT x.*, CASE WHEN x.attended THEN TIMESTAMPTZ '2026-03-03T02:00:00Z' END
    FROM (
    SELECT pg_temp.made(6, 1), pg_temp.made(3, n), n <= 200 FROM generate_series(1, 260) n
    UNION ALL
    SELECT pg_temp.made(6, 2), pg_temp.made(3, n), true FROM generate_series(161, 291) n
    UNION ALL
    SELECT pg_temp.made(7, n), pg_temp.made(3, n), true FROM generate_series(1, 596) n
    UNION ALL
    -- Of 700 who signed, 654 have corrected.
    SELECT pg_temp.made(8, n), pg_temp.made(3, n + 600), true FROM generate_series(1, 654) n
    UNION ALL
    SELECT pg_temp.made(8, n), pg_temp.made(3, n + 800), true FROM generate_series(655, 700) n WHERE n % 3 <> 0) AS x (engagement_id, enterprise_id, attended);
    INSERT INTO consultation (id, enterprise_id, product_kind, subject, question, status, expert_id, concluded_at, conclusion, opened_by, opened_at, updated_at, region)
    SELECT pg_temp.made(9, n), pg_temp.made(3, n), 'K0101', 's', 'q', 'concluded', x.id, '2026-03-03', 'c', a.id, '2026-03-02', '2026-03-03', '440305'
    FROM (SELECT id FROM account WHERE username = 'planner') a, (SELECT id FROM expert LIMIT 1) x, generate_series(400, 1400) n;
    INSERT INTO consultation_event (consultation_id, seq, event, to_status, actor_role, at)
    SELECT pg_temp.made(9, n), 1, 'conclude', 'concluded', 'expert', '2026-03-03T01:00:00Z' FROM generate_series(400, 1400) n;
    INSERT INTO engagement_expert (engagement_id, expert_id, lead)
    SELECT pg_temp.made(7, n), x.id, true FROM (SELECT id FROM expert LIMIT 1) x, generate_series(1, 596) n;
    INSERT INTO inspection (id, number, organiser_region, method, purpose, level, state, role, operator_id, place_region, producer_id, producer_region, product_kind,
                            sample, sampled_on, final_on, outcome, source, version, created_at, updated_at)
    SELECT pg_temp.made(10, n), 'F' || n, '440300', 'sampling', CASE WHEN n <= 480 THEN 'follow_up' ELSE 'routine' END, 'municipal',
           CASE WHEN n BETWEEN 473 AND 480 THEN 'void' ELSE 'final' END, 'producer',
           pg_temp.made(3, n + 300), '440305', pg_temp.made(3, n + 300), '440305', 'K0101', 'held', '2026-03-05',
           CASE WHEN n BETWEEN 473 AND 480 THEN NULL ELSE DATE '2026-03-05' END, CASE WHEN n BETWEEN 473 AND 480 THEN NULL ELSE 'conforming' END,
           'officer', 1, '2026-03-05T02:00:00Z', '2026-03-05T02:00:00Z'
    FROM generate_series(1, 600) n;
    SET session_replication_role = DEFAULT;
    CREATE OR REPLACE FUNCTION circuit_interviewed() RETURNS TABLE (enterprise_id uuid, on_day date) LANGUAGE sql STABLE AS $$
        SELECT e.id, DATE '2026-03-05' FROM enterprise e WHERE e.uscc LIKE 'S%' AND substr(e.uscc, 2)::integer BETWEEN 101 AND 760
        UNION ALL
        SELECT e.id, DATE '2026-03-06' FROM enterprise e WHERE e.uscc LIKE 'S%' AND substr(e.uscc, 2)::integer BETWEEN 101 AND 200
    $$;";

fn shenzhen() -> (TestApp, Http, String) {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    app.approved_expert(&planner, "expert-1", "K0101");
    let conn = &mut app.database().connect();
    conn.batch_execute(FILL).unwrap();
    let programme = circuit(&planner, &approver);
    let added = cohort(&planner, &programme, &json!({ "region": "440300" }));
    assert_eq!(added["added"], 1550);
    conn.batch_execute(HAPPENED).unwrap();
    app.clock.advance(chrono::Duration::days(5));
    let planner = app.http().log_in("planner", crate::support::people::PASSWORD);
    (app, planner, programme)
}

fn report(who: &Http, filter: &str) -> Value {
    who.get(&format!("/api/v1/reports/circuit?{filter}")).expect(200)
}

/// A number with three decimals.
fn decimals(value: &Value) -> String {
    format!("{:.3}", value.as_f64().unwrap())
}

#[test]
fn shenzhens_seven_numbers_come_back_from_rows() {
    let (app, planner, programme) = shenzhen();
    let seen = report(&planner, &format!("programme={programme}"));
    let counts: Vec<i64> = [
        &seen["listed"],
        &seen["cleared"]["count"],
        &seen["interviewed"],
        &seen["trained"],
        &seen["sampled"],
        &seen["helped"],
        &seen["committed"],
    ]
    .iter()
    .map(|value| value.as_i64().unwrap())
    .collect();
    assert_eq!(counts, [1550, 1324, 660, 291, 472, 596, 654], "{seen}");
    assert_eq!(decimals(&seen["cleared"]["rate"]), "0.854");
    assert_eq!(report(&planner, "region=440300")["listed"], 1550, "the same without the programme");
    // Visited beside online only, each with n and its interval.
    let (visited, online) = (&seen["first_pass_visited"], &seen["first_pass_online"]);
    assert_eq!((&visited["count"], &visited["n"]), (&json!(500), &json!(596)));
    assert_eq!((&online["count"], &online["n"]), (&json!(724), &json!(804)));
    assert!(
        online["low"].as_f64() < online["rate"].as_f64() && online["rate"].as_f64() < online["high"].as_f64()
    );
    // One expert on two days.
    assert_eq!((&seen["expert_days"], &seen["visits"]), (&json!(2), &json!(596)));
    assert_eq!(
        (decimals(&seen["visits_per_day"]), &seen["cleared_after_visit"]),
        ("298.000".to_owned(), &json!(596))
    );
    // Before it happened, and as of then whatever comes later.
    let early = format!("programme={programme}&as_of=2026-03-02");
    let then = report(&planner, &early);
    assert_eq!(
        (&then["listed"], &then["cleared"]["count"], &then["interviewed"]),
        (&json!(1550), &json!(0), &json!(0))
    );
    assert_eq!(report(&planner, &format!("programme={programme}&as_of=2026-03-01"))["listed"], 0);
    let conn = &mut app.database().connect();
    let later = report(&planner, &format!("programme={programme}&as_of=2026-03-04"));
    conn.batch_execute(
        "UPDATE enterprise SET region = '440103', updated_at = '2026-03-07T02:00:00Z' WHERE uscc LIKE 'S%' AND right(uscc, 1) = '7';
         INSERT INTO case_event (case_id, seq, event, to_state, actor_role, occurred_on, recorded_at)
         SELECT c.id, 6, 'start_correction', 'correcting', 'admin', '2026-03-07', '2026-03-07T03:00:00Z'
         FROM remediation_case c JOIN enterprise e ON e.id = c.enterprise_id WHERE e.uscc LIKE 'S%' AND right(e.uscc, 1) = '3'",
    )
    .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(report(&planner, &format!("programme={programme}&as_of=2026-03-04")), later);
    assert_eq!(report(&planner, &early), then);
    // All stages add up to the cohort, and the page shows them.
    let stages: i64 =
        seen["stages"].as_array().unwrap().iter().map(|s| s["enterprises"].as_i64().unwrap()).sum();
    assert_eq!(stages, 1550);
    keep(&app);
    let page = planner.get(&format!("/reports/circuit?programme={programme}&as_of=2026-03-06")).text;
    assert!(page.contains("85.4%") && page.contains("660"), "{page}");
}

#[test]
fn figures_are_of_the_own_region_and_of_no_day_to_come() {
    let (app, planner, programme) = shenzhen();
    let city = app.admin("city", "440100");
    assert_eq!(report(&city, &format!("programme={programme}"))["listed"], 0);
    assert_eq!(
        city.get("/api/v1/reports/circuit?region=440300").expect(422)["errors"][0]["pointer"],
        "?region"
    );
    assert_eq!(
        planner.get("/api/v1/reports/circuit?as_of=2030-01-01").expect(422)["errors"][0]["pointer"],
        "?as_of"
    );
    let unknown = planner.get("/api/v1/reports/circuit?programme=01890000-0000-7000-8000-000000000001");
    assert_eq!(unknown.status, 404);
    let operator = app.operator("operator");
    assert_eq!(report(&operator, "")["listed"], 1550);
}
