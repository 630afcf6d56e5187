//! The headline figures are counted as things change, and are at any moment what a count from the ground is.

use chrono::Duration;
use serde_json::json;
use zerodesk::core::Caller;
use zerodesk::enterprises::import::Column;
use zerodesk::reports::counted::{FoldFigures, RebuildFigures, from_the_ground, of};

use super::{clear, list, sql};
use crate::support::TestApp;
use crate::support::csv::{file, row, uscc};
use crate::support::people::PASSWORD;

const SCOPES: [Option<&str>; 6] =
    [None, Some("440000"), Some("440100"), Some("440103"), Some("440300"), Some("440500")];

/// Both counts agree, whether what changed is folded in or not.
#[track_caller]
fn agree(app: &TestApp, when: &str) {
    for fold in [false, true] {
        if fold {
            app.app.execute(&Caller::system(), &FoldFigures {}).unwrap();
        }
        let mut conn = app.app.conn().unwrap();
        for scope in SCOPES {
            let (counted, ground) =
                (of(&mut conn, scope).unwrap(), from_the_ground(&mut conn, scope).unwrap());
            assert_eq!(counted, ground, "{when}, {scope:?}, folded: {fold}");
        }
    }
}

#[test]
fn the_figures_follow_every_change() {
    let app = TestApp::start();
    agree(&app, "nothing");
    let (officer, talk) = app.small_world();
    agree(&app, "a talk");
    let conclude = json!({ "conclusion": "x" });
    let path = format!("/api/v1/consultations/{}/conclude", talk.id);
    talk.expert.http.post(&path, &conclude).expect(200);
    agree(&app, "concluded");
    let events = format!("/api/v1/remediation/cases/{}/events", talk.enterprise.case.clone().unwrap());
    talk.enterprise.http.post(&events, &json!({ "event": "start_correction" })).expect(200);
    agree(&app, "correcting");
    // It moves to Shenzhen and closes; another failure and another enterprise are listed.
    app.clock.advance(Duration::minutes(1));
    let officer = app.http().log_in("officer", PASSWORD).with_token(officer.token.as_deref().unwrap());
    let change = file(&[
        row(&[(Column::Uscc, &uscc(1)), (Column::RegionCode, "440305"), (Column::ReportNo, "R7")]),
        row(&[(Column::Uscc, &uscc(2)), (Column::OperatingStatus, "停业")]),
    ]);
    let report = app.import(&officer, &change, false);
    assert_eq!(report["rejected"], 0, "{report}");
    agree(&app, "an import");
    sql(
        &app,
        "UPDATE remediation_case SET state = 'cleared', cleared_at = updated_at WHERE state = 'ordered'",
    );
    agree(&app, "cleared");
    app.app.execute(&Caller::system(), &RebuildFigures {}).unwrap();
    agree(&app, "rebuilt");
}

#[test]
fn changes_at_the_same_time_lose_nothing() {
    let app = TestApp::start();
    list(&app, 400, 300);
    clear(&app, 200);
    std::thread::scope(|scope| {
        for part in 0..4 {
            let app = &app;
            scope.spawn(move || {
                for round in 0..10 {
                    let state = if round % 2 == 0 { "reinspection_passed" } else { "cleared" };
                    let at = if state == "cleared" { "updated_at" } else { "NULL" };
                    sql(
                        app,
                        &format!(
                            "UPDATE remediation_case SET state = '{state}', cleared_at = {at}
                             WHERE hashtext(id::text) % 4 IN ({part}, -{part})"
                        ),
                    );
                    app.app.execute(&Caller::system(), &FoldFigures {}).unwrap();
                }
            });
        }
    });
    agree(&app, "after all");
}
