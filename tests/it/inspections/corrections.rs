//! What was entered wrongly is put right by an event, and the history is folded with it.

use diesel::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use zerodesk::db::schema::{
    inspection, inspection_challenge, inspection_item, inspection_past, inspection_term,
};
use zerodesk::inspections::challenge::{ChallengeRow, challenge_row};
use zerodesk::inspections::rows::{InspectionRow, ItemRow, TermRow};
use zerodesk::inspections::settings::InspectionSettings;
use zerodesk::inspections::store;

use super::{confirmed, form, form_of, registered, result, sample, step};
use crate::support::people::text;
use crate::support::{Http, TestApp};

pub fn correct(who: &Http, path: &str, more: &Value) -> crate::support::http::Reply {
    let mut body = json!({ "step": "correct", "reason": "登记有误" });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    who.post(&format!("{path}/events"), &body)
}

/// The rows hold what the fold of the events comes to.
pub fn assert_folds(app: &TestApp) {
    let conn = &mut *app.app.conn().unwrap();
    let settings = app.app.settings().section::<InspectionSettings>();
    let rows: Vec<InspectionRow> = inspection::table.select(InspectionRow::as_select()).load(conn).unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        let loaded = store::read(conn, row, settings, app.app.catalogue()).unwrap();
        let (mut row, mut subject) = (loaded.row.clone(), loaded.subject.clone());
        store::fill(&mut row, &mut subject, &loaded.course).unwrap();
        assert_eq!((&row, &subject), (&loaded.row, &loaded.subject));
        let law = loaded.law(settings, app.app.catalogue()).unwrap();
        let items: Vec<ItemRow> = inspection_item::table
            .filter(inspection_item::inspection_id.eq(row.id))
            .order((inspection_item::round.desc(), inspection_item::ordinal))
            .select(ItemRow::as_select())
            .load(conn)
            .unwrap();
        assert_eq!(items, store::items(row.id, &loaded.course));
        let terms: Vec<TermRow> = inspection_term::table
            .filter(inspection_term::inspection_id.eq(row.id))
            .select(TermRow::as_select())
            .load(conn)
            .unwrap();
        let key = |term: &TermRow| format!("{} {} {} {:?}", term.term, term.party, term.due_on, term.met_on);
        let found: BTreeSet<String> = terms.iter().map(key).collect();
        let wanted: BTreeSet<String> =
            store::term_rows(row.id, &loaded.course, law).iter().map(key).collect();
        assert_eq!(found, wanted);
        let challenge: Option<ChallengeRow> = inspection_challenge::table
            .find(row.id)
            .select(ChallengeRow::as_select())
            .first(conn)
            .optional()
            .unwrap();
        assert_eq!(challenge, challenge_row(row.id, &loaded.course));
    }
}

#[test]
fn a_corrected_result_takes_back_what_it_caused_and_the_other_way_round() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    let path = registered(&officer, &form_of("K-1", &producer));
    let seen = confirmed(&officer, &path, "R-1");
    assert_eq!(seen["findings"].as_array().unwrap().len(), 1);
    assert_folds(&app);
    let ordinal = |seen: &Value, name: &str| {
        let events = seen["events"].as_array().unwrap();
        events.iter().find(|event| event["step"] == name).unwrap()["ordinal"].clone()
    };
    let (sampled, report) = (ordinal(&seen, "sample"), ordinal(&seen, "report"));
    // Sampled after it was tested: what follows would not stand.
    let refused =
        correct(&officer, &path, &json!({ "corrects": sampled, "occurred_on": "2026-01-13" })).problem();
    assert!(text(&refused["detail"]).contains("更正后第 3 步"), "{refused}");
    let moved =
        correct(&officer, &path, &json!({ "corrects": sampled, "occurred_on": "2026-01-05" })).expect(200);
    assert_eq!(moved["sampled_on"], "2026-01-05");
    assert_folds(&app);
    let twice =
        correct(&officer, &path, &json!({ "corrects": sampled, "occurred_on": "2026-01-06" })).problem();
    assert_eq!(
        twice["errors"][0]["pointer"], "/corrects",
        "what was corrected is corrected by its correction"
    );
    let mut conforming = json!({ "corrects": report });
    conforming["result"] = result("R-1", "conforming")["result"].clone();
    let delivered = correct(&officer, &path, &conforming).problem();
    assert!(text(&delivered["detail"]).contains("更正后"), "the producer would not have got it: {delivered}");
    // It never was delivered to the producer, and then the result was another one.
    let events = officer.get(&path).expect(200)["events"].clone();
    let to_producer = events
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["step"] == "deliver" && event["details"]["party"] == "producer")
        .unwrap()["ordinal"]
        .clone();
    let undelivered =
        correct(&officer, &path, &json!({ "corrects": to_producer, "annulled": true })).expect(200);
    assert_eq!(undelivered["findings"][0]["reason"], "corrected");
    assert_eq!(undelivered["nonconformity_id"], Value::Null);
    let now_conforming = correct(&officer, &path, &conforming).expect(200);
    assert_eq!(now_conforming["outcome"], "conforming");
    assert_folds(&app);
    let past: i64 = inspection_past::table.count().get_result(&mut *app.app.conn().unwrap()).unwrap();
    assert_eq!(past, 0, "all of one moment: what was between was never read");
    let nothing = correct(&officer, &path, &json!({ "corrects": 1 })).problem();
    assert_eq!(nothing["errors"][0]["pointer"], "/annulled");
    let draw = correct(&officer, &path, &json!({ "corrects": 1, "annulled": true })).problem();
    assert_eq!(draw["errors"][0]["pointer"], "/annulled");
}

#[test]
fn what_was_before_a_change_is_kept_with_its_moment() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let path = registered(&officer, &super::form("K-2"));
    let first = app.now();
    let officer = &super::next_day(&app, &["officer"])[0];
    step(officer, &path, "attempt", "2026-03-03", &json!({})).expect(200);
    let conn = &mut *app.app.conn().unwrap();
    let states = |conn: &mut PgConnection, moment: chrono::DateTime<chrono::Utc>| -> Vec<String> {
        #[derive(QueryableByName)]
        struct State {
            #[diesel(sql_type = diesel::sql_types::Text)]
            state: String,
        }
        diesel::sql_query("SELECT state FROM inspections_as_of($1)")
            .bind::<diesel::sql_types::Timestamptz, _>(moment)
            .load::<State>(conn)
            .unwrap()
            .into_iter()
            .map(|row| row.state)
            .collect()
    };
    assert_eq!(states(conn, first), ["drawn"]);
    assert_eq!(states(conn, app.now()), ["attempted"]);
    assert!(states(conn, first - chrono::Duration::days(1)).is_empty());
}

#[test]
fn a_correction_names_what_there_is_and_what_the_step_can_say() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let path = registered(&officer, &form("K-9"));
    let unknown = json!({ "corrects": 1, "laboratory": "00000000-0000-7000-8000-000000000000" });
    assert_eq!(correct(&officer, &path, &unknown).problem()["errors"][0]["pointer"], "/laboratory");
    for (body, pointer) in [
        (json!({ "corrects": 1, "occurred_on": "-9999-01-01" }), "/occurred_on"),
        (json!({ "corrects": 1, "sample": { "produced_on": "-9999-01-01" } }), "/sample/produced_on"),
    ] {
        assert_eq!(correct(&officer, &path, &body).problem()["errors"][0]["pointer"], pointer);
    }
    let far = officer.get(&format!("{}?sampled_from=-9999-01-01", super::INSPECTIONS)).problem();
    assert_eq!(far["errors"][0]["pointer"], "?sampled_from");
    let mut early = form("K-8");
    early["drawn_on"] = json!("-9999-01-01");
    assert_eq!(officer.post(super::INSPECTIONS, &early).problem()["errors"][0]["pointer"], "/drawn_on");
    let once = json!({ "sample": { "samplers": ["张三", "张三"], "notice_shown": true } });
    let one_person = step(&officer, &path, "sample", "2026-01-06", &once).problem();
    assert_eq!(one_person["errors"][0]["pointer"], "/sample/samplers");
    step(&officer, &path, "sample", "2026-01-06", &sample()).expect(200);
    let foreign = json!({ "corrects": 2, "seals": ["F-1"] });
    assert_eq!(correct(&officer, &path, &foreign).problem()["errors"][0]["pointer"], "/seals");
    // The number went to another one meanwhile.
    let withdrawn = step(&officer, &path, "withdraw", "2026-03-01", &json!({ "reason": "误登" })).expect(200);
    registered(&officer, &form("K-9"));
    let back = json!({ "corrects": withdrawn["version"], "annulled": true });
    assert_eq!(correct(&officer, &path, &back).problem()["code"], "inspection_number_taken");
}
