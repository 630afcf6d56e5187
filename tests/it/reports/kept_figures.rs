//! The headline figures are counted as things change, and are at any moment what a count from scratch gives.

use chrono::Duration;
use serde_json::json;
use zerodesk::core::{Actor, Caller, Language};
use zerodesk::reports::funnel::{self, Funnel, Stages};
use zerodesk::reports::kept_figures::{FoldFigures, RebuildFigures, count_from_scratch, of};
use zerodesk::reports::rate::{self, By, Count, Figures, Lines, Question};
use zerodesk::zero_out::import::Column;

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
            let (counted, recounted) =
                (of(&mut conn, scope).unwrap(), count_from_scratch(&mut conn, scope).unwrap());
            assert_eq!(counted, recounted, "{when}, {scope:?}, folded: {fold}");
        }
    }
}

/// The reports as of now, which are counted all along, say what history says.
#[track_caller]
fn agree_with_history(app: &TestApp, when: &str) {
    let (mut conn, catalogue, now) = (app.app.conn().unwrap(), app.app.catalogue(), app.now());
    for region in ["440000", "440100", "440103", "440300", "440305"] {
        let stages =
            funnel::report(&mut conn, &Actor::System, catalogue, Some(region), None, now, Language::Zh)
                .unwrap();
        let then = funnel::from_history(&mut conn, region, stages.as_of).unwrap();
        let Funnel { listed, operating, contacted, consulted, correcting, cleared, .. } = stages;
        assert_eq!(
            Stages { listed, operating, contacted, consulted, correcting, cleared },
            then,
            "{when}, {region}"
        );
        for count in [Count::Enterprise, Count::Nonconformity] {
            let question = Question { by: By::Region, count, region: Some(region.to_owned()), as_of: None };
            let report =
                rate::report(&mut conn, &Actor::System, catalogue, &question, now, Language::En).unwrap();
            let places = rate::from_history(&mut conn, Lines::Places, region, report.as_of, count).unwrap();
            let sum = |of: fn(&Figures) -> i64| places.iter().map(of).sum::<i64>();
            let sums = (sum(|f| f.listed), sum(|f| f.operating), sum(|f| f.cleared));
            let total = &report.total;
            assert_eq!((total.listed, total.operating, total.cleared), sums, "{when}, {region}, {count}");
        }
    }
}

#[test]
fn the_figures_follow_every_change() {
    let app = TestApp::start();
    let agree_both = |when: &str| {
        agree(&app, when);
        agree_with_history(&app, when);
    };
    agree_both("nothing");
    let (officer, talk) = app.small_world();
    agree_both("a talk");
    let conclude = json!({ "conclusion": "x" });
    let path = format!("/api/v1/consultations/{}/conclude", talk.id);
    talk.expert.http.post(&path, &conclude).expect(200);
    agree_both("concluded");
    let events = format!("/api/v1/remediation/cases/{}/events", talk.enterprise.case.clone().unwrap());
    talk.enterprise.http.post(&events, &json!({ "event": "start_correction" })).expect(200);
    agree_both("correcting");
    // It moves to Shenzhen and closes; another failure and another enterprise are listed.
    app.clock.advance(Duration::minutes(1));
    let officer = app.http().log_in("officer", PASSWORD).with_token(officer.token.as_deref().unwrap());
    let change = file(&[
        row(&[(Column::Uscc, &uscc(1)), (Column::RegionCode, "440305"), (Column::ReportNo, "R7")]),
        row(&[(Column::Uscc, &uscc(2)), (Column::OperatingStatus, "停业")]),
    ]);
    let report = app.import(&officer, &change, false);
    assert_eq!(report["rejected"], 0, "{report}");
    agree_both("an import");
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
