//! People, through the interfaces that people use.

use serde_json::{Value, json};
use zerodesk::accounts::{CreateStaff, NewPassword};
use zerodesk::core::{Caller, Language, Role};
use zerodesk::risk::alerts::settings::ClusterSettings;
use zerodesk::zero_out::import::{Column, import_file};

use super::csv::{file, row, uscc};
use super::smtp::ReceivedMail;
use super::{Http, PATIENCE, TestApp, Ws};

pub const PASSWORD: &str = "correct horse battery";

/// An enterprise that has claimed its account.
#[derive(Debug, Clone)]
pub struct Enterprise {
    pub http: Http,
    pub id: String,
    pub nonconformity: String,
    pub case: Option<String>,
}

/// An approved expert.
#[derive(Debug, Clone)]
pub struct Expert {
    pub http: Http,
    pub id: String,
    pub name: String,
}

/// A consultation under way between two.
#[derive(Debug, Clone)]
pub struct Talk {
    pub id: String,
    pub enterprise: Enterprise,
    pub expert: Expert,
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// The one-time token of a mail with a link.
pub fn link(mail: &ReceivedMail) -> Option<String> {
    let (_, rest) = mail.body_text.split_once("#token=")?;
    rest.split_whitespace().next().map(str::to_owned)
}

impl TestApp {
    /// An officer of a region, logged in.
    pub fn admin(&self, username: &str, region: &str) -> Http {
        self.staff(username, Role::Admin, Some(region))
    }

    /// A platform operator, logged in.
    pub fn operator(&self, username: &str) -> Http {
        self.staff(username, Role::Operator, None)
    }

    /// An officer of a region with this mail address, logged in.
    pub fn admin_at(&self, username: &str, region: &str, address: &str) -> Http {
        self.staff_at(username, Role::Admin, Some(region), address)
    }

    fn staff(&self, username: &str, role: Role, region: Option<&str>) -> Http {
        self.staff_at(username, role, region, &format!("{username}@regulator.example"))
    }

    fn staff_at(&self, username: &str, role: Role, region: Option<&str>, address: &str) -> Http {
        let command = CreateStaff {
            username: username.to_owned(),
            password: NewPassword::hashed(PASSWORD, &self.app).unwrap(),
            name: format!("name of {username}"),
            email: Some(address.to_owned()),
            role,
            region: region.map(str::to_owned),
            language: Language::Zh,
        };
        self.app.execute(&Caller::system(), &command).unwrap();
        self.http().log_in(username, PASSWORD)
    }

    /// Imports a list as an officer and waits for its end.
    pub fn import(&self, admin: &Http, list: &[u8], dry_run: bool) -> Value {
        let fields = [("dry_run", if dry_run { "true" } else { "false" })];
        let asked = admin.upload("/api/v1/zero-out/imports", "list.csv", list, &fields).expect(202);
        let path = format!("/api/v1/zero-out/imports/{}", text(&asked["id"]));
        let end = std::time::Instant::now() + PATIENCE;
        loop {
            let view = admin.get(&path).expect(200);
            if ["done", "failed"].contains(&view["state"].as_str().unwrap()) {
                return view;
            }
            assert!(std::time::Instant::now() < end, "{view}");
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }

    /// Puts enterprise number `n` on the list, in a region, with one product kind, and gives its
    /// code and the address on record.
    pub fn listed(&self, n: u32, region: &str, kind: &str) -> (String, String) {
        if !self.operator_exists() {
            self.operator("the-operator");
        }
        let (code, email) = (uscc(n), format!("factory-{n}@enterprise.example"));
        let list = file(&[row(&[
            (Column::Uscc, &code),
            (Column::Name, &format!("广州第{n}公司")),
            (Column::RegionCode, region),
            (Column::ContactEmail, &email),
            (Column::ProductKind, kind),
        ])]);
        // As the platform itself: an operator's list opens no cases.
        let report = import_file(&self.app, &Caller::system(), "list.csv", list, false, &|_, _| ()).unwrap();
        assert_eq!((report.inserted, report.rejected), (1, 0), "{report:?}");
        (code, email)
    }

    fn operator_exists(&self) -> bool {
        use diesel::prelude::*;
        use zerodesk::db::schema::account;
        let found = account::table.filter(account::username.eq("the-operator")).count();
        found.get_result::<i64>(&mut *self.app.conn().unwrap()).unwrap() > 0
    }

    /// The one-time token of the claim that someone makes now for the person who is to log in by this name.
    pub fn claim(&self, code: &str, email: &str, username: &str) -> String {
        let body = json!({ "uscc": code, "contact": { "name": format!("contact of {username}") } });
        self.token_of(email, "/api/v1/enterprise-registrations", &body)
    }

    /// The one-time token that goes to an address for what is asked now.
    pub fn token_of(&self, address: &str, path: &str, body: &Value) -> String {
        let known: Vec<_> = self.smtp.received().iter().filter_map(link).collect();
        self.http().post(path, body).expect(202);
        let is_new = |mail: &ReceivedMail| {
            mail.to == [address] && link(mail).is_some_and(|token| !known.contains(&token))
        };
        link(&self.smtp.wait_for(is_new, PATIENCE)).unwrap()
    }

    /// Chooses name and password behind the one-time link of a claim.
    pub fn confirm_claim(&self, token: &str, username: &str) -> Value {
        let name = format!("contact of {username}");
        let body = json!({ "token": token, "username": username, "password": PASSWORD, "name": name });
        self.http().post("/api/v1/enterprise-registrations/confirm", &body).expect(201)
    }

    /// An enterprise that has claimed its account by the mailed link.
    pub fn claimed_enterprise(&self, n: u32, region: &str, kind: &str) -> Enterprise {
        let (code, email) = self.listed(n, region, kind);
        let username = format!("enterprise-{n}");
        let token = self.claim(&code, &email, &username);
        let made = self.confirm_claim(&token, &username);
        let id = text(&made["enterprise_id"]);
        let http = self.http().log_in(&username, PASSWORD);
        let detail = http.get(&format!("/api/v1/enterprises/{id}")).expect(200);
        let nonconformity = text(&detail["nonconformities"][0]["id"]);
        let cases = http.get(&format!("/api/v1/remediation/cases?nonconformity={nonconformity}")).expect(200);
        let case = cases["items"][0]["id"].as_str().map(str::to_owned);
        Enterprise { http, id, nonconformity, case }
    }

    /// Applies as an expert for one product kind in these regions. Gives the id.
    pub fn applied_expert(&self, username: &str, kind: &str, regions: &[&str]) -> String {
        let application = json!({
            "name": format!("专家 {username}"),
            "title": "高级工程师", "email": format!("{username}@expert.example"), "regions": regions,
            "specialties": [{ "product_kind": kind, "level": 3, "items": ["绝缘电阻"] }],
        });
        self.apply(username, &application)
    }

    /// Makes an application and chooses name and password behind its one-time link. Gives the id.
    pub fn apply(&self, username: &str, application: &Value) -> String {
        let address = text(&application["email"]);
        let token = self.token_of(&address, "/api/v1/expert-applications", application);
        let body = json!({ "token": token, "username": username, "password": PASSWORD });
        text(&self.http().post("/api/v1/expert-applications/confirm", &body).expect(201)["id"])
    }

    /// An expert for one product kind, approved by this officer.
    pub fn approved_expert(&self, admin: &Http, username: &str, kind: &str) -> Expert {
        let id = self.applied_expert(username, kind, &["440000"]);
        admin.act(&format!("/api/v1/expert-applications/{id}/approve")).expect(200);
        let http = self.http().log_in(username, PASSWORD);
        Expert { http, id, name: format!("专家 {username}") }
    }

    /// Opens a consultation on the enterprise's nonconformity.
    pub fn open(&self, enterprise: &Enterprise) -> Value {
        let body = json!({
            "nonconformity": enterprise.nonconformity,
            "subject": "绝缘电阻不合格", "question": "如何整改?",
        });
        enterprise.http.post("/api/v1/consultations", &body).expect(201)
    }

    /// A consultation that this expert, who is the only one for the kind, has accepted.
    pub fn talk(&self, enterprise: &Enterprise, expert: &Expert) -> Talk {
        let opened = self.open(enterprise);
        assert_eq!(opened["status"], "offered", "{opened}");
        let id = text(&opened["id"]);
        expert.http.act(&format!("/api/v1/consultations/{id}/accept")).expect(200);
        Talk { id, enterprise: enterprise.clone(), expert: expert.clone() }
    }

    /// Enterprise number 1 and an expert in a consultation, with an officer of the province.
    pub fn small_world(&self) -> (Http, Talk) {
        let admin = self.admin("officer", "440000");
        let expert = self.approved_expert(&admin, "expert-1", "K0101");
        let enterprise = self.claimed_enterprise(1, "440103", "K0101");
        (admin, self.talk(&enterprise, &expert))
    }

    /// A socket of someone who follows a consultation from its beginning.
    #[track_caller]
    pub fn following(&self, who: &Http, consultation: &str) -> Ws {
        let mut ws = self.ws(who);
        ws.subscribe(consultation, 0, 0);
        ws
    }

    /// Raises a quality alert: two enterprises failed the same item, and one is allowed.
    pub fn raise_alert(&self) {
        let mut settings = (**self.app.settings()).clone();
        *settings.edit() = ClusterSettings { threshold: 1, window_days: 36500 };
        let pool = self.app.pool().clone();
        let same = zerodesk::app::App::with_clock(
            settings.into(),
            pool,
            self.app.catalogue().clone(),
            self.clock.clone(),
        );
        let raised = same.execute(&Caller::system(), &zerodesk::risk::alerts::FindClusters {}).unwrap();
        assert!(raised > 0, "no alert was raised");
    }
}
