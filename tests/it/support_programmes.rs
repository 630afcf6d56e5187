//! Support programmes: the baseline that is frozen, what stands in the way of an approval, evaluations beside the rest of the province, the sheet of the public.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::support::people::{PASSWORD, text};
use crate::support::{Http, TestApp};

const SUPPORT: &str = "/api/v1/support-programmes";

/// Final results of samplings, as single rows: of a kind in a district, sampled on a day, entered at a moment; the first `failed` of `rows` failed.
fn sampled(app: &TestApp, (name, kind, place): (&str, &str, &str), day: &str, (failed, rows): (u32, u32)) {
    let now = app.now().to_rfc3339();
    let sql = format!(
        "INSERT INTO inspection (id, number, organiser_region, method, purpose, level, state, role, place_region, product_kind, sampled_on, reported_on,
             delivered_on, final_on, outcome, source, version, created_at, updated_at)
         SELECT gen_random_uuid(), '{name}-' || n, '440000', 'sampling', 'routine', 'provincial', 'final', 'producer', '{place}', '{kind}', '{day}', '{day}',
                '{day}', '{day}', CASE WHEN n <= {failed} THEN 'nonconforming' ELSE 'conforming' END, 'import', 1, '{now}', '{now}'
         FROM generate_series(1, {rows}) AS n;
         INSERT INTO inspection_subject (inspection_id, operator_name, product_name, search_text)
         SELECT i.id, '某公司', '某产品', '' FROM inspection i WHERE i.number LIKE '{name}-%'"
    );
    app.database().connect().batch_execute(&sql).unwrap();
}

fn officers(app: &TestApp) -> (Http, Http) {
    (app.admin("planner", "440000"), app.admin("approver", "440000"))
}

fn written() -> Value {
    json!({
        "name": "罗湖电线“一地一策”", "period_from": "2026-03-01", "period_until": "2027-02-28", "regions": ["440303"], "kinds": ["K0301"],
        "lead_hospital": "H04", "partners": ["行业协会"], "target_percent": 10, "target_samples": 30,
        "measures": [{ "kind": "training", "description": "培训", "hospital": "H04", "starts_on": "2026-03-10", "ends_on": "2026-04-10" }],
    })
}

/// Before the first day of the tests: 60 of 200 fail in the scope, 200 of 1,000 in the rest of the province.
fn before(app: &TestApp) {
    sampled(app, ("in-1", "K0301", "440303"), "2025-09-01", (60, 200));
    sampled(app, ("out-1", "K0301", "440106"), "2025-09-01", (200, 1000));
    // Another kind, and what was sampled more than twelve months ago.
    sampled(app, ("other-1", "K0102", "440303"), "2025-09-01", (50, 50));
    sampled(app, ("old-1", "K0301", "440303"), "2025-03-01", (40, 40));
}

fn create(planner: &Http, body: &Value) -> String {
    format!("{SUPPORT}/{}", text(&planner.post(SUPPORT, body).expect(201)["id"]))
}

/// An approved programme; gives its path.
fn approved(planner: &Http, approver: &Http, body: &Value) -> String {
    let path = create(planner, body);
    planner.act(&format!("{path}/submit")).expect(200);
    approver.act(&format!("{path}/approve")).expect(200);
    path
}

fn measure(planner: &Http, path: &str, step: &str) -> Value {
    let known = planner.get(path).expect(200);
    let id = text(&known["measures"][0]["id"]);
    planner.post(&format!("{path}/measures/{id}/steps"), &json!({ "step": step })).expect(200)
}

/// The two at a later moment.
fn later(app: &TestApp, moment: &str) -> (Http, Http) {
    app.clock.set(moment.parse().unwrap());
    (app.http().log_in("planner", PASSWORD), app.http().log_in("approver", PASSWORD))
}

#[test]
fn the_baseline_is_frozen_with_the_approval_and_later_rows_never_move_it() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    before(&app);
    let path = create(&planner, &written());
    let draft = planner.get(&path).expect(200);
    assert_eq!(
        (&draft["stage"], &draft["scope"], &draft["baseline"]),
        (&json!("draft"), &json!("product_in_place"), &Value::Null)
    );
    assert_eq!((&draft["baseline_detail"]["frozen"], &draft["blockers"]), (&json!(false), &json!([])));
    assert_eq!(planner.act(&format!("{path}/approve")).refusal(), (409, "programme_state".to_owned()));
    planner.act(&format!("{path}/submit")).expect(200);
    assert_eq!(planner.act(&format!("{path}/approve")).refusal(), (409, "second_officer_needed".to_owned()));
    let done = approver.act(&format!("{path}/approve")).expect(200);
    let rate = json!({ "nonconforming": 60, "tested": 200, "percent": 30.0, "low": 24.07, "high": 36.68 });
    assert_eq!(done["baseline"], rate);
    let detail = &done["baseline_detail"];
    assert_eq!(
        (&detail["frozen"], &detail["day"], &detail["from"]),
        (&json!(true), &json!("2026-03-02"), &json!("2025-03-02"))
    );
    assert_eq!((&detail["rest"]["nonconforming"], &detail["rest"]["tested"]), (&json!(200), &json!(1000)));
    assert_eq!((&detail["beside"], &detail["kinds"]), (&json!("same_kinds_elsewhere"), &json!(["K0301"])));

    let audit = planner.get("/api/v1/audit?action=approve_programme").expect(200);
    let said = &audit["items"][0]["data"];
    assert_eq!(
        (&said["nonconforming"], &said["tested"], &said["told"]),
        (&json!(60), &json!(200), &json!(0))
    );

    // Entered later, of the time before; and results that are taken back.
    sampled(&app, ("late-1", "K0301", "440303"), "2025-12-01", (100, 100));
    let sql = "UPDATE inspection SET state = 'withdrawn', final_on = NULL, outcome = NULL, updated_at = created_at + interval '1 hour'
               WHERE number IN ('in-1-1', 'in-1-2')";
    app.database().connect().batch_execute(sql).unwrap();
    let (planner, _) = later(&app, "2026-05-04T01:00:00Z");
    let after = planner.get(&path).expect(200);
    assert_eq!(
        (&after["baseline"], &after["baseline_detail"], &after["diagnosis"]),
        (&rate, detail, &done["diagnosis"])
    );
    let refused = app.database().connect().batch_execute("UPDATE support_baseline SET tested = 1000");
    assert!(refused.is_err(), "the database keeps it as well");
}

#[test]
fn a_baseline_after_the_measures_and_a_target_without_n_are_refused() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    before(&app);
    let path = create(&planner, &written());
    measure(&planner, &path, "begin");
    planner.act(&format!("{path}/submit")).expect(200);
    let refused = approver.act(&format!("{path}/approve"));
    assert!(refused.text.contains("基线晚于措施"), "{}", refused.text);
    assert_eq!(refused.refusal(), (409, "support_measures_begun".to_owned()));
    assert_eq!(approver.get(&path).expect(200)["blockers"][0]["code"], "support_measures_begun");

    let mut late = written();
    late["measures"][0]["starts_on"] = json!("2026-03-01");
    let path = create(&planner, &late);
    planner.act(&format!("{path}/submit")).expect(200);
    assert_eq!(
        approver.act(&format!("{path}/approve")).refusal().1,
        "support_measures_begun",
        "planned for yesterday"
    );

    for missing in ["target_percent", "target_samples"] {
        let mut body = written();
        body.as_object_mut().unwrap().remove(missing);
        let path = create(&planner, &body);
        planner.act(&format!("{path}/submit")).expect(200);
        assert_eq!(
            approver.act(&format!("{path}/approve")).refusal(),
            (409, "support_target_missing".to_owned()),
            "{missing}"
        );
        planner.post(&format!("{path}/withdraw"), &json!({ "reason": "重写" })).expect(200);
    }
    let mut empty = written();
    empty["kinds"] = json!(["K0601"]);
    let path = create(&planner, &empty);
    planner.act(&format!("{path}/submit")).expect(200);
    assert_eq!(
        approver.act(&format!("{path}/approve")).refusal(),
        (409, "support_baseline_empty".to_owned())
    );
    assert_eq!(approver.get(&path).expect(200)["stage"], "submitted", "nothing is half done");
}

#[test]
fn met_with_the_change_beside_the_rest_of_the_province() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    before(&app);
    let mut body = written();
    body["target_percent"] = json!(21);
    let path = approved(&planner, &approver, &body);
    assert_eq!(
        planner.post(&format!("{path}/evaluations"), &json!({})).refusal(),
        (409, "programme_state".to_owned()),
        "nothing is carried out yet"
    );
    let running = measure(&planner, &path, "begin");
    assert_eq!(
        (&running["stage"], &running["measures"][0]["begun_on"]),
        (&json!("running"), &json!("2026-03-02"))
    );
    assert_eq!(planner.act(&format!("{path}/close")).refusal(), (409, "support_not_evaluated".to_owned()));
    let (planner, _) = later(&app, "2026-09-07T01:00:00Z");
    sampled(&app, ("in-2", "K0301", "440303"), "2026-06-01", (30, 200));
    sampled(&app, ("out-2", "K0301", "440106"), "2026-06-01", (180, 1000));
    let cost =
        json!({ "kind": "cost", "description": "培训", "amount_fen": 100_001, "on_day": "2026-06-01" });
    planner.post(&format!("{path}/amounts"), &cost).expect(201);
    let done = planner.post(&format!("{path}/evaluations"), &json!({ "note": "第一次" })).expect(200);
    assert_eq!((&done["stage"], &done["verdict"]), (&json!("evaluated"), &json!("met")));
    let e = &done["evaluations"][0];
    assert_eq!(
        e["after"],
        json!({ "nonconforming": 30, "tested": 200, "percent": 15.0, "low": 10.71, "high": 20.61 })
    );
    assert_eq!(e["change"], json!({ "points": -15.0, "low": -22.94, "high": -6.84 }));
    assert_eq!(e["rest_change"], json!({ "points": -2.0, "low": -5.44, "high": 1.44 }));
    assert_eq!(e["did"], json!({ "points": -13.0, "low": -21.65, "high": -4.15 }));
    assert_eq!(
        (&e["cost_fen"], &e["recovered"], &e["cost_per_recovered_fen"]),
        (&json!(100_001), &json!(0), &Value::Null)
    );
    assert_eq!(planner.act(&format!("{path}/close")).expect(200)["stage"], "closed");
    assert_eq!(
        planner.post(&format!("{path}/amounts"), &cost).refusal(),
        (409, "programme_state".to_owned())
    );

    // As of a day before they were entered there were no results after the approval.
    let past = planner.get(&format!("{path}?as_of=2026-09-06")).expect(200);
    assert_eq!(
        (&past["course"]["effect"]["after"]["tested"], &past["course"]["effect"]["did"]),
        (&json!(0), &Value::Null)
    );
    assert_eq!(planner.get(&format!("{path}?as_of=2027-01-01")).status, 422);
}

#[test]
fn missed_and_undecided() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    before(&app);
    let path = approved(&planner, &approver, &written());
    measure(&planner, &path, "begin");
    let evaluate = |planner: &Http| {
        let done = planner.post(&format!("{path}/evaluations"), &json!({})).expect(200);
        (text(&done["verdict"]), done["evaluations"][0]["after"]["tested"].as_i64().unwrap())
    };
    assert_eq!(evaluate(&planner), ("undecided".to_owned(), 0), "no results");
    let (planner, _) = later(&app, "2026-06-01T01:00:00Z");
    sampled(&app, ("few", "K0301", "440303"), "2026-05-01", (0, 29));
    assert_eq!(evaluate(&planner), ("undecided".to_owned(), 29), "fewer than the target asks for");
    sampled(&app, ("more", "K0301", "440303"), "2026-05-02", (8, 71));
    assert_eq!(evaluate(&planner), ("undecided".to_owned(), 100), "4.11 to 15.00 has the target of 10 in it");
    sampled(&app, ("bad", "K0301", "440303"), "2026-05-03", (40, 100));
    assert_eq!(evaluate(&planner), ("missed".to_owned(), 200));
    // A follow-up of what failed says nothing of the market.
    sampled(&app, ("again", "K0301", "440303"), "2026-05-04", (0, 500));
    let sql = "UPDATE inspection SET purpose = 'follow_up' WHERE number LIKE 'again-%'";
    app.database().connect().batch_execute(sql).unwrap();
    assert_eq!(evaluate(&planner), ("missed".to_owned(), 200));
    let history = planner.get(&path).expect(200)["evaluations"].as_array().unwrap().len();
    assert_eq!(history, 5, "each of them stays");
}

#[test]
fn a_product_is_held_against_the_other_products() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    before(&app);
    let mut body = written();
    body["regions"] = json!([]);
    body["name"] = json!("电线“一品一策”");
    let path = approved(&planner, &approver, &body);
    let done = planner.get(&path).expect(200);
    assert_eq!(
        (&done["scope"], &done["regions"], &done["baseline"]["tested"]),
        (&json!("product"), &json!(["440000"]), &json!(1200))
    );
    let detail = &done["baseline_detail"];
    assert_eq!((&detail["beside"], &detail["rest"]["tested"]), (&json!("other_kinds"), &json!(50)));
    let found = planner.get(&format!("{SUPPORT}?scope=product&kind=K0301&q=一品")).expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    assert_eq!(planner.get(&format!("{SUPPORT}?scope=place")).expect(200)["items"], json!([]));
}

#[test]
fn two_programmes_for_the_same_enterprises_say_why() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    before(&app);
    app.listed(7, "440303", "K0301");
    let first = approved(&planner, &approver, &written());
    let mut wider = written();
    wider["regions"] = json!(["440300"]);
    wider["kinds"] = json!([]);
    let path = create(&planner, &wider);
    planner.act(&format!("{path}/submit")).expect(200);
    let known = planner.get(&path).expect(200);
    assert_eq!((&known["overlaps"][0]["firms"], &known["scope"]), (&json!(1), &json!("place")));
    assert_eq!(format!("{SUPPORT}/{}", text(&known["overlaps"][0]["programme_id"])), first);
    assert_eq!(approver.act(&format!("{path}/approve")).refusal(), (409, "support_overlap".to_owned()));
    let why = json!({ "overlap_reason": "措施分工不同" });
    planner.json("PUT", &format!("{path}/disclosures"), &why).expect(200);
    let done = approver.act(&format!("{path}/approve")).expect(200);
    assert_eq!((&done["stage"], &done["overlaps"][0]["firms"]), (&json!("approved"), &json!(1)));
    let mut elsewhere = written();
    elsewhere["regions"] = json!(["440106"]);
    approved(&planner, &approver, &elsewhere);
}

#[test]
fn a_lead_hospital_that_takes_fees_recuses_itself_and_amounts_are_fen() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    before(&app);
    let path = create(&planner, &written());
    let fee = |hospital: &str| json!({ "kind": "fee", "description": "检测费", "amount_fen": 5000, "on_day": "2026-03-01", "hospital": hospital, "paid_by": "enterprises" });
    planner.post(&format!("{path}/amounts"), &fee("H15")).expect(201);
    planner.post(&format!("{path}/amounts"), &fee("H04")).expect(201);
    for (change, pointer) in [
        (json!({ "amount_fen": 0 }), "/amount_fen"),
        (json!({ "amount_fen": -5 }), "/amount_fen"),
        (json!({ "on_day": "2026-03-03" }), "/on_day"),
        (json!({ "hospital": "H99" }), "/hospital"),
        (json!({ "paid_by": null }), "/paid_by"),
    ] {
        let mut body = fee("H15");
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let refused = planner.post(&format!("{path}/amounts"), &body).expect(422);
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{body}");
    }
    let mut half = fee("H15");
    half["amount_fen"] = json!(10.5);
    assert!(matches!(planner.post(&format!("{path}/amounts"), &half).status, 400 | 422));
    planner.act(&format!("{path}/submit")).expect(200);
    assert_eq!(
        approver.act(&format!("{path}/approve")).refusal(),
        (409, "support_recusal_needed".to_owned())
    );
    let disclosures = format!("{path}/disclosures");
    let own = json!({ "recusal": "不参加核验", "verified_by": "粤省电线电缆检验中心" });
    assert_eq!(planner.json("PUT", &disclosures, &own).expect(422)["errors"][0]["pointer"], "/verified_by");
    let alone = json!({ "recusal": "不参加核验" });
    assert_eq!(planner.json("PUT", &disclosures, &alone).expect(422)["errors"][0]["pointer"], "/verified_by");
    let other = json!({ "recusal": "不参加核验", "verified_by": "东莞机电产品检验所" });
    planner.json("PUT", &disclosures, &other).expect(200);
    let done = approver.act(&format!("{path}/approve")).expect(200);
    let key = path.rsplit('/').next().unwrap();
    let sheet = app.http().get(&format!("/api/v1/public/support/{key}")).expect(200);
    assert_eq!(
        (&sheet["fees"].as_array().unwrap().len(), &sheet["verified_by"]),
        (&2, &json!("东莞机电产品检验所"))
    );

    // An amount that was a mistake is reversed and stays.
    let id = text(&done["amounts"][1]["id"]);
    let reverse = json!({ "reason": "重复登记" });
    let after = planner.post(&format!("{path}/amounts/{id}/reversal"), &reverse).expect(200);
    assert_eq!(after["amounts"][1]["reverse_reason"], "重复登记");
    assert_eq!(planner.post(&format!("{path}/amounts/{id}/reversal"), &reverse).status, 404);
    let sheet = app.http().get(&format!("/api/v1/public/support/{key}")).expect(200);
    assert_eq!(sheet["fees"].as_array().unwrap().len(), 1);
}

#[test]
fn the_sheet_is_public_from_the_approval_on_and_names_nobody() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    before(&app);
    app.listed(7, "440303", "K0301");
    let path = create(&planner, &written());
    let key = path.rsplit('/').next().unwrap().to_owned();
    let (sheet, page) = (format!("/api/v1/public/support/{key}"), format!("/public/support/{key}"));
    let visitor = app.http();
    assert_eq!((visitor.get(&sheet).status, visitor.get(&page).status), (404, 404));
    planner.act(&format!("{path}/submit")).expect(200);
    assert_eq!(visitor.get(&sheet).status, 404);
    approver.act(&format!("{path}/approve")).expect(200);
    let said = visitor.get(&sheet);
    assert!(!said.text.contains("第7公司") && !said.text.contains("name of planner"), "{}", said.text);
    let said = said.expect(200);
    assert_eq!((&said["baseline"]["rate"]["tested"], &said["target_percent"]), (&json!(200), &json!(10.0)));
    let shown = visitor.get(&page);
    assert_eq!(shown.status, 200);
    for text in ["罗湖电线", "60 / 200", "24.07%", "粤省电线电缆检验中心", "不构成对任何产品"]
    {
        assert!(shown.text.contains(text), "{text} in {}", shown.text);
    }
    for wrong in ["x", "00000000-0000-0000-0000-000000000000"] {
        assert_eq!(visitor.get(&format!("/api/v1/public/support/{wrong}")).status, 404, "{wrong}");
    }
}

#[test]
fn officers_alone_work_on_programmes_and_only_their_organiser_keeps_them() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    let (city, operator) = (app.admin("city", "440300"), app.operator("the-operator"));
    let enterprise = app.claimed_enterprise(2, "440305", "K0102");
    before(&app);
    let path = create(&planner, &written());
    assert_eq!(city.get(&path).status, 404, "a draft is known to its organiser alone");
    assert_eq!(city.act(&format!("{path}/submit")).status, 404);
    planner.act(&format!("{path}/submit")).expect(200);
    approver.act(&format!("{path}/approve")).expect(200);
    assert_eq!(city.get(&path).expect(200)["keeps"], false);
    let measure = &written()["measures"][0];
    assert_eq!(city.post(&format!("{path}/measures"), measure).refusal().0, 403);
    for (who, status) in [(&operator, 403), (&enterprise.http, 403)] {
        assert_eq!(who.get(SUPPORT).status, status);
        assert_eq!(who.post(SUPPORT, &written()).status, status);
        assert_ne!(who.get(&path).status, 200);
    }
    assert_eq!(app.http().get(SUPPORT).status, 401);
    // A programme of another kind has no such door, nor this one the common one.
    let sampling = json!({ "name": "抽查", "level": "provincial", "period_from": "2026-01-01", "period_until": "2026-12-31" });
    let sampling = text(&planner.post("/api/v1/programmes", &sampling).expect(201)["id"]);
    assert_eq!(planner.get(&format!("{SUPPORT}/{sampling}")).status, 404);
    assert_eq!(planner.act(&format!("{SUPPORT}/{sampling}/submit")).status, 404);
    let key = path.rsplit('/').next().unwrap();
    assert_eq!(
        planner.act(&format!("/api/v1/programmes/{key}/close")).refusal(),
        (409, "programme_kind".to_owned())
    );
}

#[test]
fn bad_input_names_its_field() {
    let app = TestApp::start();
    let (planner, _) = officers(&app);
    let long = "x".repeat(2000);
    for (change, pointer) in [
        (json!({ "name": "" }), "/name"),
        (json!({ "period_until": "2026-02-01" }), "/period_until"),
        (json!({ "regions": ["310000"] }), "/regions/0"),
        (json!({ "kinds": ["K0301", "K9999"] }), "/kinds/1"),
        (json!({ "lead_hospital": "H99" }), "/lead_hospital"),
        (json!({ "target_percent": 101 }), "/target_percent"),
        (json!({ "target_percent": 1.234 }), "/target_percent"),
        (json!({ "target_samples": 29 }), "/target_samples"),
        (json!({ "baseline_months": 0 }), "/baseline_months"),
        (json!({ "partners": [""] }), "/partners/0"),
        (json!({ "overlap_reason": long }), "/overlap_reason"),
        (json!({ "verified_by": "某所" }), "/recusal"),
    ] {
        let mut body = written();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let refused = planner.post(SUPPORT, &body).expect(422);
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{change}: {refused}");
    }
    for (change, pointer) in [
        (json!({ "starts_on": "2025-01-01" }), "/measures/0/starts_on"),
        (json!({ "ends_on": "2026-03-09" }), "/measures/0/ends_on"),
        (json!({ "description": " " }), "/measures/0/description"),
        (json!({ "hospital": "H99" }), "/measures/0/hospital"),
        (json!({ "carried_by": "协会" }), "/measures/0/carried_by"),
    ] {
        let mut body = written();
        body["measures"][0].as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let refused = planner.post(SUPPORT, &body).expect(422);
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{change}: {refused}");
    }
    assert_eq!(planner.get(SUPPORT).expect(200)["items"], json!([]), "nothing was half written");
}

#[test]
fn a_measure_goes_its_way_and_not_before_the_baseline() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    before(&app);
    let path = approved(&planner, &approver, &written());
    let id = text(&planner.get(&path).expect(200)["measures"][0]["id"]);
    let steps = format!("{path}/measures/{id}/steps");
    let step = |body: Value| planner.post(&steps, &body);
    assert_eq!(step(json!({ "step": "finish" })).refusal(), (409, "support_measure_state".to_owned()));
    for on in ["2026-03-03", "2026-03-01"] {
        let refused = step(json!({ "step": "begin", "on": on })).expect(422);
        assert_eq!(refused["errors"][0]["pointer"], "/on", "{on}");
    }
    step(json!({ "step": "begin", "on": "2026-03-02" })).expect(200);
    assert_eq!(step(json!({ "step": "begin" })).refusal(), (409, "support_measure_state".to_owned()));
    let refused = step(json!({ "step": "drop" })).expect(422);
    assert_eq!(refused["errors"][0]["pointer"], "/reason");
    let done = step(json!({ "step": "finish" })).expect(200);
    assert_eq!((&done["measures_done"], &done["measure_count"]), (&json!(1), &json!(1)));
    let other = format!("{path}/measures/{}/steps", "00000000-0000-7000-8000-000000000000");
    assert_eq!(planner.post(&other, &json!({ "step": "begin" })).status, 404);
}

#[test]
fn the_diagnosis_counts_items_and_causes() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    before(&app);
    let expert = app.approved_expert(&planner, "expert-1", "K0301");
    let enterprise = app.claimed_enterprise(1, "440303", "K0301");
    let talk = app.talk(&enterprise, &expert);
    let concluded =
        json!({ "conclusion": "更换供应商。", "cause": "铜材纯度不足，来料未复验", "actions": [] });
    let reply = expert.http.post(&format!("/api/v1/consultations/{}/conclude", talk.id), &concluded);
    assert_eq!(reply.status, 200, "{}", reply.text);
    let (planner, _) = later(&app, "2026-03-03T01:00:00Z");
    let path = create(&planner, &written());
    let known = planner.get(&path).expect(200);
    let diagnosis = &known["diagnosis"];
    // The failures of the samplings made no record and name no item.
    assert_eq!((&diagnosis["failures"], &diagnosis["items"][0]["item"]), (&json!(60), &json!("")));
    assert_eq!(diagnosis["consultations"], 1);
    let cause = &diagnosis["causes"][0];
    assert_eq!(
        (&cause["kind"], &cause["examples"][0]["consultation"]),
        (&json!("material"), &json!(talk.id))
    );
    let page = planner.get(&format!("/support/{}", path.rsplit('/').next().unwrap()));
    assert!(page.status == 200 && page.text.contains("原材料与零部件"), "{}", page.text);
    drop(approver);
}

#[test]
fn the_results_of_the_lead_hospitals_own_laboratory_are_no_evidence() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    before(&app);
    let laboratory = |name: &str, hospital: &str| {
        let body = json!({ "name": name, "products": ["K0301"], "hospital": hospital });
        let made = planner.post("/api/v1/laboratories", &body).expect(201);
        assert_eq!(made["hospital"], hospital);
        text(&made["id"])
    };
    let (own, other) = (laboratory("牵头医院检验所", "H04"), laboratory("另一检验所", "H01"));
    let unknown = json!({ "name": "x", "hospital": "H99" });
    let problem = planner.post("/api/v1/laboratories", &unknown).problem();
    assert_eq!(problem["errors"][0]["pointer"], "/hospital");
    let by = |numbers: &str, laboratory: &str| {
        let sql = format!(
            "UPDATE inspection SET laboratory_id = '{laboratory}', updated_at = updated_at + interval '1 second' WHERE number IN ({numbers})"
        );
        app.database().connect().batch_execute(&sql).unwrap();
    };
    // Of the scope five results that failed and five that did not, and one of the rest.
    by(
        "'in-1-1', 'in-1-2', 'in-1-3', 'in-1-4', 'in-1-5', 'in-1-61', 'in-1-62', 'in-1-63', 'in-1-64', 'in-1-65', 'out-1-1'",
        &own,
    );
    by("'in-1-6'", &other);
    let path = approved(&planner, &approver, &written());
    let seen = planner.get(&path).expect(200);
    let detail = &seen["baseline_detail"];
    assert_eq!(
        (&detail["rate"]["nonconforming"], &detail["rate"]["tested"], &detail["left_out"]),
        (&json!(55), &json!(190), &json!(10))
    );
    assert_eq!((&detail["rest"]["tested"], &detail["own_laboratories"]), (&json!(999), &json!(1)));

    let (planner, approver) = later(&app, "2026-05-04T01:00:00Z");
    planner.act(&format!("{path}/start")).expect(200);
    sampled(&app, ("after-1", "K0301", "440303"), "2026-04-01", (2, 50));
    let numbers: Vec<String> = (11..=50).map(|n| format!("'after-1-{n}'")).collect();
    by(&numbers.join(", "), &own);
    let seen = planner.get(&path).expect(200);
    assert_eq!(
        (&seen["course"]["effect"]["after"]["tested"], &seen["course"]["left_out"]),
        (&json!(10), &json!(40))
    );
    let done = approver.post(&format!("{path}/evaluations"), &json!({})).expect(200);
    assert_eq!(done["evaluations"][0]["verdict"], "undecided", "ten results are too few: {done}");
    // A laboratory that comes to the hospital later is none of its evidence from then on.
    let made = json!({ "hospital": "H04" });
    planner.json("PATCH", &format!("/api/v1/laboratories/{other}"), &made).expect(200);
    by("'after-1-1'", &other);
    assert_eq!(planner.get(&path).expect(200)["course"]["left_out"], 41);
    let yesterday = planner.get(&format!("{path}?as_of=2026-05-03")).expect(200);
    assert_eq!(yesterday["baseline_detail"]["left_out"], 10);
}

#[test]
fn a_measure_that_comes_after_the_approval_does_not_begin_before_the_baseline() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    before(&app);
    let path = approved(&planner, &approver, &written());
    let body = json!({ "kind": "training", "description": "培训", "starts_on": "2026-03-01", "ends_on": "2026-04-10" });
    let problem = planner.post(&format!("{path}/measures"), &body).problem();
    assert_eq!(problem["errors"][0]["pointer"], "/starts_on", "{problem}");
    let known = text(&planner.get(&path).expect(200)["measures"][0]["id"]);
    let problem = planner.json("PUT", &format!("{path}/measures/{known}"), &body).problem();
    assert_eq!(problem["errors"][0]["pointer"], "/starts_on", "{problem}");
}
