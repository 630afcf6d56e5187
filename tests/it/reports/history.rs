//! Figures as of a past day.

use serde_json::{Value, json};
use zerodesk::matching::settings::MatchingSettings;
use zerodesk::zero_out::import::Column;

use super::get;
use crate::support::csv::{file, row, uscc};
use crate::support::people::PASSWORD;
use crate::support::{Http, TestApp};

const REPORTS: [&str; 5] =
    ["zero-out-rate?", "zero-out-rate?count=nonconformity&by=class&", "funnel?", "experts?", "deadlines?"];

/// All that is said of a day, whether it was said before or not.
fn figures_of(app: &TestApp, who: &Http, day: &str) -> Vec<Value> {
    let all = || REPORTS.map(|report| get(who, &format!("{report}as_of={day}"))).to_vec();
    let first = all();
    assert_eq!(all(), first, "said again");
    super::sql(app, "DELETE FROM past_day");
    assert_eq!(all(), first, "counted again");
    first
}

fn morning(app: &TestApp, day: &str) -> Http {
    app.clock.set(format!("{day}T09:00:00+08:00").parse().unwrap());
    app.http().log_in("officer-gd", PASSWORD)
}

#[test]
fn figures_of_a_past_day_never_change() {
    // The expert says nothing for days here, and keeps the consultation.
    let app = TestApp::builder()
        .at("2021-08-09T01:00:00Z")
        .settings(|s| s.edit::<MatchingSettings>().reassign_silent = zerodesk::settings::YesNo::No)
        .start();
    let gd = app.admin("officer-gd", "440000");
    let expert = app.approved_expert(&gd, "expert-1", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    app.listed(2, "440305", "K0102");
    let talk = app.talk(&enterprise, &expert);
    let events = format!("/api/v1/remediation/cases/{}/events", enterprise.case.clone().unwrap());

    let gd = morning(&app, "2021-08-10");
    let monday = figures_of(&app, &gd, "2021-08-09");
    assert_eq!((&monday[0]["total"]["operating"], &monday[0]["total"]["cleared"]), (&json!(2), &json!(0)));
    assert_eq!(
        (&monday[2]["contacted"], &monday[2]["consulted"], &monday[2]["correcting"]),
        (&json!(1), &json!(1), &json!(0))
    );
    assert_eq!(figures_of(&app, &gd, "2021-08-08")[0]["total"]["listed"], 0, "nothing was listed yet");

    // Tuesday: corrected, re-inspected, cleared; the days entered lie before it.
    let own = app.http().log_in("enterprise-1", PASSWORD);
    let step = |who: &Http, body: Value| who.post(&events, &body).expect(200);
    step(&own, json!({ "event": "start_correction", "occurred_on": "2021-08-09" }));
    step(&own, json!({ "event": "submit_evidence", "note": "x", "occurred_on": "2021-08-09" }));
    step(&gd, json!({ "event": "reinspect", "passed": true, "occurred_on": "2021-08-09" }));
    let reviewer = app.admin("gd-2", "440000");
    step(&reviewer, json!({ "event": "clear", "occurred_on": "2021-08-09" }));
    let gd = morning(&app, "2021-08-11");
    let tuesday = figures_of(&app, &gd, "2021-08-10");
    assert_eq!((&tuesday[0]["total"]["cleared"], &tuesday[0]["total"]["percent"]), (&json!(1), &json!(50.0)));
    assert_eq!((&tuesday[2]["correcting"], &tuesday[2]["cleared"]), (&json!(1), &json!(1)));
    assert_eq!(
        figures_of(&app, &gd, "2021-08-09"),
        monday,
        "what was entered late changes nothing that was said"
    );

    // Wednesday: one enterprise closes and moves, another failure is listed, the consultation ends with a rating.
    let list = file(&[
        row(&[
            (Column::Uscc, &uscc(2)),
            (Column::Name, "广州第2公司"),
            (Column::RegionCode, "440106"),
            (Column::OperatingStatus, "注销"),
            (Column::ProductKind, "K0102"),
        ]),
        row(&[
            (Column::Uscc, &uscc(1)),
            (Column::Name, "广州第1公司"),
            (Column::ReportNo, "R9"),
            (Column::ContactEmail, "factory-1@enterprise.example"),
        ]),
    ]);
    app.import(&gd, &list, false);
    let chen = app.http().log_in("expert-1", PASSWORD);
    let end = json!({ "conclusion": "x" });
    chen.post(&format!("/api/v1/consultations/{}/conclude", talk.id), &end).expect(200);
    let own = app.http().log_in("enterprise-1", PASSWORD);
    own.post(&format!("/api/v1/consultations/{}/rating", talk.id), &json!({ "rating": 4 })).expect(200);
    let gd = morning(&app, "2021-08-12");
    let wednesday = figures_of(&app, &gd, "2021-08-11");
    let total = &wednesday[0]["total"];
    assert_eq!((&total["listed"], &total["operating"], &total["cleared"]), (&json!(2), &json!(1), &json!(0)));
    assert_eq!(wednesday[3]["rows"][0]["rating"], 4.0, "{}", wednesday[3]);
    assert_eq!(
        (&wednesday[3]["rows"][0]["concluded"], &monday[3]["rows"][0]["concluded"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(figures_of(&app, &gd, "2021-08-09"), monday);
    assert_eq!(figures_of(&app, &gd, "2021-08-10"), tuesday);
    // It moved from Shenzhen, where it still was.
    let shenzhen = |day: &str| {
        get(&gd, &format!("zero-out-rate?region=440300&as_of={day}"))["total"]["operating"].clone()
    };
    assert_eq!((shenzhen("2021-08-10"), shenzhen("2021-08-11")), (json!(1), json!(0)));
    // Taken up again, the consultation is rated no more. On Wednesday it was.
    let own = app.http().log_in("enterprise-1", PASSWORD);
    own.post(&format!("/api/v1/consultations/{}/reopen", talk.id), &json!({ "reason": "x" })).expect(200);
    assert_eq!(get(&gd, "experts")["rows"][0]["ratings"], 0);
    assert_eq!(figures_of(&app, &gd, "2021-08-11"), wednesday);
    // The deadlines of Monday were still to come, and were done with on Tuesday.
    let ahead = |said: &[Value]| said[4]["total"][0]["ahead"].clone();
    assert_eq!((ahead(&monday), ahead(&tuesday)), (json!(2), json!(1)), "{}", monday[4]);
    // Today moves with the day; tomorrow can't be reported.
    assert_eq!(get(&gd, "funnel")["as_of"], "2021-08-12");
    let ahead = gd.get("/api/v1/reports/funnel?as_of=2021-08-13").problem();
    assert_eq!(ahead["errors"][0]["pointer"], "?as_of");
}

#[test]
fn a_report_is_of_ones_own_region_and_below() {
    let app = TestApp::start();
    let (province, city) = (app.admin("officer-gd", "440000"), app.admin("officer-gz", "440100"));
    app.listed(1, "440103", "K0101");
    app.listed(2, "440305", "K0101");
    let operator = app.http().log_in("the-operator", PASSWORD);
    for report in ["zero-out-rate", "funnel", "experts", "deadlines"] {
        let ask = |who: &Http, region: &str| who.get(&format!("/api/v1/reports/{report}?region={region}"));
        for region in ["440000", "440300", "999999", ""] {
            let refused = ask(&city, region);
            assert_eq!(refused.status, 422, "{report} {region}");
            assert_eq!(refused.problem()["errors"][0]["pointer"], "?region");
        }
        assert_eq!(get(&city, report)["region"], "440100");
        assert_eq!(ask(&city, "440103").expect(200)["region"], "440103");
        assert_eq!(get(&operator, report)["region"], "440000");
        assert_eq!(ask(&province, "440300").status, 200);
    }
    assert_eq!(get(&city, "funnel")["listed"], 1);
    let deadlines = get(&province, "deadlines");
    let missed: Vec<_> = deadlines["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| json!([r["key"], r["clock"], r["missed"]]))
        .collect();
    assert_eq!(
        missed,
        [
            json!(["440100", "rectification", 1]),
            json!(["440100", "reinspection", 1]),
            json!(["440300", "rectification", 1]),
            json!(["440300", "reinspection", 1]),
        ]
    );
    assert_eq!(deadlines["total"][0]["missed"], 2);
}
