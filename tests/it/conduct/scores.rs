//! What entries come to on a day: the fold over what the database knows, as of a moment.

use chrono::{Duration, NaiveDate};
use serde_json::json;
use zerodesk::conduct::entries::{each_enterprise, known_for, of_enterprise};
use zerodesk::conduct::score::{RuleBook, standing};
use zerodesk::conduct::settings::ConductSettings;
use zerodesk::conduct::words::Grade;
use zerodesk::core::ids::EnterpriseId;

use super::{decision, entered, entry, entry_of, people, step};
use crate::inspections;
use crate::support::TestApp;
use crate::support::people::PASSWORD;

/// Score of the producer and grade on a day, by what was known at its end.
fn on(app: &TestApp, enterprise: &str, day: &str) -> (i64, Option<Grade>) {
    let day: NaiveDate = day.parse().unwrap();
    let id: EnterpriseId = enterprise.parse().unwrap();
    let known = known_for(day, app.now());
    let entries = of_enterprise(&mut app.app.conn().unwrap(), id, known).unwrap();
    let rules = &app.app.settings().section::<ConductSettings>().rules;
    let of = standing(&entries, &RuleBook::new(rules), day);
    (of.roles.first().map_or(0, |role| role.score), of.grade)
}

#[test]
fn what_is_annulled_stays_in_earlier_answers_and_leaves_no_trace_later() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let path = entered(&officer, &entry_of(&enterprise.id, "sold_after_stop"));
    assert_eq!(on(&app, &enterprise.id, "2026-03-02"), (12_000, Some(Grade::C)));
    assert_eq!(on(&app, &enterprise.id, "2026-03-01"), (0, None), "nothing was known the day before");
    app.clock.advance(Duration::days(1));
    let officer = app.http().log_in("officer", PASSWORD);
    let mut annulment = decision();
    (annulment["ground"], annulment["document"]) = (json!("court"), json!("（2026）粤01行终1号"));
    step(&officer, &path, "annul", &annulment).expect(200);
    assert_eq!(on(&app, &enterprise.id, "2026-03-02"), (12_000, Some(Grade::C)), "the answer of then");
    assert_eq!(on(&app, &enterprise.id, "2026-03-03"), (0, None));
    assert_eq!(on(&app, &enterprise.id, "2027-01-01"), (0, None));
}

#[test]
fn a_case_and_the_penalty_for_it_count_once() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let producer = app.claimed_enterprise(2, "440305", "K0301");
    let inspected = inspections::registered(&officer, &inspections::form_of("C-1", &producer));
    let confirmed = inspections::confirmed(&officer, &inspected, "R-1");
    let case = &confirmed["findings"][0]["case_id"];
    let id = inspected.rsplit('/').next().unwrap();
    let mut failed = entry(&producer.id);
    failed["inspection_id"] = json!(id);
    let failed = officer.post(super::CONDUCT, &failed).expect(201);
    let mut penalty = entry_of(&producer.id, "penalty_ordinary");
    (penalty["case_id"], penalty["document_no"]) = (case.clone(), json!("粤市监处罚〔2026〕2号"));
    let penalty = officer.post(super::CONDUCT, &penalty).expect(201);
    assert_eq!(penalty["fact_id"], failed["fact_id"], "the case comes from the failure of the inspection");
    let other = officer.post(super::CONDUCT, &entry(&enterprise.id)).expect(201);
    assert_ne!(other["fact_id"], failed["fact_id"]);
    assert_eq!(on(&app, &producer.id, "2026-03-15").0, 0, "told, and not counted yet");
    assert_eq!(on(&app, &producer.id, "2026-03-16"), (8_000, Some(Grade::B)));
    assert_eq!(on(&app, &producer.id, "2030-01-01"), (0, Some(Grade::A)), "all has expired by itself");
    let mut all = Vec::new();
    let conn = &mut app.app.conn().unwrap();
    let count = each_enterprise(conn, app.now(), &mut |id, entries| {
        all.push((id, entries.len()));
        Ok(())
    });
    assert_eq!(count.unwrap(), 2);
    let mut wanted: Vec<(EnterpriseId, usize)> =
        vec![(producer.id.parse().unwrap(), 2), (enterprise.id.parse().unwrap(), 1)];
    wanted.sort();
    assert_eq!(all, wanted);
}

#[test]
fn rows_hold_what_their_histories_come_to() {
    use diesel::prelude::*;
    use zerodesk::conduct::rows::ConductRow;
    use zerodesk::conduct::store::{events, fold};
    use zerodesk::db::schema::conduct;

    let app = TestApp::start();
    let (officer, second, enterprise) = people(&app);
    let path = entered(&officer, &entry(&enterprise.id));
    step(&enterprise.http, &path, "object", &json!({ "reason": "样品不是本企业的" })).expect(200);
    step(&second, &path, "uphold", &decision()).expect(200);
    entered(&officer, &entry_of(&enterprise.id, "label_failed"));
    let contested = entered(&officer, &entry_of(&enterprise.id, "counterfeit"));
    step(&enterprise.http, &contested, "object", &json!({ "reason": "标识是真的" })).expect(200);
    let conn = &mut app.app.conn().unwrap();
    let rows: Vec<ConductRow> = conduct::table.select(ConductRow::as_select()).load(&mut **conn).unwrap();
    assert_eq!(rows.len(), 3);
    for row in rows {
        let course = fold(row.id, events(conn, row.id).unwrap()).unwrap();
        let mut filled = row.clone();
        filled.fill(&course);
        assert_eq!(filled, row);
    }
}
