//! Stages follow from evidence, fall back with it, and are on each past day what they were.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::{Value, json};
use zerodesk::core::ids::EnterpriseId;
use zerodesk::db::schema::circuit_member;
use zerodesk::programmes::ids::ProgrammeId;
use zerodesk::rounds::ids::MemberId;
use zerodesk::rounds::stage::{CircuitStage, standing_before};

use super::{MEMBERS, cohort, keep, members};
use crate::programmes::{PROGRAMMES, written};
use crate::remediation::support::Course103;
use crate::support::TestApp;
use crate::support::people::text;

/// The kept rows are what the fold of the evidence comes to.
#[track_caller]
fn agrees(app: &TestApp) {
    use circuit_member as m;
    let conn = &mut *app.app.conn().unwrap();
    let rows: Vec<(MemberId, ProgrammeId, EnterpriseId, CircuitStage, chrono::DateTime<chrono::Utc>)> =
        m::table
            .filter(m::state.ne("removed"))
            .select((m::id, m::programme_id, m::enterprise_id, m::stage, m::stage_at))
            .load(conn)
            .unwrap();
    assert!(!rows.is_empty());
    let before = app.now() + chrono::Duration::microseconds(1);
    for (id, programme, enterprise, stage, since) in rows {
        let pieces = zerodesk::rounds::evidence(conn, &[enterprise], Some(programme)).unwrap();
        let decided = zerodesk::rounds::decisions(conn, &[id]).unwrap();
        let pieces = pieces.get(&enterprise).cloned().unwrap_or_default();
        let standing = standing_before(&pieces, &decided[&id], before).unwrap();
        assert_eq!((stage, since), (standing.stage, standing.since), "{pieces:#?}");
    }
}

/// The programme of a case of 2021, with its enterprise in the cohort.
fn programme(c: &Course103) -> String {
    let mut body = written("巡回问诊");
    (body["kind"], body["period_from"], body["period_until"]) =
        (json!("circuit"), json!("2021-08-01"), json!("2022-07-31"));
    let id = text(&c.province.post(PROGRAMMES, &body).expect(201)["id"]);
    c.province.act(&format!("{PROGRAMMES}/{id}/submit")).expect(200);
    c.app.admin("approver", "440000").act(&format!("{PROGRAMMES}/{id}/approve")).expect(200);
    cohort(&c.province, &id, &json!({ "enterprises": [c.enterprise.id] }));
    id
}

#[track_caller]
fn stage(c: &Course103) -> String {
    keep(&c.app);
    agrees(&c.app);
    text(&members(&c.province, "")[0]["stage"])
}

#[test]
fn a_member_goes_from_found_to_verified_and_back() {
    let mut c = Course103::new();
    programme(&c);
    assert_eq!(stage(&c), "found");
    let expert = c.app.approved_expert(&c.province, "expert-1", "K0101");
    let talk = c.app.talk(&c.enterprise, &expert);
    assert_eq!(stage(&c), "found", "it is not concluded");
    let path = format!("/api/v1/consultations/{}", talk.id);
    expert.http.post(&format!("{path}/conclude"), &json!({ "conclusion": "请更换绝缘料" })).expect(200);
    assert_eq!(stage(&c), "assessed");
    c.at("2021-08-06");
    c.enterprise.http.post(&format!("{path}/reopen"), &json!({ "reason": "又出现" })).expect(200);
    assert_eq!(stage(&c), "found", "it was opened again");
    c.correct();
    assert_eq!(stage(&c), "correcting");
    c.at("2021-08-20");
    c.step(&c.province, json!({ "event": "reinspect", "passed": true }));
    assert_eq!(stage(&c), "correcting");
    c.step(&c.district, json!({ "event": "clear" }));
    assert_eq!(stage(&c), "verified");
    let detail =
        c.province.get(&format!("{MEMBERS}/{}", text(&members(&c.province, "")[0]["id"]))).expect(200);
    let kinds: Vec<String> =
        detail["evidence"].as_array().unwrap().iter().map(|e| text(&e["kind"])).collect();
    assert!(kinds.iter().any(|kind| kind == "cleared") && detail["cleared_at"].is_string(), "{kinds:?}");
    // A new failure is open.
    c.at("2021-09-06");
    c.fresh("R-2", "");
    assert_eq!(stage(&c), "found", "what is new was not looked at; the consultation is open");
    // The figures of each day are what they were.
    let on = |day: &str| -> Vec<Value> {
        let report = c.province.get(&format!("/api/v1/reports/circuit?as_of={day}")).expect(200);
        let stages = report["stages"].as_array().unwrap().clone();
        stages
            .into_iter()
            .filter(|stage| stage["enterprises"] != 0)
            .map(|stage| stage["stage"].clone())
            .collect()
    };
    assert_eq!(on("2021-08-03"), [] as [Value; 0], "it was no member yet");
    assert_eq!(on("2021-08-04"), ["assessed"]);
    assert_eq!(on("2021-08-06"), ["correcting"]);
    assert_eq!(on("2021-08-20"), ["verified"]);
    assert_eq!(on("2021-09-06"), ["found"]);
}

#[test]
fn a_follow_up_guards_and_a_training_raises() {
    let mut c = Course103::new();
    let programme = programme(&c);
    c.correct();
    c.at("2021-08-20");
    c.step(&c.province, json!({ "event": "reinspect", "passed": true }));
    c.step(&c.district, json!({ "event": "clear" }));
    let (database, enterprise) = (c.app.database(), c.enterprise.id.clone());
    let held = |kind: &str, at: &str, of: &str, attended: &str| {
        let sql = format!(
            "INSERT INTO engagement (id, kind, programme_id, region, on_day, topic, state, version, created_by, created_at, updated_at, held_at)
             SELECT gen_random_uuid(), '{kind}', {of}, '440103', ('{at}'::timestamptz)::date, 't', 'held', 1, id, '{at}', '{at}', '{at}'
             FROM account WHERE username = 'province';
             INSERT INTO engagement_event (engagement_id, ordinal, step, to_state, role, at, detail)
             SELECT g.id, 1, 'hold', 'held', 'admin', '{at}', '{{}}' FROM engagement g
             WHERE NOT EXISTS (SELECT FROM engagement_event v WHERE v.engagement_id = g.id);
             INSERT INTO engagement_enterprise (engagement_id, enterprise_id, attended, attended_at)
             SELECT g.id, '{enterprise}', {attended}, CASE WHEN {attended} THEN '{at}'::timestamptz END FROM engagement g
             WHERE NOT EXISTS (SELECT FROM engagement_enterprise e WHERE e.engagement_id = g.id);
             INSERT INTO follow_up (id, enterprise_id, region, programme_id, topic, state, months, due_on, result, held_on, held_by, known_at,
                                    created_at, updated_at)
             SELECT g.id, '{enterprise}', g.region, g.programme_id, g.topic, g.state, 0, g.on_day, 'well', g.on_day, g.created_by, g.held_at,
                    g.created_at, g.updated_at
             FROM engagement g WHERE g.kind = 'follow_up' AND NOT EXISTS (SELECT FROM follow_up f WHERE f.id = g.id);"
        );
        database.connect().batch_execute(&sql).unwrap();
    };
    let own = format!("'{programme}'");
    held("training", "2021-08-21T02:00:00Z", &own, "true");
    held("follow_up", "2021-08-10T02:00:00Z", &own, "true");
    c.at("2021-09-06");
    assert_eq!(stage(&c), "verified", "a follow-up before the clearance guards nothing");
    held("follow_up", "2021-09-01T02:00:00Z", &own, "true");
    assert_eq!(stage(&c), "guarded", "the training was before");
    held("training", "2021-09-02T02:00:00Z", &own, "false");
    assert_eq!(stage(&c), "guarded", "it did not come");
    held("training", "2021-09-03T02:00:00Z", "NULL", "true");
    assert_eq!(stage(&c), "raised");
    let since = members(&c.province, "")[0]["stage_at"].clone();
    assert_eq!(since, "2021-09-03T02:00:00Z");
}
