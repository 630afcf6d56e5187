//! Progress in figures: the published ones come back, what is said of a past day never changes, and files
//! for spreadsheets run nothing.

mod figures;
mod files;
mod history;
mod kept_figures;
mod published;
mod recount;

use diesel::connection::SimpleConnection;
use serde_json::Value;

use crate::support::{Http, TestApp};

/// Runs SQL, as a faster way to what many people did.
fn sql(app: &TestApp, statements: &str) {
    app.app.conn().unwrap().batch_execute(statements).unwrap();
}

/// Lists so many enterprises, of which the first `operating` operate; each has one nonconformity of kind K0101.
/// They are in districts of Guangzhou and Shenzhen by turns.
fn list(app: &TestApp, many: u32, operating: u32) {
    let now = app.now().to_rfc3339();
    sql(
        app,
        &format!(
            "INSERT INTO enterprise (id, uscc, name, operating_status, region, created_at, updated_at)
             SELECT gen_random_uuid(), 'LISTED' || lpad(n::text, 12, '0'), '公司' || n,
                    CASE WHEN n <= {operating} THEN 'operating' ELSE 'deregistered' END,
                    (ARRAY['440103', '440305', '440106'])[n % 3 + 1], '{now}', '{now}'
             FROM generate_series(1, {many}) n;
             INSERT INTO nonconformity (id, enterprise_id, product_kind, report_no, inspected_on, failed_items,
                                        created_at, updated_at)
             SELECT gen_random_uuid(), id, 'K0101', 'R' || uscc, '2021-08-01', '{{标志}}', '{now}', '{now}'
             FROM enterprise;"
        ),
    );
}

/// Opens and clears the cases of the first so many operating enterprises.
fn clear(app: &TestApp, many: u32) {
    let now = app.now().to_rfc3339();
    sql(
        app,
        &format!(
            "INSERT INTO remediation_case (id, nonconformity_id, enterprise_id, state, rule_version, ordered_on,
                rectify_by, reinspect_by, cleared_at, created_at, updated_at)
             SELECT gen_random_uuid(), n.id, n.enterprise_id, 'cleared', 'SAMR-18-2020', '2021-08-03', '2021-10-08',
                '2021-10-18', '{now}', '{now}', '{now}'
             FROM nonconformity n JOIN enterprise e ON e.id = n.enterprise_id
             WHERE e.operating_status = 'operating'
             ORDER BY e.uscc LIMIT {many};
             INSERT INTO case_event (case_id, seq, event, to_state, actor_role, occurred_on, recorded_at)
             SELECT id, 1, 'order_issued', 'ordered', 'admin', '2021-08-03', '{now}' FROM remediation_case;
             INSERT INTO case_event (case_id, seq, event, from_state, to_state, actor_role, occurred_on, recorded_at)
             SELECT id, 2, 'clear', 'reinspection_passed', 'cleared', 'admin', '2021-09-20', '{now}'
             FROM remediation_case;"
        ),
    );
}

fn get(who: &Http, report: &str) -> Value {
    who.get(&format!("/api/v1/reports/{report}")).expect(200)
}

fn row<'a>(report: &'a Value, key: &str) -> &'a Value {
    let rows = report["rows"].as_array().unwrap();
    rows.iter().find(|row| row["key"] == key).unwrap_or_else(|| panic!("no row {key}: {report}"))
}
