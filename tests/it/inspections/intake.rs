//! Lists are taken in at once, by the same fold, and undone as a whole.

use diesel::prelude::*;
use serde_json::json;
use zerodesk::catalogue::Catalogue;
use zerodesk::core::fields::Fields;
use zerodesk::core::{Caller, Problem};
use zerodesk::db::{Command, Tx};
use zerodesk::inspections::fact::Fact;
use zerodesk::inspections::ids::InspectionId;
use zerodesk::inspections::intake::{Intake, check, take_in, withdraw};
use zerodesk::inspections::law::law_on;
use zerodesk::inspections::particulars::{Particulars, TestResult};
use zerodesk::inspections::registration::Registration;
use zerodesk::inspections::settings::InspectionSettings;
use zerodesk::inspections::state::InspectionStep;
use zerodesk::inspections::words::{Outcome, Party, Source};

use super::{body, form_of, result, step};
use crate::support::TestApp;

/// Takes in forms with the failure that a list gives of them.
#[derive(serde::Serialize)]
struct TakeIn {
    forms: Vec<Registration>,
}

impl Command for TakeIn {
    type Output = Vec<InspectionId>;
    const NAME: &'static str = "take_in";

    fn run(&self, tx: &mut Tx) -> Result<Vec<InspectionId>, Problem> {
        let (now, mut all) = (tx.now, Vec::new());
        for form in &self.forms {
            let mut fields = Fields::new();
            let first = form.rows(&mut tx.conn, &mut fields, "440000", Source::Import, now)?;
            fields.done()?;
            let result = TestResult {
                report_no: Some(form.number.clone()),
                outcome: Outcome::Nonconforming,
                signed_by: None,
                items: vec![],
            };
            let day = |text: &str| text.parse().unwrap();
            let to = |party| {
                let particulars = Particulars { party: Some(party), ..Particulars::default() };
                Fact { particulars, ..Fact::new(InspectionStep::Deliver, day("2026-01-20")) }
            };
            let facts = vec![
                Fact::listed(day("2026-01-15"), Some(day("2026-01-06")), result),
                Fact::new(InspectionStep::AskProducer, day("2026-01-16")),
                Fact::new(InspectionStep::Confirm, day("2026-01-18")),
                to(Party::Operator),
                to(Party::Producer),
            ];
            all.push(Intake { first, drawn_on: day("2026-01-06"), facts });
        }
        take_in(tx, &all, Some(uuid::Uuid::now_v7()))
    }
}

/// Withdraws what was taken in.
#[derive(serde::Serialize)]
struct Undo {
    ids: Vec<InspectionId>,
}

impl Command for Undo {
    type Output = usize;
    const NAME: &'static str = "undo";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        withdraw(tx, &self.ids, "名单有误")
    }
}

#[test]
fn a_list_is_taken_in_with_what_follows_and_undone() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    let forms =
        (1..=3).map(|n| serde_json::from_value(form_of(&format!("L-{n}"), &producer)).unwrap()).collect();
    let ids = app.app.execute(&Caller::system(), &TakeIn { forms }).unwrap();
    let records = || {
        officer.get(&format!("/api/v1/enterprises/{}", producer.id)).expect(200)["nonconformities"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!((ids.len(), records()), (3, 4));
    let seen = officer.get(&format!("/api/v1/inspections/{}", ids[0])).expect(200);
    assert_eq!(
        (&seen["state"], &seen["source"], &seen["sampled_on"], &seen["version"]),
        (&json!("delivered"), &json!("import"), &json!("2026-01-06"), &json!(6))
    );
    assert_eq!(app.app.execute(&Caller::system(), &Undo { ids: ids.clone() }).unwrap(), 3);
    assert_eq!(
        (records(), officer.get(&format!("/api/v1/inspections/{}", ids[0])).expect(200)["state"].clone()),
        (1, json!("withdrawn"))
    );
    assert_eq!(app.app.execute(&Caller::system(), &Undo { ids }).unwrap(), 0);
}

#[test]
fn a_failure_of_a_list_is_tested_again_and_overturned() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    let forms = vec![serde_json::from_value(form_of("L-1", &producer)).unwrap()];
    let ids = app.app.execute(&Caller::system(), &TakeIn { forms }).unwrap();
    let path = format!("/api/v1/inspections/{}", ids[0]);
    let standing = || {
        let findings = officer.get(&path).expect(200)["findings"].clone();
        findings.as_array().unwrap().iter().filter(|one| one["taken_back_at"].is_null()).count()
    };
    assert_eq!(standing(), 1);
    let grounds = json!({ "party": "operator", "reason": "对检验结果有异议" });
    let contested = step(&officer, &path, "contest", "2026-02-01", &grounds).expect(200);
    assert!(contested["allowed"].as_array().unwrap().contains(&json!("order_retest")), "{contested}");
    let again = body(&officer, "市质检所", false);
    step(&officer, &path, "order_retest", "2026-02-03", &json!({ "laboratory": again })).expect(200);
    let ended = step(&officer, &path, "overturn", "2026-02-20", &result("F-1", "conforming")).expect(200);
    assert_eq!((&ended["state"], &ended["outcome"]), (&json!("overturned"), &json!("conforming")));
    assert_eq!(standing(), 0, "what it caused is taken back");
    super::corrections::assert_folds(&app);
}

#[test]
fn what_searches_look_for_is_brought_as_the_trigger_makes_it() {
    #[derive(QueryableByName, PartialEq, Debug)]
    struct Texts {
        #[diesel(sql_type = diesel::sql_types::Text)]
        text: String,
        #[diesel(sql_type = diesel::sql_types::Text)]
        readings: String,
    }
    let app = TestApp::start();
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    let with = |number: &str, changes: serde_json::Value| {
        let mut form = form_of(number, &producer);
        for (key, value) in changes.as_object().unwrap() {
            form[key] = value.clone();
        }
        serde_json::from_value(form).unwrap()
    };
    let other = json!({ "operator": null, "operator_name": "重慶（長城）百货 No.7", "producer": null, "producer_name": "廣州 恒通ＡＢ线缆厂" });
    let forms = vec![with("L-1", json!({})), with("Ｌ 2", other)];
    app.app.execute(&Caller::system(), &TakeIn { forms }).unwrap();
    let conn = &mut app.database().connect();
    let mut texts = || -> Vec<Texts> {
        let query = "SELECT search_text AS text, search_readings AS readings FROM inspection_subject ORDER BY inspection_id";
        diesel::sql_query(query).load(conn).unwrap()
    };
    let brought = texts();
    assert!(brought.len() == 2 && brought.iter().all(|texts| !texts.text.is_empty()), "{brought:?}");
    let conn = &mut app.database().connect();
    diesel::sql_query("UPDATE inspection_subject SET search_text = '', search_readings = ''")
        .execute(conn)
        .unwrap();
    assert_eq!(texts(), brought);
}

#[test]
fn what_is_not_lawful_is_found_without_writing() {
    let app = TestApp::start();
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    let form: Registration = serde_json::from_value(form_of("L-1", &producer)).unwrap();
    let conn = &mut *app.app.conn().unwrap();
    let first = form.rows(conn, &mut Fields::new(), "440000", Source::Import, app.now()).unwrap();
    let intake = |day: &str| Intake {
        first: first.clone(),
        drawn_on: "2026-01-06".parse().unwrap(),
        facts: vec![Fact::new(InspectionStep::Attempt, day.parse().unwrap())],
    };
    let (settings, catalogue) = (InspectionSettings::default(), Catalogue::builtin().unwrap());
    let law =
        law_on("2026-01-06".parse().unwrap(), &intake("2026-01-06").basics(), &settings, &catalogue).unwrap();
    assert!(check(&intake("2026-01-07"), law).is_ok());
    assert_eq!(check(&intake("2026-01-05"), law).unwrap_err().ordinal, 2, "before it was drawn");
}
