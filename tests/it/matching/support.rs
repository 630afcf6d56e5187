//! Many experts and enterprises, for tests of matching.

use chrono::Duration;
use serde_json::{Value, json};
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::consultations::matcher;

use crate::support::people::{Enterprise, Expert, PASSWORD, text};
use crate::support::{Http, TestApp};

/// A running service with an officer of the province, whose tokens stay valid when the clock jumps.
pub struct Scenario {
    pub app: TestApp,
    pub officer: Http,
    made: u32,
}

/// An application of an expert who knows K0101 and serves 440103, with these changes.
pub fn applying(username: &str, more: &Value) -> Value {
    let mut body = json!({
        "name": format!("专家 {username}"), "title": "高级工程师",
        "email": format!("{username}@expert.example"), "regions": ["440103"], "capacity": 5,
        "specialties": [{ "product_kind": "K0101", "level": 2 }],
    });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

impl Scenario {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut zerodesk::settings::Settings)) -> Self {
        Self::at("2026-03-02T01:00:00Z", change)
    }

    /// The same at another moment.
    pub fn at(now: &str, change: impl FnOnce(&mut zerodesk::settings::Settings)) -> Self {
        let app = TestApp::builder()
            .at(now)
            .settings(|s| s.edit::<AuthSettings>().access_token_seconds = 86_400)
            .settings(change)
            .start();
        let officer = app.admin("officer", "440000");
        Self { app, officer, made: 0 }
    }

    /// An approved expert.
    pub fn expert(&self, username: &str, more: &Value) -> Expert {
        let body = applying(username, more);
        let id = self.app.apply(username, &body);
        self.officer.act(&format!("/api/v1/expert-applications/{id}/approve")).expect(200);
        Expert { http: self.app.http().log_in(username, PASSWORD), id, name: text(&body["name"]) }
    }

    /// An enterprise of 440103 with a nonconformity of K0101.
    pub fn enterprise(&mut self) -> Enterprise {
        self.made += 1;
        self.app.claimed_enterprise(self.made, "440103", "K0101")
    }

    /// A consultation of a new enterprise.
    pub fn opened(&mut self) -> (Enterprise, String) {
        let enterprise = self.enterprise();
        let id = text(&self.app.open(&enterprise)["id"]);
        (enterprise, id)
    }

    /// Moves the clock and runs what is due.
    pub fn pass(&mut self, seconds: i64) {
        self.app.clock.advance(Duration::seconds(seconds));
        if seconds >= 3600 {
            // Log-ins end.
            self.officer = self.app.http().log_in("officer", PASSWORD);
        }
        self.work();
    }

    pub fn work(&self) {
        matcher::worker(&self.app.app).unwrap();
    }

    /// What the officer sees of a consultation.
    pub fn seen(&self, id: &str) -> Value {
        self.officer.get(&format!("/api/v1/consultations/{id}")).expect(200)
    }

    /// To whom a consultation is offered or who holds it, with the status.
    pub fn held(&self, id: &str) -> (String, Option<String>) {
        let seen = self.seen(id);
        (text(&seen["status"]), seen["expert"]["name"].as_str().map(str::to_owned))
    }

    #[track_caller]
    pub fn assert_at(&self, id: &str, status: &str, expert: Option<&Expert>) {
        assert_eq!(self.held(id), (status.to_owned(), expert.map(|e| e.name.clone())));
    }

    /// The words of a consultation's history.
    pub fn history(&self, id: &str) -> Vec<String> {
        let lines = self.officer.get(&format!("/api/v1/consultations/{id}/history")).expect(200);
        lines.as_array().unwrap().iter().map(|line| text(&line["event"])).collect()
    }

    pub fn matched(&self, id: &str) -> Value {
        self.officer.get(&format!("/api/v1/consultations/{id}/match")).expect(200)
    }

    /// The rule that excludes an expert from a consultation, as the officer reads it.
    pub fn excluded(&self, id: &str, expert: &Expert) -> Option<String> {
        let matched = self.matched(id);
        let all = matched["candidates"].as_array().unwrap();
        let found =
            all.iter().find(|c| c["expert"] == json!(expert.id)).unwrap_or_else(|| panic!("{matched}"));
        found["excluded_by"].as_str().map(str::to_owned)
    }
}

pub fn accept(expert: &Expert, id: &str) {
    expert.http.act(&format!("/api/v1/consultations/{id}/accept")).expect(200);
}

pub fn decline(expert: &Expert, id: &str) {
    expert.http.act(&format!("/api/v1/consultations/{id}/decline")).expect(204);
}

pub fn conclude(expert: &Expert, id: &str) {
    let body = json!({ "conclusion": "完成" });
    expert.http.post(&format!("/api/v1/consultations/{id}/conclude"), &body).expect(200);
}

/// Accepts the invitation to a panel. Gives the consultation as the expert sees it from then on.
pub fn accept_invitation(expert: &Expert, id: &str) -> Value {
    expert.http.act(&format!("/api/v1/consultations/{id}/invitation/accept")).expect(200)
}
