//! Signals out of samplings and penalties: which results become one, once each; and no way leads back to conduct.

use serde_json::json;

use super::{Results, start};
use crate::credit::number;
use crate::support::TestApp;

fn follow(app: &TestApp) {
    while zerodesk::risk::sources::follow::sweep(&app.app, &|| false).unwrap() {}
}

#[test]
fn failures_become_signals_once_by_the_table_of_effects() {
    let app = start();
    let now = app.now();
    let failed = |day| Results { kind: "K0101", region: "440103", day, tested: 3, failed: 1 };
    failed("2026-02-01").insert(&app);
    failed("2026-02-02").insert_as(&app, ("sampling", "risk_monitoring"), now);
    failed("2026-02-03").insert_as(&app, ("label", "routine"), now);
    failed("2026-01-10").insert_as(&app, ("cross", "routine"), now);
    for _ in 0..2 {
        follow(&app);
    }
    let signals = |what: &str| {
        number(&app, &format!("SELECT count(*) FROM signal WHERE source = 'sampling' AND {what}"))
    };
    assert_eq!(
        signals("true"),
        3,
        "a sampling, a monitoring, a label; no result of a cross-inspection by itself"
    );
    assert_eq!(
        signals(
            "external_id IN (SELECT id::text FROM inspection WHERE outcome = 'nonconforming' AND method <> 'cross')"
        ),
        3
    );
    assert_eq!(signals("reliability = 'official' AND region = '440103' AND product_kind = 'K0101'"), 3);
    // What was monitored became no conduct.
    assert_eq!(
        number(
            &app,
            "SELECT count(*) FROM conduct WHERE inspection_id IN (SELECT id FROM inspection WHERE purpose = 'risk_monitoring')"
        ),
        0
    );
    // Cross-inspections in the sum of their month and city, of at least three results.
    let today = zerodesk::core::clock::shanghai_date(now);
    for _ in 0..2 {
        zerodesk::risk::sources::follow::sum(&app.app, today).unwrap();
    }
    assert_eq!(signals("external_id = 'cross:K0101:440100:2026-01' AND enterprise_id IS NULL"), 1);
    assert_eq!(signals("true"), 4);
}

#[test]
fn a_penalty_becomes_a_signal_and_a_signal_nothing() {
    let app = start();
    let (officer, _, enterprise) = crate::conduct::people(&app);
    let mut entry = crate::conduct::entry_of(&enterprise.id, "penalty_ordinary");
    entry["document_no"] = json!("粤市监处罚〔2026〕1号");
    entry["source"] = json!("penalty");
    let reply = officer.post(crate::conduct::CONDUCT, &entry);
    assert!(reply.status < 500, "{}", reply.text);
    follow(&app);
    let penalties = number(&app, "SELECT count(*) FROM conduct WHERE source = 'penalty'");
    assert_eq!(number(&app, "SELECT count(*) FROM signal WHERE source = 'penalty'"), penalties);
    let before = number(&app, "SELECT count(*) FROM conduct");
    super::signal(&app, ("opinion", "rumour"), ("K0101", "440103"), Some(4));
    super::follow(&app);
    follow(&app);
    assert_eq!(number(&app, "SELECT count(*) FROM conduct"), before);
}
