//! Visits: proposed, agreed, held with the clock of a device, minuted, confirmed by both sides, closed; what was found stays advice.

use diesel::prelude::*;
use serde_json::{Value, json};
use std::path::Path;
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::db::schema::{engagement_event, engagement_location};
use zerodesk::engagements::ids::EngagementId;
use zerodesk::engagements::reminders;

use crate::attachments::samples::PNG;
use crate::people::{deactivate, id_of};
use crate::support::people::{Enterprise, Expert, PASSWORD, text};
use crate::support::{Http, TestApp};

const VISITS: &str = "/api/v1/engagements";

/// An officer of the province, an expert, an enterprise of a district.
struct Scene {
    app: TestApp,
    officer: Http,
    expert: Expert,
    enterprise: Enterprise,
}

impl Scene {
    fn new() -> Self {
        let app =
            TestApp::builder().settings(|s| s.edit::<AuthSettings>().access_token_seconds = 86_400).start();
        let officer = app.admin("officer", "440000");
        let expert = app.approved_expert(&officer, "expert-1", "K0101");
        let enterprise = app.claimed_enterprise(1, "440103", "K0101");
        Self { app, officer, expert, enterprise }
    }

    /// Sets the clock; everybody logs in again.
    fn at(&mut self, moment: &str) {
        self.app.clock.set(moment.parse().unwrap());
        self.officer = self.app.http().log_in("officer", PASSWORD);
        self.expert.http = self.app.http().log_in("expert-1", PASSWORD);
        self.enterprise.http = self.app.http().log_in("enterprise-1", PASSWORD);
    }

    fn body(&self, slots: &[(&str, &str)]) -> Value {
        visit(&self.enterprise.id, &self.expert.id, slots)
    }

    /// A visit on 2026-03-04, 9:00 to 11:00 in Shanghai, that the enterprise has agreed to.
    fn agreed(&self) -> String {
        let body = self.body(&[("2026-03-04T01:00:00Z", "2026-03-04T03:00:00Z")]);
        let made = self.officer.post(VISITS, &body).expect(201);
        let path = format!("{VISITS}/{}", text(&made["id"]));
        choose(&self.enterprise.http, &path);
        path
    }

    /// The same, begun.
    fn begun(&mut self) -> String {
        let path = self.agreed();
        self.at("2026-03-04T01:05:00Z");
        step(&self.expert.http, &path, json!({ "step": "start" }));
        path
    }

    /// The same, held, with minutes.
    fn minuted(&mut self) -> String {
        let path = self.begun();
        step(&self.expert.http, &path, json!({ "step": "hold" }));
        step(&self.expert.http, &path, json!({ "step": "write_minutes", "text": "查看了挤出工序" }));
        path
    }
}

fn visit(enterprise: &str, expert: &str, slots: &[(&str, &str)]) -> Value {
    let slots: Vec<Value> =
        slots.iter().map(|(from, until)| json!({ "starts_at": from, "ends_at": until })).collect();
    json!({ "kind": "visit", "enterprise_id": enterprise, "experts": [expert], "topic": "绝缘电阻整改", "slots": slots })
}

/// Takes a step; gives the visit as it is then.
#[track_caller]
fn step(who: &Http, path: &str, body: Value) -> Value {
    who.post(&format!("{path}/events"), &body).expect(200)
}

/// Takes a step that is refused; gives the status and the code.
#[track_caller]
fn refused(who: &Http, path: &str, body: Value) -> (u16, String) {
    who.post(&format!("{path}/events"), &body).refusal()
}

/// Chooses the first of the times that are proposed.
#[track_caller]
fn choose(who: &Http, path: &str) -> Value {
    let slot = who.get(path).expect(200)["visit"]["slots"][0]["id"].clone();
    step(who, path, json!({ "step": "choose", "slot": slot }))
}

/// A photo of this number.
fn photo(who: &Http, n: u32) -> String {
    let mut bytes = PNG.to_vec();
    bytes.extend(n.to_be_bytes());
    text(&who.upload("/api/v1/attachments", "visit.png", &bytes, &[]).expect(201)["id"])
}

fn pointer(problem: &Value) -> &str {
    problem["errors"][0]["pointer"].as_str().unwrap_or_default()
}

#[test]
fn a_visit_goes_from_its_times_to_its_end() {
    let mut s = Scene::new();
    let mut body = s.body(&[
        ("2026-03-04T01:00:00Z", "2026-03-04T03:00:00Z"),
        ("2026-03-05T01:00:00Z", "2026-03-05T03:00:00Z"),
    ]);
    body["nonconformities"] = json!([s.enterprise.nonconformity]);
    let made = s.officer.post(VISITS, &body).expect(201);
    assert_eq!(
        (&made["state"], &made["standing"], &made["on_day"]),
        (&json!("proposed"), &json!("officer"), &Value::Null)
    );
    let path = format!("{VISITS}/{}", text(&made["id"]));
    s.app.mail("factory-1@enterprise.example", "绝缘电阻整改");
    // The enterprise chooses; both sides are told.
    let chosen = choose(&s.enterprise.http, &path);
    assert_eq!((&chosen["state"], &chosen["on_day"]), (&json!("confirmed"), &json!("2026-03-04")));
    s.app.mail("expert-1@expert.example", "2026年3月4日");
    // On the spot, sent half an hour later: the device's clock stands beside the server's.
    s.at("2026-03-04T01:35:00Z");
    let begun = json!({ "step": "start", "device_at": "2026-03-04T01:05:00Z", "latitude": 23.13, "longitude": 113.26 });
    let begun = step(&s.expert.http, &path, begun);
    let event = begun["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&event["device_at"], &event["at"]),
        (&json!("2026-03-04T01:05:00Z"), &json!("2026-03-04T01:35:00Z"))
    );
    assert_eq!(event["latitude"], json!(23.13));
    let finding = json!({
        "item": "挤出温度过高", "cause": "仪表未校准", "advice": "校准温控仪表", "nonconformity_id": s.enterprise.nonconformity, "due_on": "2026-03-20",
    });
    s.expert.http.post(&format!("{path}/findings"), &finding).expect(201);
    let general = json!({ "item": "通道堆放", "advice": "清理通道", "hazard": true });
    s.expert.http.post(&format!("{path}/findings"), &general).expect(201);
    step(&s.expert.http, &path, json!({ "step": "hold", "device_at": "2026-03-04T01:30:00Z" }));
    let held = s.enterprise.http.get(&path).expect(200);
    assert_eq!((&held["state"], &held["enterprises"][0]["attended"]), (&json!("held"), &json!(true)));
    step(&s.expert.http, &path, json!({ "step": "write_minutes", "text": "查看了挤出工序" }));
    s.app.mail("factory-1@enterprise.example", "纪要");
    // Nothing is on the case before both sides have confirmed.
    let case = format!("/api/v1/remediation/cases/{}", s.enterprise.case.clone().unwrap());
    assert_eq!(s.enterprise.http.get(&case).expect(200)["actions"], json!([]));
    step(&s.enterprise.http, &path, json!({ "step": "add_words", "text": "同意，月底前完成" }));
    step(&s.enterprise.http, &path, json!({ "step": "confirm_minutes" }));
    let minuted = step(&s.expert.http, &path, json!({ "step": "confirm_minutes" }));
    assert_eq!(minuted["state"], "minuted");
    let findings = minuted["visit"]["findings"].as_array().unwrap();
    let actions = s.enterprise.http.get(&case).expect(200)["actions"].clone();
    assert_eq!((actions.as_array().unwrap().len(), &actions[0]["id"]), (1, &findings[0]["action_id"]));
    assert_eq!((&actions[0]["state"], &actions[0]["due_on"]), (&json!("proposed"), &json!("2026-03-20")));
    assert_eq!(findings[1]["action_id"], Value::Null, "what is about no record stays advice");
    // The end: where the device was is known no more.
    let closed = step(&s.expert.http, &path, json!({ "step": "close" }));
    assert_eq!(closed["state"], "closed");
    assert!(closed["events"].as_array().unwrap().iter().all(|event| event["latitude"].is_null()));
    let kept: i64 = engagement_location::table.count().get_result(&mut *s.app.app.conn().unwrap()).unwrap();
    assert_eq!(kept, 0);
    let steps: Vec<&str> =
        closed["events"].as_array().unwrap().iter().map(|event| event["step"].as_str().unwrap()).collect();
    assert_eq!(
        steps,
        [
            "create",
            "choose",
            "start",
            "hold",
            "write_minutes",
            "add_words",
            "confirm_minutes",
            "confirm_minutes",
            "agree",
            "close"
        ]
    );
}

#[test]
fn visits_of_an_expert_whose_account_ends_pass_to_the_named_one_or_are_called_off() {
    let s = Scene::new();
    let heir = s.app.approved_expert(&s.officer, "expert-2", "K0101");
    let path = s.agreed();
    let (leaver, next) = (id_of(&s.expert.http), id_of(&heir.http));
    let listed = s.officer.get(&format!("/api/v1/accounts/{leaver}")).expect(200);
    let further = &listed["open_matters"]["further"];
    assert_eq!((&further[0]["kind"], &further[0]["count"]), (&json!("engagements"), &json!(1)), "{listed}");
    assert!(s.officer.get(&format!("/people/{leaver}")).text.contains("待开展的上门帮扶和培训"));
    let done = deactivate(&s.officer, &leaver, Some(&next));
    let handed = &done["handed_over"]["further"];
    assert_eq!((&handed[0]["kind"], &handed[0]["count"]), (&json!("engagements"), &json!(1)), "{done}");
    assert_eq!(done["open_matters"]["further"], json!([]));
    let seen = heir.http.get(&path).expect(200);
    assert_eq!((&seen["experts"][0]["id"], &seen["state"]), (&json!(heir.id), &json!("confirmed")), "{seen}");
    // Nobody takes over: it is called off, and the enterprise is told.
    deactivate(&s.officer, &next, None);
    let seen = s.enterprise.http.get(&path).expect(200);
    assert_eq!(seen["state"], "cancelled", "{seen}");
    s.app.mail("factory-1@enterprise.example", "上门帮扶已取消");
}

#[test]
fn officers_of_the_region_reach_the_expert_of_a_visit() {
    let s = Scene::new();
    let (here, elsewhere) = (s.app.admin("here", "440103"), s.app.admin("elsewhere", "440300"));
    let address = |who: &Http| {
        let view = who.get(&format!("/api/v1/experts/{}", s.expert.id)).expect(200);
        view["private"]["email"].clone()
    };
    assert_eq!((address(&here), address(&s.officer)), (Value::Null, Value::Null), "nothing in common yet");
    let path = s.agreed();
    assert_eq!((address(&here), address(&elsewhere)), (json!("expert-1@expert.example"), Value::Null));
    assert_eq!(address(&s.officer), "expert-1@expert.example");
    step(&s.officer, &path, json!({ "step": "cancel", "reason": "企业停产" }));
    assert_eq!(address(&here), Value::Null, "called off");
}

#[test]
fn an_officer_learns_that_and_not_what_was_found() {
    let mut s = Scene::new();
    let path = s.begun();
    let finding = json!({ "item": "裸露线头", "advice": "立即停用", "hazard": true });
    s.expert.http.post(&format!("{path}/findings"), &finding).expect(201);
    let file = photo(&s.expert.http, 1);
    s.expert.http.post(&format!("{path}/photos"), &json!({ "attachments": [file] })).expect(201);
    step(&s.expert.http, &path, json!({ "step": "hold" }));
    step(&s.expert.http, &path, json!({ "step": "write_minutes", "text": "只给双方的纪要" }));
    let seen = s.officer.get(&path).expect(200);
    assert_eq!((&seen["visit"]["finding_count"], &seen["visit"]["findings"]), (&json!(1), &json!([])));
    assert_eq!((&seen["visit"]["minutes"], &seen["visit"]["photos"]), (&Value::Null, &json!([])));
    let officer = s.app.http().log_in("officer", PASSWORD);
    let lists = officer.get(&format!("{VISITS}?format=csv"));
    assert_eq!(lists.status, 200, "{}", lists.text);
    let all = lists.text;
    let audit = s.officer.get("/api/v1/audit").text;
    let page = s.officer.get(&format!("/visits/{}", path.rsplit('/').next().unwrap())).text;
    for hidden in ["裸露线头", "只给双方的纪要", "立即停用"] {
        for (place, shown) in
            [("visit", &seen.to_string()), ("list", &all), ("audit", &audit), ("page", &page)]
        {
            assert!(!shown.contains(hidden), "{place} says {hidden}");
        }
    }
    assert_eq!(s.officer.get(&format!("/api/v1/attachments/{file}")).status, 404);
    assert_eq!(s.enterprise.http.get(&format!("/api/v1/attachments/{file}")).status, 200);
    let theirs = s.enterprise.http.get(&path).expect(200);
    assert_eq!(theirs["visit"]["findings"][0]["item"], "裸露线头");
    // Nor do lists of inspections and conduct say anything of it.
    for list in ["/api/v1/inspections", "/api/v1/conduct", "/api/v1/zero-out"] {
        assert!(!s.officer.get(list).text.contains("裸露线头"), "{list}");
    }
}

#[test]
fn enforcement_reads_nothing_of_findings() {
    let mut read = 0;
    let rooms = [
        "inspections",
        "conduct",
        "conduct_sources",
        "credit",
        "label_checks",
        "penalty_lists",
        "sampling_lists",
        "risk",
        "oversight",
    ];
    let mut folders: Vec<std::path::PathBuf> =
        rooms.iter().map(|room| Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room)).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            assert!(
                !source.contains("engagement_finding") && !source.contains("crate::engagements"),
                "{} reads engagements",
                path.display()
            );
            read += 1;
        }
    }
    assert!(read > 100, "{read} files");
    let published =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engagements/functions.sql"))
            .unwrap();
    assert!(!published.contains("FROM engagement_finding") && !published.contains("minutes FROM"));
}

#[test]
fn who_has_no_part_knows_of_no_visit() {
    let s = Scene::new();
    let path = s.agreed();
    let other = s.app.approved_expert(&s.officer, "expert-2", "K0101");
    let neighbour = s.app.claimed_enterprise(2, "440103", "K0101");
    let elsewhere = s.app.admin("elsewhere", "440300");
    let district = s.app.admin("district", "440103");
    for stranger in [&other.http, &neighbour.http, &elsewhere] {
        assert_eq!(stranger.get(&path).status, 404);
        assert_eq!(refused(stranger, &path, json!({ "step": "cancel", "reason": "x" })).0, 404);
        assert_eq!(stranger.get(VISITS).expect(200)["items"], json!([]));
        let page = format!("/visits/{}", path.rsplit('/').next().unwrap());
        assert_eq!(stranger.get(&page).status, 404);
    }
    assert_eq!(district.get(&path).expect(200)["standing"], "officer");
    let operator = s.app.http().log_in("the-operator", PASSWORD);
    assert_eq!((operator.get(VISITS).status, s.app.http().get(VISITS).status), (403, 401));
    let mine = s
        .enterprise
        .http
        .get(&format!("{VISITS}?kind=visit&state=confirmed&from=2026-03-04&until=2026-03-04"));
    assert_eq!(mine.expect(200)["items"].as_array().unwrap().len(), 1);
    let none = s.enterprise.http.get(&format!("{VISITS}?from=2026-03-05")).expect(200);
    assert_eq!(none["items"], json!([]));
}

#[test]
fn times_need_notice_and_are_few_and_apart() {
    let s = Scene::new();
    let ask = |slots: &[(&str, &str)]| s.officer.post(VISITS, &s.body(slots));
    for (slots, wrong) in [
        (&[("2026-03-03T01:00:00Z", "2026-03-03T03:00:00Z")][..], "/slots/0/starts_at"),
        (&[("2026-03-04T03:00:00Z", "2026-03-04T01:00:00Z")][..], "/slots/0/ends_at"),
        (&[][..], "/slots"),
        (&[("2026-03-04T01:00:00Z", "2026-03-04T03:00:00Z"); 6][..], "/slots"),
        (
            &[
                ("2026-03-04T01:00:00Z", "2026-03-04T03:00:00Z"),
                ("2026-03-04T02:00:00Z", "2026-03-04T04:00:00Z"),
            ][..],
            "/slots/1",
        ),
    ] {
        assert_eq!(pointer(&ask(slots).problem()), wrong);
    }
    let fits = &[("2026-03-04T01:00:00Z", "2026-03-04T03:00:00Z")];
    let mut body = s.body(fits);
    body["enterprise_id"] = json!("019c0000-0000-7000-8000-000000000000");
    assert_eq!(pointer(&s.officer.post(VISITS, &body).problem()), "/enterprise_id");
    let mut body = s.body(fits);
    body["experts"] = json!([s.expert.id, s.expert.id]);
    assert_eq!(pointer(&s.officer.post(VISITS, &body).problem()), "/experts/1");
    let mut body = s.body(fits);
    body["nonconformities"] = json!([s.expert.id]);
    assert_eq!(pointer(&s.officer.post(VISITS, &body).problem()), "/nonconformities/0");
    let mut body = s.body(fits);
    body["programme_id"] = json!(s.expert.id);
    assert_eq!(pointer(&s.officer.post(VISITS, &body).problem()), "/programme_id");
    let mut body = s.body(fits);
    body["unknown"] = json!(1);
    assert!([400, 422].contains(&s.officer.post(VISITS, &body).status));
    assert!([400, 422].contains(&s.officer.post(VISITS, &json!({ "kind": "raid" })).status));
    // An officer of another place may not know of the enterprise.
    let elsewhere = s.app.admin("elsewhere", "440300");
    assert_eq!(pointer(&elsewhere.post(VISITS, &s.body(fits)).problem()), "/enterprise_id");
    assert_eq!(s.enterprise.http.post(VISITS, &s.body(fits)).status, 403);
}

#[test]
fn an_expert_has_a_few_visits_a_day_and_is_at_one_place_at_a_time() {
    let s = Scene::new();
    let at = |n: u32| {
        let from = format!("2026-03-04T{:02}:00:00Z", n);
        let until = format!("2026-03-04T{:02}:30:00Z", n);
        s.officer.post(VISITS, &s.body(&[(&from, &until)]))
    };
    // Of 300 visits on one day eight can be proposed.
    for n in 0..8 {
        let made = at(n).expect(201);
        if n == 0 {
            choose(&s.enterprise.http, &format!("{VISITS}/{}", text(&made["id"])));
        }
    }
    for n in 8..12 {
        assert_eq!(at(n).refusal(), (409, "visits_per_day".to_owned()));
    }
    // Two proposals may name one time; the second can't be agreed to any more.
    let same = &[("2026-03-05T01:00:00Z", "2026-03-05T02:00:00Z")];
    let paths: Vec<String> = (0..2)
        .map(|_| format!("{VISITS}/{}", text(&s.officer.post(VISITS, &s.body(same)).expect(201)["id"])))
        .collect();
    choose(&s.enterprise.http, &paths[0]);
    let slot = s.enterprise.http.get(&paths[1]).expect(200)["visit"]["slots"][0]["id"].clone();
    let late = refused(&s.enterprise.http, &paths[1], json!({ "step": "choose", "slot": slot }));
    assert_eq!(late, (409, "visit_overlaps".to_owned()));
    let overlapping = &[("2026-03-05T01:30:00Z", "2026-03-05T02:30:00Z")];
    assert_eq!(s.officer.post(VISITS, &s.body(overlapping)).refusal(), (409, "visit_overlaps".to_owned()));
}

#[test]
fn one_photo_is_not_of_two_enterprises() {
    let mut s = Scene::new();
    let neighbour = s.app.claimed_enterprise(2, "440103", "K0101");
    let later = visit(&neighbour.id, &s.expert.id, &[("2026-03-04T05:00:00Z", "2026-03-04T06:00:00Z")]);
    let second = format!("{VISITS}/{}", text(&s.officer.post(VISITS, &later).expect(201)["id"]));
    choose(&neighbour.http, &second);
    let first = s.begun();
    let add = |path: &str, file: String| {
        s.expert.http.post(&format!("{path}/photos"), &json!({ "attachments": [file] }))
    };
    let used = photo(&s.expert.http, 1);
    add(&first, used.clone()).expect(201);
    add(&first, used).expect(201);
    let again = add(&first, photo(&s.expert.http, 1)).problem();
    assert_eq!(pointer(&again), "/attachments/0", "the same picture is there: {again}");
    step(&s.expert.http, &second, json!({ "step": "start" }));
    let other = add(&second, photo(&s.expert.http, 1));
    assert_eq!(other.refusal(), (409, "photo_used_elsewhere".to_owned()));
    assert!(
        !other.text.contains("第1公司") && !other.text.contains(first.rsplit('/').next().unwrap()),
        "{}",
        other.text
    );
    add(&second, photo(&s.expert.http, 2)).expect(201);
    let pdf =
        text(&s.expert.http.upload("/api/v1/attachments", "x.pdf", b"%PDF-1.4\n", &[]).expect(201)["id"]);
    assert_eq!(pointer(&add(&second, pdf).problem()), "/attachments/0");
    let theirs = photo(&s.officer, 3);
    assert_eq!(pointer(&add(&second, theirs).problem()), "/attachments/0");
    assert_eq!(s.enterprise.http.post(&format!("{first}/photos"), &json!({ "attachments": [] })).status, 403);
}

#[test]
fn an_expert_with_an_interest_does_not_visit() {
    let s = Scene::new();
    let fits = &[("2026-03-04T01:00:00Z", "2026-03-04T03:00:00Z")];
    let made = s.officer.post(VISITS, &s.body(fits)).expect(201);
    let path = format!("{VISITS}/{}", text(&made["id"]));
    let conflict = json!({ "uscc": crate::support::csv::uscc(1), "relation": "owner" });
    s.officer.post(&format!("/api/v1/experts/{}/conflicts", s.expert.id), &conflict).expect(200);
    // What becomes known later counts, too.
    let slot = made["visit"]["slots"][0]["id"].clone();
    let late = refused(&s.enterprise.http, &path, json!({ "step": "choose", "slot": slot }));
    assert_eq!(late, (409, "visit_expert_excluded".to_owned()));
    assert_eq!(s.officer.post(VISITS, &s.body(fits)).refusal(), (409, "visit_expert_excluded".to_owned()));
    let other = s.app.approved_expert(&s.officer, "expert-2", "K0101");
    let body = visit(&s.enterprise.id, &other.id, fits);
    s.officer.post(VISITS, &body).expect(201);
}

#[test]
fn an_expert_proposes_for_itself_to_whom_it_consults() {
    let s = Scene::new();
    let fits = &[("2026-03-04T01:00:00Z", "2026-03-04T03:00:00Z")];
    let mut own = s.body(fits);
    own["experts"] = json!([]);
    assert_eq!(pointer(&s.expert.http.post(VISITS, &own).problem()), "/enterprise_id");
    s.app.talk(&s.enterprise, &s.expert);
    let other = s.app.approved_expert(&s.officer, "expert-2", "K0101");
    let mut named = own.clone();
    named["experts"] = json!([other.id]);
    assert_eq!(pointer(&s.expert.http.post(VISITS, &named).problem()), "/experts");
    let made = s.expert.http.post(VISITS, &own).expect(201);
    assert_eq!((&made["standing"], &made["experts"][0]["lead"]), (&json!("expert"), &json!(true)));
    let found = s.expert.http.get("/visits/new").text;
    assert!(found.contains("广州第1公司"), "{found}");
}

#[test]
fn times_are_asked_for_and_proposed_again() {
    let s = Scene::new();
    let path = s.agreed();
    let none = refused(&s.enterprise.http, &path, json!({ "step": "reschedule" }));
    assert_eq!(none.0, 422);
    let asked = step(&s.enterprise.http, &path, json!({ "step": "reschedule", "reason": "当日停产" }));
    assert_eq!(
        (&asked["state"], &asked["on_day"], &asked["visit"]["slots"]),
        (&json!("proposed"), &Value::Null, &json!([]))
    );
    s.app.mail("expert-1@expert.example", "当日停产");
    let slots = json!([{ "starts_at": "2026-03-06T01:00:00Z", "ends_at": "2026-03-06T02:00:00Z" }]);
    let again = json!({ "step": "reschedule", "reason": "按企业要求", "slots": slots });
    let again = step(&s.expert.http, &path, again);
    assert_eq!(again["visit"]["slots"].as_array().unwrap().len(), 1);
    assert_eq!(choose(&s.enterprise.http, &path)["on_day"], "2026-03-06");
}

#[test]
fn a_visit_is_called_off_or_missed_by_somebody() {
    let mut s = Scene::new();
    let body = s.body(&[("2026-03-05T01:00:00Z", "2026-03-05T02:00:00Z")]);
    let off = format!("{VISITS}/{}", text(&s.officer.post(VISITS, &body).expect(201)["id"]));
    let path = s.agreed();
    let cancelled = step(&s.enterprise.http, &off, json!({ "step": "cancel", "reason": "已自行整改" }));
    assert_eq!(
        (&cancelled["state"], &cancelled["cancelled_by_role"], &cancelled["reason"]),
        (&json!("cancelled"), &json!("enterprise"), &json!("已自行整改"))
    );
    let early = s.expert.http.post(
        &format!("{path}/events"),
        &json!({ "step": "no_show", "by": "enterprise", "reason": "门口无人" }),
    );
    assert_eq!(pointer(&early.problem()), "/step");
    s.at("2026-03-04T01:30:00Z");
    let missing =
        s.expert.http.post(&format!("{path}/events"), &json!({ "step": "no_show", "reason": "门口无人" }));
    assert_eq!(pointer(&missing.problem()), "/by");
    let missed =
        step(&s.expert.http, &path, json!({ "step": "no_show", "by": "enterprise", "reason": "门口无人" }));
    assert_eq!((&missed["state"], &missed["visit"]["no_show_by"]), (&json!("no_show"), &json!("enterprise")));
    s.app.mail("factory-1@enterprise.example", "企业未到场");
    assert_eq!(
        refused(&s.expert.http, &path, json!({ "step": "start" })),
        (409, "engagement_state".to_owned())
    );
}

#[test]
fn a_step_sent_twice_is_one_and_a_stale_one_is_refused() {
    let mut s = Scene::new();
    let path = s.agreed();
    s.at("2026-03-04T01:05:00Z");
    let id = "0f0e0d0c0b0a09080706050403020100";
    let start = json!({ "step": "start", "client_id": id, "device_at": "2026-03-04T01:01:00Z" });
    let once = step(&s.expert.http, &path, start.clone());
    let twice = step(&s.expert.http, &path, start);
    assert_eq!(once["version"], twice["version"]);
    let finding = json!({ "item": "x", "advice": "y", "client_id": id });
    for _ in 0..2 {
        s.expert.http.post(&format!("{path}/findings"), &finding).expect(201);
    }
    assert_eq!(s.expert.http.get(&path).expect(200)["visit"]["finding_count"], 1);
    let stale = json!({ "step": "hold", "version": 1 });
    assert_eq!(refused(&s.expert.http, &path, stale), (409, "engagement_changed".to_owned()));
    let id = EngagementId(path.rsplit('/').next().unwrap().parse().unwrap());
    let events: i64 = engagement_event::table
        .filter(engagement_event::engagement_id.eq(id))
        .count()
        .get_result(&mut *s.app.app.conn().unwrap())
        .unwrap();
    assert_eq!(json!(events), once["version"], "the row counts the events of its history");
}

#[test]
fn each_step_is_somebodys_and_takes_its_own_fields() {
    let mut s = Scene::new();
    let path = s.agreed();
    for (who, body) in [
        (&s.enterprise.http, json!({ "step": "start" })),
        (&s.officer, json!({ "step": "start" })),
        (&s.expert.http, json!({ "step": "choose" })),
        (&s.expert.http, json!({ "step": "add_words", "text": "x" })),
        (&s.enterprise.http, json!({ "step": "close" })),
        (&s.expert.http, json!({ "step": "agree" })),
        (&s.expert.http, json!({ "step": "sign" })),
    ] {
        assert_eq!(refused(who, &path, body.clone()).0, 403, "{body}");
    }
    assert_eq!(
        refused(&s.expert.http, &path, json!({ "step": "hold" })),
        (409, "engagement_state".to_owned())
    );
    let stray = s.expert.http.post(&format!("{path}/events"), &json!({ "step": "start", "text": "x" }));
    assert_eq!(pointer(&stray.problem()), "/text");
    s.at("2026-03-04T01:05:00Z");
    let send = |body: Value| s.expert.http.post(&format!("{path}/events"), &body).problem();
    for device_at in ["2026-03-04T02:00:00Z", "2026-03-03T01:00:00Z", "2026-03-01T01:00:00Z"] {
        assert_eq!(
            pointer(&send(json!({ "step": "start", "device_at": device_at }))),
            "/device_at",
            "{device_at}"
        );
    }
    assert_eq!(pointer(&send(json!({ "step": "start", "latitude": 91.0, "longitude": 0.0 }))), "/latitude");
    assert_eq!(pointer(&send(json!({ "step": "start", "latitude": 23.0 }))), "/latitude");
    step(&s.expert.http, &path, json!({ "step": "start" }));
    assert_eq!(pointer(&send(json!({ "step": "hold", "device_at": "2026-03-04T00:30:00Z" }))), "/device_at");
}

#[test]
fn minutes_are_confirmed_once_by_each_side_and_stay() {
    let mut s = Scene::new();
    let path = s.minuted();
    step(&s.expert.http, &path, json!({ "step": "confirm_minutes" }));
    let confirmed = (409, "minutes_confirmed".to_owned());
    for (satisfaction, who) in [(0, &s.enterprise.http), (6, &s.enterprise.http), (5, &s.expert.http)] {
        let body = json!({ "step": "confirm_minutes", "satisfaction": satisfaction });
        let problem = who.post(&format!("{path}/events"), &body).problem();
        assert_eq!(pointer(&problem), "/satisfaction");
    }
    assert_eq!(refused(&s.expert.http, &path, json!({ "step": "confirm_minutes" })), confirmed);
    assert_eq!(refused(&s.expert.http, &path, json!({ "step": "write_minutes", "text": "x" })), confirmed);
    let finding = json!({ "item": "x", "advice": "y" });
    assert_eq!(s.expert.http.post(&format!("{path}/findings"), &finding).refusal(), confirmed);
    // An officer can't confirm for an enterprise that has people.
    assert_eq!(refused(&s.officer, &path, json!({ "step": "confirm_minutes", "reason": "电话" })).0, 403);
    let done = step(&s.enterprise.http, &path, json!({ "step": "confirm_minutes", "satisfaction": 4 }));
    assert_eq!((&done["state"], &done["visit"]["satisfaction"]), (&json!("minuted"), &json!(4)));
    let again = refused(&s.enterprise.http, &path, json!({ "step": "add_words", "text": "x" }));
    assert_eq!(again, (409, "engagement_state".to_owned()));
}

#[test]
fn what_was_noted_by_mistake_is_taken_back_and_past_days_stay() {
    let mut s = Scene::new();
    let path = s.begun();
    step(&s.expert.http, &path, json!({ "step": "hold" }));
    let enterprise = s.enterprise.id.clone();
    let visited = |s: &Scene, at: &str| crate::engagement_kinds::evidence(&s.app, &enterprise, "visited", at);
    s.at("2026-03-05T01:00:00Z");
    assert_eq!(visited(&s, "2026-03-04T16:00:00Z"), 1);
    let back = json!({ "step": "take_back", "reason": "点错了另一家企业" });
    assert_eq!(refused(&s.enterprise.http, &path, back.clone()).0, 403);
    let problem = s.expert.http.post(&format!("{path}/events"), &json!({ "step": "take_back" })).problem();
    assert_eq!(pointer(&problem), "/reason");
    let seen = step(&s.expert.http, &path, back.clone());
    assert_eq!((&seen["state"], &seen["held_at"]), (&json!("started"), &Value::Null));
    s.app.mail("factory-1@enterprise.example", "现场结束登记有误");
    assert_eq!((visited(&s, "2026-03-04T16:00:00Z"), visited(&s, "2026-03-05T16:00:00Z")), (1, 0));
    let seen = step(&s.officer, &path, back.clone());
    assert_eq!(seen["state"], "confirmed");
    assert_eq!(refused(&s.officer, &path, back.clone()), (409, "engagement_state".to_owned()));
    // The day itself can be noted later, by the clock of the device.
    step(&s.expert.http, &path, json!({ "step": "start", "device_at": "2026-03-04T01:10:00Z" }));
    step(&s.expert.http, &path, json!({ "step": "hold", "device_at": "2026-03-04T02:10:00Z" }));
    step(&s.expert.http, &path, json!({ "step": "write_minutes", "text": "查看了挤出工序" }));
    step(&s.enterprise.http, &path, json!({ "step": "confirm_minutes" }));
    assert_eq!(refused(&s.expert.http, &path, back), (409, "minutes_confirmed".to_owned()));
}

#[test]
fn an_engagement_belongs_to_a_programme_that_is_approved_or_carried_out() {
    let s = Scene::new();
    let approver = s.app.admin("approver", "440000");
    let programme = crate::rounds::circuit(&s.officer, &approver);
    let mut body = s.body(&[("2026-03-04T01:00:00Z", "2026-03-04T03:00:00Z")]);
    (body["programme_id"], body["round_no"]) = (json!(programme), json!(1));
    s.officer.post(VISITS, &body).expect(201);
    s.officer.act(&format!("/api/v1/programmes/{programme}/start")).expect(200);
    body["slots"] = json!([{ "starts_at": "2026-03-05T01:00:00Z", "ends_at": "2026-03-05T03:00:00Z" }]);
    s.officer.post(VISITS, &body).expect(201);
    let page = s.officer.get(&format!("/visits/new?enterprise={}", s.enterprise.id)).text;
    assert!(page.contains(&format!("value=\"{programme}\"")), "the form offers it");
    assert!(
        s.officer.get("/trainings").text.contains(&programme)
            && s.officer.get("/outreach").text.contains(&programme)
    );
    let event = |programme: &Value| {
        json!({
            "topic": "进社区", "place": "某社区", "place_kind": "community", "on_day": "2026-03-02", "programme_id": programme,
        })
    };
    s.officer.post("/api/v1/outreach", &event(&json!(programme))).expect(201);
    let refused = s.officer.post("/api/v1/outreach", &event(&json!(s.expert.id))).problem();
    assert_eq!(pointer(&refused), "/programme_id");
    // What a city plans is none of another city's figures.
    let (here, second) = (s.app.admin("guangzhou", "440100"), s.app.admin("guangzhou-2", "440100"));
    let mut plan = crate::programmes::written("市级巡回问诊");
    (plan["kind"], plan["level"]) = (json!("circuit"), json!("municipal"));
    let own = text(&here.post(crate::programmes::PROGRAMMES, &plan).expect(201)["id"]);
    here.act(&format!("/api/v1/programmes/{own}/submit")).expect(200);
    second.act(&format!("/api/v1/programmes/{own}/approve")).expect(200);
    let elsewhere = s.app.admin("shenzhen", "440300");
    let refused = elsewhere.post("/api/v1/outreach", &event(&json!(own))).problem();
    assert_eq!(pointer(&refused), "/programme_id");
    here.post("/api/v1/outreach", &event(&json!(own))).expect(201);
}

#[test]
fn what_is_wrong_with_an_engagement_of_any_kind_is_named_by_its_field() {
    let s = Scene::new();
    for (body, wanted) in [
        (json!({}), "/kind"),
        (json!({ "kind": 1 }), "/kind"),
        (json!({ "kind": "party" }), "/kind"),
        (json!({ "kind": "visit" }), "/enterprise_id"),
        (json!({ "kind": "visit", "enterprise_id": 1 }), "/enterprise_id"),
        (json!({ "kind": "visit", "enterprise_id": s.enterprise.id, "topic": null }), "/topic"),
        (
            json!({ "kind": "visit", "enterprise_id": s.enterprise.id, "topic": "t", "slots": [1] }),
            "/slots/0",
        ),
        (json!({ "kind": "training", "topic": 1 }), "/topic"),
        (
            json!({ "kind": "follow_up", "enterprise_id": s.enterprise.id, "topic": "t", "due_on": "2026-02-30" }),
            "/due_on",
        ),
        (json!({ "kind": "outreach", "place_kind": "moon" }), "/place_kind"),
        (json!({ "kind": "commitment", "room": 1 }), "/room"),
    ] {
        assert_eq!(pointer(&s.officer.post(VISITS, &body).problem()), wanted, "{body}");
    }
}

#[test]
fn an_officer_acts_for_an_enterprise_without_an_account() {
    let mut s = Scene::new();
    let (code, _) = s.app.listed(7, "440103", "K0101");
    let found = s.officer.get(&format!("/api/v1/enterprises?q={code}")).expect(200);
    let id = text(&found["items"][0]["id"]);
    let body = visit(&id, &s.expert.id, &[("2026-03-04T01:00:00Z", "2026-03-04T03:00:00Z")]);
    let made = s.officer.post(VISITS, &body).expect(201);
    let path = format!("{VISITS}/{}", text(&made["id"]));
    let slot = made["visit"]["slots"][0]["id"].clone();
    let silent = s.officer.post(&format!("{path}/events"), &json!({ "step": "choose", "slot": slot }));
    assert_eq!(pointer(&silent.problem()), "/reason");
    step(&s.officer, &path, json!({ "step": "choose", "slot": slot, "reason": "与企业负责人电话约定" }));
    s.at("2026-03-04T01:05:00Z");
    for body in [
        json!({ "step": "start" }),
        json!({ "step": "hold" }),
        json!({ "step": "write_minutes", "text": "x" }),
        json!({ "step": "confirm_minutes" }),
    ] {
        step(&s.expert.http, &path, body);
    }
    let done =
        step(&s.officer, &path, json!({ "step": "confirm_minutes", "reason": "企业已在纸质纪要上签字" }));
    assert_eq!(done["state"], "minuted");
    // One that has people answers for itself.
    let body = s.body(&[("2026-03-06T01:00:00Z", "2026-03-06T03:00:00Z")]);
    let made = s.officer.post(VISITS, &body).expect(201);
    let (path, slot) = (format!("{VISITS}/{}", text(&made["id"])), made["visit"]["slots"][0]["id"].clone());
    assert_eq!(
        refused(&s.officer, &path, json!({ "step": "choose", "slot": slot, "reason": "电话" })).0,
        403
    );
}

#[test]
fn imminent_danger_is_a_named_act_that_the_enterprise_is_told() {
    let mut s = Scene::new();
    let path = s.agreed();
    let report = format!("{path}/imminent-danger");
    let danger = json!({ "ground": "product_quality", "reason": "样机外壳带电，正在出货" });
    assert_eq!(s.expert.http.post(&report, &danger).refusal(), (409, "engagement_state".to_owned()));
    s.at("2026-03-04T01:05:00Z");
    step(&s.expert.http, &path, json!({ "step": "start" }));
    assert_eq!(
        pointer(
            &s.expert.http.post(&report, &json!({ "ground": "product_quality", "reason": " " })).problem()
        ),
        "/reason"
    );
    for other in [&s.officer, &s.enterprise.http] {
        assert_eq!(other.post(&report, &danger).status, 403);
    }
    let district = s.app.admin("district", "440103");
    let told = s.expert.http.post(&report, &danger).expect(201);
    let article = text(&told["visit"]["dangers"][0]["article"]);
    assert!(article.contains("产品质量法"), "{article}");
    s.app.mail("factory-1@enterprise.example", "样机外壳带电");
    s.app.mail("district@regulator.example", "样机外壳带电");
    let page = s.enterprise.http.get(&format!("/visits/{}", path.rsplit('/').next().unwrap()));
    assert!(page.text.contains("样机外壳带电") && page.text.contains("紧急危险"));
    let list = "/api/v1/imminent-dangers";
    let elsewhere = s.app.admin("elsewhere", "440300");
    assert_eq!(elsewhere.get(list).expect(200)["items"], json!([]));
    assert_eq!(s.expert.http.get(list).status, 403);
    let open = district.get(&format!("{list}?open=true")).expect(200);
    let id = text(&open["items"][0]["id"]);
    let note = json!({ "note": "已责令停止出货" });
    assert_eq!(elsewhere.post(&format!("{list}/{id}/acknowledge"), &note).status, 404);
    district.post(&format!("{list}/{id}/acknowledge"), &note).expect(200);
    assert_eq!(district.post(&format!("{list}/{id}/acknowledge"), &note).status, 409);
    assert_eq!(district.get(&format!("{list}?open=true")).expect(200)["items"], json!([]));
    let audit = s.officer.get("/api/v1/audit?action=report_imminent_danger").expect(200);
    assert_eq!(audit["items"].as_array().unwrap().len(), 1, "{audit}");
}

#[test]
fn an_expert_who_helped_does_not_verify() {
    let mut c = crate::remediation::support::Course103::new();
    let expert = c.app.approved_expert(&c.province, "expert-1", "K0101");
    // The expert works for the authority as well, by an account of its own with the same address.
    c.app.admin_at("expert-as-officer", "440103", "Expert-1@expert.example");
    let body = visit(&c.enterprise.id, &expert.id, &[("2021-08-06T01:00:00Z", "2021-08-06T03:00:00Z")]);
    let made = c.province.post(VISITS, &body).expect(201);
    let path = format!("{VISITS}/{}", text(&made["id"]));
    choose(&c.enterprise.http, &path);
    c.at("2021-08-06");
    let expert = c.app.http().log_in("expert-1", PASSWORD);
    step(&expert, &path, json!({ "step": "start" }));
    let twin = c.app.http().log_in("expert-as-officer", PASSWORD);
    c.correct();
    c.step(&c.district, json!({ "event": "reinspect", "passed": true }));
    let refused = c.refused(&twin, json!({ "event": "clear" }));
    assert_eq!((refused.status, refused.code.as_str()), (409, "adviser_may_not_clear"));
    assert_eq!(c.step(&c.second, json!({ "event": "clear" })), "cleared");
}

#[test]
fn a_calendar_feed_needs_no_session_and_can_be_revoked() {
    let s = Scene::new();
    let path = s.agreed();
    let made = s.expert.http.act("/api/v1/calendar-feeds").expect(201);
    let address = text(&made["address"]);
    let feed = |address: &str| s.app.http().get(&address[address.find("/calendar/").unwrap()..]);
    let reply = feed(&address);
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/calendar; charset=utf-8"));
    let id = path.rsplit('/').next().unwrap();
    for wanted in [
        "BEGIN:VCALENDAR\r\n",
        "DTSTART;TZID=Asia/Shanghai:20260304T090000\r\n",
        "STATUS:CONFIRMED\r\n",
        &format!("UID:{id}@"),
    ] {
        assert!(reply.text.contains(wanted), "no {wanted:?} in {}", reply.text);
    }
    assert!(reply.text.split("\r\n").all(|line| line.len() <= 75));
    let sequence = |text: &str| {
        let line = text.split("\r\n").find(|line| line.starts_with("SEQUENCE:")).unwrap().to_owned();
        line["SEQUENCE:".len()..].parse::<i32>().unwrap()
    };
    let before = sequence(&reply.text);
    // Open again, it is shown as called off at the time that was agreed, and under the same id.
    step(&s.enterprise.http, &path, json!({ "step": "reschedule", "reason": "停产" }));
    let after = feed(&address).text;
    assert!(
        after.contains("STATUS:CANCELLED") && after.contains("20260304T090000") && sequence(&after) > before
    );
    // The enterprise and the officer have feeds of their own; the operator has none.
    for who in [&s.enterprise.http, &s.officer] {
        let made = who.act("/api/v1/calendar-feeds").expect(201);
        assert!(feed(&text(&made["address"])).text.contains(id));
    }
    let list = s.expert.http.get("/api/v1/calendar-feeds").expect(200);
    assert!(!list.to_string().contains("/calendar/"), "{list}");
    let own = format!("/api/v1/calendar-feeds/{}", text(&list[0]["id"]));
    assert_eq!(s.enterprise.http.send("DELETE", &own, &[], None).status, 404);
    s.expert.http.send("DELETE", &own, &[], None).expect(204);
    assert_eq!(feed(&address).status, 404);
    assert_eq!(s.app.http().get("/calendar/x.ics").status, 404);
    assert_eq!(s.app.http().get("/calendar/x").status, 404);
    for _ in 0..9 {
        s.officer.act("/api/v1/calendar-feeds").expect(201);
    }
    assert_eq!(
        s.officer.act("/api/v1/calendar-feeds").refusal(),
        (409, "too_many_calendar_feeds".to_owned())
    );
}

#[test]
fn both_sides_are_reminded_the_day_before_and_late_visits_are_listed() {
    let mut s = Scene::new();
    let path = s.agreed();
    let reminded = || {
        let all = s.app.smtp.received();
        all.iter().filter(|mail| mail.body_text.contains("明日安排有上门帮扶")).count()
    };
    reminders::remind(&s.app.app, &|| false).unwrap();
    s.app.mails_sent();
    assert_eq!(reminded(), 0);
    s.app.clock.set("2026-03-03T01:00:00Z".parse().unwrap());
    for _ in 0..2 {
        reminders::remind(&s.app.app, &|| false).unwrap();
    }
    s.app.mails_sent();
    assert_eq!(reminded(), 2, "the expert and the enterprise, once");
    s.at("2026-03-11T01:00:00Z");
    let overdue = |s: &Scene| s.officer.get(&format!("{VISITS}?overdue=true")).expect(200)["items"].clone();
    assert_eq!(overdue(&s), json!([]));
    s.at("2026-03-12T01:00:00Z");
    let late = overdue(&s);
    assert_eq!((late.as_array().unwrap().len(), &late[0]["overdue"]), (1, &json!(true)));
    assert!(path.ends_with(late[0]["id"].as_str().unwrap()));
}

#[test]
fn the_pages_show_what_is_to_be_done() {
    let mut s = Scene::new();
    let path = s.agreed();
    let id = path.rsplit('/').next().unwrap().to_owned();
    assert!(s.officer.get("/visits").text.contains("绝缘电阻整改"));
    assert!(
        s.officer.get(&format!("/visits/new?enterprise={}", s.enterprise.id)).text.contains("专家 expert-1")
    );
    assert!(s.enterprise.http.get("/my/visits").text.contains("绝缘电阻整改"));
    assert_eq!((s.officer.get("/my/visits").status, s.enterprise.http.get("/today").status), (404, 404));
    let day = s.expert.http.get("/today?day=2026-03-04");
    assert!(day.text.contains(&id) && day.text.contains("data-call=\"start\""));
    assert!(day.header("permissions-policy").contains("geolocation=(self)"));
    assert!(!s.expert.http.get("/today").text.contains(&id));
    let sheet = s.expert.http.get(&format!("/visits/{id}/sheet"));
    assert!(sheet.text.contains("广州第1公司") && sheet.text.contains("专家签名"));
    assert_eq!(s.enterprise.http.get(&format!("/visits/{id}/sheet")).status, 404);
    assert_eq!(s.expert.http.get("/today?day=x").status, 422);
    s.at("2026-03-04T01:05:00Z");
    step(&s.expert.http, &path, json!({ "step": "start" }));
    assert!(s.expert.http.get("/today").text.contains("data-call=\"hold\""));
}
