//! A case with its people, and a clock that the test moves.

use diesel::prelude::*;
use serde_json::{Value, json};
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::db::schema::{enterprise, remediation_case};
use zerodesk::remediation::course::Course;
use zerodesk::remediation::history::{events, facts};
use zerodesk::remediation::ids::CaseId;
use zerodesk::remediation::law::law_of;
use zerodesk::remediation::settings::RemediationSettings;
use zerodesk::remediation::store::Row;
use zerodesk::zero_out::import::Column;

use crate::support::csv::{file, row, uscc};
use crate::support::people::Enterprise;
use crate::support::{Http, TestApp};

/// Whoever has a part in the case of an enterprise in the district 440103, ordered on 2021-08-03.
pub struct Course103 {
    pub app: TestApp,
    pub enterprise: Enterprise,
    pub district: Http,
    pub second: Http,
    pub city: Http,
    pub province: Http,
    pub elsewhere: Http,
    pub path: String,
    pub id: String,
}

/// A step that was refused.
#[derive(Debug)]
pub struct Refused {
    pub status: u16,
    pub code: String,
    pub article: String,
    pub body: Value,
}

impl Course103 {
    pub fn new() -> Self {
        Self::on(
            TestApp::builder()
                .at("2021-08-04T01:00:00Z")
                .settings(|s| s.edit::<AuthSettings>().access_token_seconds = 86_400)
                .start(),
        )
    }

    /// The same where each class of products with criteria of its own shares them with the class of this case.
    pub fn with_criteria() -> Self {
        Self::on(
            TestApp::builder()
                .at("2021-08-04T01:00:00Z")
                .settings(|s| {
                    s.edit::<AuthSettings>().access_token_seconds = 86_400;
                    for criterion in &mut s.edit::<RemediationSettings>().criteria {
                        if !criterion.classes.is_empty() {
                            criterion.classes.push("C01".to_owned());
                        }
                    }
                })
                .start(),
        )
    }

    pub fn on(app: TestApp) -> Self {
        let enterprise = app.claimed_enterprise(1, "440103", "K0101");
        let id = enterprise.case.clone().unwrap();
        Self {
            district: app.admin("district", "440103"),
            second: app.admin("district-2", "440103"),
            city: app.admin("city", "440100"),
            province: app.admin("province", "440000"),
            elsewhere: app.admin("elsewhere", "440305"),
            path: format!("/api/v1/remediation/cases/{id}"),
            enterprise,
            id,
            app,
        }
    }

    /// Moves the clock to the morning of a day in Shanghai. Access tokens end; everyone logs in again.
    pub fn at(&mut self, day: &str) {
        self.app.clock.set(format!("{day}T01:00:00Z").parse().unwrap());
        let again = |name: &str| self.app.http().log_in(name, crate::support::people::PASSWORD);
        self.enterprise.http = again("enterprise-1");
        self.district = again("district");
        self.second = again("district-2");
        self.city = again("city");
        self.province = again("province");
        self.elsewhere = again("elsewhere");
    }

    /// Enters an event; gives the state after it.
    #[track_caller]
    pub fn step(&self, who: &Http, event: Value) -> String {
        let reply = who.post(&format!("{}/events", self.path), &event);
        let state = reply.expect(200)["state"].as_str().unwrap().to_owned();
        self.agrees();
        state
    }

    /// Enters an event that is to be refused.
    #[track_caller]
    pub fn refused(&self, who: &Http, event: Value) -> Refused {
        let reply = who.post(&format!("{}/events", self.path), &event);
        assert!(reply.status >= 400, "{event} was taken: {}", reply.text);
        let body = reply.problem();
        let article = body["article"].as_str().unwrap_or_else(|| panic!("no article: {body}")).to_owned();
        Refused { status: reply.status, code: body["code"].as_str().unwrap().to_owned(), article, body }
    }

    /// Puts another nonconformity of the enterprise on the list, or says something new of it; gives the import's report.
    pub fn list(&self, report_no: &str, changes: &[(Column, &str)]) -> Value {
        let code = uscc(1);
        let mut cells = vec![
            (Column::Uscc, code.as_str()),
            (Column::Name, "广州第1公司"),
            (Column::ContactEmail, "factory-1@enterprise.example"),
            (Column::ReportNo, report_no),
        ];
        cells.extend_from_slice(changes);
        self.app.import(&self.province, &file(&[row(&cells)]), false)
    }

    /// A new nonconformity with this order date, or none where it is empty; gives its id.
    pub fn fresh(&self, report_no: &str, ordered_on: &str) -> String {
        self.list(report_no, &[(Column::OrderIssuedOn, ordered_on)]);
        let me = self.enterprise.http.get(&format!("/api/v1/enterprises/{}", self.enterprise.id)).expect(200);
        let all = me["nonconformities"].as_array().unwrap();
        all.iter().find(|n| n["report_no"] == report_no).unwrap()["id"].as_str().unwrap().to_owned()
    }

    pub fn get(&self, who: &Http) -> Value {
        who.get(&self.path).expect(200)
    }

    /// Corrected, with evidence: what precedes a re-inspection.
    #[track_caller]
    pub fn correct(&self) {
        let who = &self.enterprise.http;
        assert_eq!(self.step(who, json!({ "event": "start_correction" })), "correcting");
        let submit = json!({ "event": "submit_evidence", "note": "新批次检验报告" });
        assert_eq!(self.step(who, submit), "evidence_submitted");
    }

    /// The row is the result of the history.
    #[track_caller]
    pub fn agrees(&self) {
        let conn = &mut *self.app.app.conn().unwrap();
        let id = CaseId(self.id.parse().unwrap());
        let row: Row = remediation_case::table.find(id).select(Row::as_select()).first(conn).unwrap();
        let law =
            law_of(&row, self.app.app.settings().section::<RemediationSettings>(), self.app.app.catalogue())
                .unwrap();
        let events = events(conn, id).unwrap();
        let facts = facts(&events).unwrap();
        let home: String =
            enterprise::table.find(row.enterprise_id).select(enterprise::region).first(conn).unwrap();
        let (course, _) = Course::replay(&home, &facts, law).unwrap();
        assert!(row.agrees(&course, &home, law), "{row:#?}\n{course:#?}");
        assert_eq!(row.version, i32::try_from(events.len()).unwrap());
    }
}

impl Course103 {
    /// Enters an event that is to be refused, whether or not an article is at stake.
    #[track_caller]
    pub fn refused_plain(&self, who: &Http, event: Value) -> (u16, String) {
        who.post(&format!("{}/events", self.path), &event).refusal()
    }
}
