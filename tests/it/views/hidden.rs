//! A view hides it everywhere: for each role, everything that it can ask for and hears is the same before and after a fact changes
//! that its view hides.

use serde_json::{Value, json};

use crate::support::people::{Enterprise, Expert, PASSWORD, text};
use crate::support::{Http, TestApp, Ws};

/// A consultation of an enterprise that is offered to one of two experts who are alike, with people who look on.
struct World {
    app: TestApp,
    officer: Http,
    enterprise: Enterprise,
    experts: [Expert; 2],
    id: String,
}

impl World {
    fn new() -> Self {
        let app = TestApp::start();
        let officer = app.admin("officer", "440000");
        let experts = ["expert-1", "expert-2"].map(|name| app.approved_expert(&officer, name, "K0101"));
        let enterprise = app.claimed_enterprise(1, "440103", "K0101");
        let opened = app.open(&enterprise);
        assert_eq!(opened["status"], "offered");
        // Its response targets are there, as they are a second later.
        while zerodesk::response_targets::follow::round(&app.app).unwrap() {}
        Self { app, officer, enterprise, experts, id: text(&opened["id"]) }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/consultations/{}{rest}", self.id)
    }

    /// Who is asked now, and the other one.
    fn asked(&self) -> (&Expert, &Expert) {
        let seen = self.officer.get(&self.path("")).expect(200);
        let [one, two] = &self.experts;
        if seen["expert"]["id"] == json!(one.id) { (one, two) } else { (two, one) }
    }

    /// All that can be asked for about the consultation and the experts, by every filter, with the pages.
    fn addresses(&self) -> Vec<String> {
        let [one, two] = &self.experts;
        let list = "/api/v1/consultations";
        let mut all: Vec<String> =
            ["", "/history", "/match", "/messages", "/messages?stream=notes", "/transcript?format=text"]
                .iter()
                .map(|rest| self.path(rest))
                .collect();
        for filter in [
            "".to_owned(),
            format!("?expert={}", one.id),
            format!("?expert={}", two.id),
            format!("?expert={}&status=offered", one.id),
            format!("?enterprise={}", self.enterprise.id),
            format!("?nonconformity={}", self.enterprise.nonconformity),
            "?alarm=true".to_owned(),
            "?alarm=false".to_owned(),
            "?unread=true".to_owned(),
            "?unread=false".to_owned(),
            "?status=offered".to_owned(),
            "?status=waiting".to_owned(),
            "?q=%E7%BB%9D%E7%BC%98".to_owned(),
            "?limit=1".to_owned(),
        ] {
            all.push(format!("{list}{filter}"));
        }
        all.extend([
            format!("/api/v1/experts/{}", one.id),
            format!("/api/v1/experts/{}", two.id),
            "/api/v1/experts?available=true".to_owned(),
            format!("/api/v1/enterprises/{}", self.enterprise.id),
            format!("/api/v1/remediation/cases?nonconformity={}", self.enterprise.nonconformity),
            "/consultations".to_owned(),
            "/consultations?unread=1".to_owned(),
            format!("/consultations/{}", self.id),
            "/parts/conversations".to_owned(),
        ]);
        all
    }

    /// What someone gets from all of them.
    fn seen_by(&self, who: &Http) -> Vec<(String, u16, String)> {
        let answer = |path: String| {
            let reply = who.get(&path);
            // The id of a request is another each time.
            let text = match serde_json::from_str(&reply.text).unwrap_or_default() {
                Value::Object(mut body) => {
                    body.remove("request_id");
                    Value::Object(body).to_string()
                }
                Value::Null => reply.text.clone(),
                other => other.to_string(),
            };
            (path, reply.status, text)
        };
        self.addresses().into_iter().map(answer).collect()
    }
}

#[track_caller]
fn assert_same(what: &str, before: &[(String, u16, String)], after: &[(String, u16, String)]) {
    for (before, after) in before.iter().zip(after) {
        assert_eq!(before, after, "{what}: {} tells", before.0);
    }
}

#[track_caller]
fn assert_silent(what: &str, socket: &mut Ws) {
    let heard = socket.frames_so_far();
    assert!(heard.is_empty(), "{what}: a frame tells: {heard:?}");
}

/// Does something that the enterprise's view hides, and compares all that it sees and hears.
#[track_caller]
fn hidden_from_enterprise(world: &World, what: &str, change: impl FnOnce(&World)) {
    let who = &world.enterprise.http;
    let mut socket = world.app.ws(who);
    let standing = socket.subscribe(&world.id, 0, 0);
    socket.messages_to(&world.id, "talk", standing["last_seq"]["talk"].as_i64().unwrap());
    socket.frames_so_far();
    let before = world.seen_by(who);
    change(world);
    assert_same(what, &before, &world.seen_by(who));
    assert_silent(what, &mut socket);
}

#[test]
fn to_whom_it_is_offered_is_hidden_from_the_enterprise() {
    let world = World::new();
    let id = json!(world.id);
    world.app.clock.advance(chrono::Duration::seconds(100));
    hidden_from_enterprise(&world, "the expert looks at it", |world| {
        let (asked, _) = world.asked();
        asked.http.get(&world.path("")).expect(200);
        asked.http.get(&format!("/consultations/{}", world.id));
    });
    hidden_from_enterprise(&world, "the expert follows, types, reads", |world| {
        let (asked, _) = world.asked();
        let mut expert = world.app.following(&asked.http, &world.id);
        for frame in [
            json!({ "op": "typing", "consultation": id }),
            json!({ "op": "typing", "consultation": id, "stream": "notes" }),
            json!({ "op": "read", "consultation": id, "stream": "talk", "seq": 1 }),
            json!({ "op": "presence", "state": "away" }),
        ] {
            expert.send(&frame);
        }
        expert.frames_so_far();
        // Typing in an offer holds it, which is done beside the frames.
        let mut watcher = world.app.following(&world.officer, &world.id);
        expert.send(&json!({ "op": "typing", "consultation": id }));
        assert_eq!(watcher.wait_ev("typing")["user"]["role"], "expert", "officers see whom it is offered to");
    });
    hidden_from_enterprise(&world, "the expert declines, and it is offered to another", |world| {
        let (asked, other) = world.asked();
        asked.http.act(&world.path("/decline")).expect(204);
        assert_eq!(world.asked().0.id, other.id);
    });
    // What is not hidden any more is found.
    let (asked, other) = world.asked();
    asked.http.act(&world.path("/accept")).expect(200);
    let found = |expert: &Expert| {
        let list =
            world.enterprise.http.get(&format!("/api/v1/consultations?expert={}", expert.id)).expect(200);
        list["items"].as_array().unwrap().len()
    };
    assert_eq!((found(asked), found(other)), (1, 0));
}

#[test]
fn an_expert_who_accepts_is_seen_to_type() {
    let world = World::new();
    let (asked, _) = world.asked();
    let mut expert = world.app.following(&asked.http, &world.id);
    let mut factory = world.app.following(&world.enterprise.http, &world.id);
    asked.http.act(&world.path("/accept")).expect(200);
    factory.wait_ev("consultation");
    expert.send(&json!({ "op": "typing", "consultation": world.id }));
    assert_eq!(factory.wait_ev("typing")["user"]["name"], json!(asked.name));
    expert.send(&json!({ "op": "typing", "consultation": world.id, "stream": "notes" }));
    assert_eq!(factory.say_acknowledged(&world.id, "talk", "您好"), 1);
    expert.wait(|v| v["ev"] == "message");
    expert.send(&json!({ "op": "read", "consultation": world.id, "stream": "talk", "seq": 1 }));
    factory.wait_ev("read");
    factory.wait(|v| v["ev"] == "message");
    assert_silent("a note is typed", &mut factory);
}

#[test]
fn what_officers_and_experts_do_among_themselves_is_hidden_from_the_enterprise() {
    let world = World::new();
    let id = json!(world.id);
    let (asked, other) = world.asked();
    asked.http.act(&world.path("/accept")).expect(200);
    let mut speaker = world.app.following(&asked.http, &world.id);
    assert_eq!(speaker.say_acknowledged(&world.id, "talk", "在"), 1);
    hidden_from_enterprise(&world, "an officer looks on, reads and types", |world| {
        let mut watcher = world.app.following(&world.officer, &world.id);
        watcher.wait(|v| v["ev"] == "message");
        watcher.send(&json!({ "op": "typing", "consultation": id }));
        watcher.send(&json!({ "op": "read", "consultation": id, "stream": "talk", "seq": 1 }));
        let mut expert = world.app.following(&asked.http, &world.id);
        watcher.send(&json!({ "op": "typing", "consultation": id }));
        assert_eq!(expert.wait_ev("typing")["user"]["role"], "admin");
    });
    hidden_from_enterprise(&world, "notes are written, read, marked", |world| {
        let mut watcher = world.app.following(&world.officer, &world.id);
        watcher.say_acknowledged(&world.id, "notes", "内部意见");
        watcher.send(&json!({ "op": "read", "consultation": id, "stream": "notes", "seq": 1 }));
        watcher.wait_ev("read");
    });
    hidden_from_enterprise(&world, "it is pinned and unpinned", |world| {
        for step in ["/pin", "/unpin"] {
            world.officer.post(&world.path(step), &json!({ "reason": "x" })).expect(200);
        }
    });
    // Who sits on the panel is seen; opinions come with the conclusion.
    let body = json!({ "expert": other.id, "note": "请看第二项" });
    hidden_from_enterprise(
        &world,
        "experts are invited to the panel, decline, or are told not to come",
        |world| {
            for _ in 0..2 {
                asked.http.post(&world.path("/invite"), &body).expect(200);
                other.http.post(&world.path("/invitation/decline"), &json!({ "reason": "没空" })).expect(204);
            }
            asked.http.post(&world.path("/invite"), &body).expect(200);
            let back = json!({ "expert": other.id });
            asked.http.post(&world.path("/invitation/withdraw"), &back).expect(200);
            asked.http.post(&world.path("/invite"), &body).expect(200);
        },
    );
    other.http.act(&world.path("/invitation/accept")).expect(200);
    hidden_from_enterprise(&world, "opinions are given and revised", |world| {
        for (who, opinion) in [(other, "甲"), (other, "乙"), (asked, "丙")] {
            who.http
                .post(&world.path("/opinion"), &json!({ "opinion": opinion, "agreement": "agree" }))
                .expect(200);
        }
    });
    asked.http.post(&world.path("/conclude"), &json!({ "conclusion": "完成" })).expect(200);
    let seen = world.enterprise.http.get(&world.path("")).expect(200);
    let opinions: Vec<&Value> = seen["panel"].as_array().unwrap().iter().map(|p| &p["opinion"]).collect();
    assert_eq!(opinions.len(), 2, "{seen}");
    assert!(opinions.iter().all(|opinion| opinion.is_string()), "{seen}");
}

#[test]
fn a_consultation_is_hidden_from_all_who_have_no_part_in_it() {
    let world = World::new();
    let (asked, _) = world.asked();
    let stranger = world.app.claimed_enterprise(2, "440103", "K0101").http;
    let bystander = world.app.approved_expert(&world.officer, "expert-3", "K1001").http;
    let operator = world.app.http().log_in("the-operator", PASSWORD);
    let elsewhere = world.app.admin("officer-elsewhere", "440300");
    // What an officer elsewhere sees of an expert holds the load, which is no secret of the consultation.
    let shown = |who: &Http| -> Vec<(String, u16, String)> {
        world.seen_by(who).into_iter().filter(|(path, ..)| !path.contains("/experts")).collect()
    };
    let people =
        [("enterprise", &stranger), ("expert", &bystander), ("operator", &operator), ("officer", &elsewhere)];
    let before: Vec<_> = people.iter().map(|(_, who)| shown(who)).collect();
    asked.http.act(&world.path("/accept")).expect(200);
    let mut expert = world.app.following(&asked.http, &world.id);
    expert.say_acknowledged(&world.id, "talk", "在");
    asked.http.post(&world.path("/conclude"), &json!({ "conclusion": "完成" })).expect(200);
    for ((role, who), before) in people.iter().zip(&before) {
        assert_same(role, before, &shown(who));
    }
}

#[test]
fn a_socket_hears_nothing_before_its_right_is_confirmed() {
    let world = World::new();
    let (asked, _) = world.asked();
    asked.http.act(&world.path("/accept")).expect(200);
    let stranger = world.app.claimed_enterprise(2, "440103", "K0101").http;
    let mut listening = world.app.ws(&stranger);
    let mut expert = world.app.following(&asked.http, &world.id);
    let mut factory = world.app.following(&world.enterprise.http, &world.id);
    for n in 0..50 {
        listening.send(&json!({ "op": "subscribe", "ref": n, "consultation": world.id }));
        expert.send(&json!({ "op": "typing", "consultation": world.id }));
        factory.wait_ev("typing");
    }
    for n in 0..50 {
        let refused = listening.wait(|v| v["ref"] == n);
        assert_eq!((&refused["ev"], &refused["problem"]["status"]), (&json!("error"), &json!(404)));
    }
    assert_silent("a stranger listens", &mut listening);
}

#[test]
fn why_a_colleague_may_not_be_asked_is_hidden_from_experts() {
    let world = World::new();
    let (asked, other) = world.asked();
    asked.http.act(&world.path("/accept")).expect(200);
    let refused = || {
        ["/transfer", "/invite"].map(|step| {
            let body = match step {
                "/transfer" => json!({ "expert": other.id, "reason": "x" }),
                _ => json!({ "expert": other.id }),
            };
            let reply = asked.http.post(&world.path(step), &body);
            (reply.status, reply.problem()["errors"].clone())
        })
    };
    let code =
        text(&world.officer.get(&format!("/api/v1/enterprises/{}", world.enterprise.id)).expect(200)["uscc"]);
    let conflicts = format!("/api/v1/experts/{}/conflicts", other.id);
    world.officer.post(&conflicts, &json!({ "uscc": code, "relation": "owner" })).expect(200);
    let by_conflict = refused();
    assert_eq!(by_conflict[0].0, 422, "{by_conflict:?}");
    assert_eq!(world.officer.send("DELETE", &format!("{conflicts}?uscc={code}"), &[], None).status, 204);
    let exclusion = format!("/api/v1/experts/{}/exclusion", other.id);
    assert_eq!(world.enterprise.http.post(&exclusion, &json!({ "reason": "x" })).status, 204);
    assert_eq!(refused(), by_conflict, "a conflict of interest and an exclusion look the same");
    assert_eq!(world.enterprise.http.send("DELETE", &exclusion, &[], None).status, 204);
    let leave = json!({ "available": true, "leave": { "from": "2026-03-02", "to": "2026-03-03" } });
    other.http.json("PUT", "/api/v1/experts/me/availability", &leave).expect(200);
    assert_eq!(refused(), by_conflict, "and so does a leave");
    // An officer is told.
    let order = json!({ "expert": other.id, "reason": "x" });
    let told = world.officer.post(&world.path("/assign"), &order).problem();
    assert!(text(&told["errors"][0]["detail"]).contains("休假"), "{told}");
}
