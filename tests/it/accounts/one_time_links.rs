//! Links that are mailed and good once.

use chrono::Duration;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use zerodesk::accounts::hashing;
use zerodesk::accounts::one_time_link::{self, NewLink, Purpose};
use zerodesk::core::ids::AccountId;
use zerodesk::core::secret::Token;
use zerodesk::core::{Caller, Problem};
use zerodesk::db::schema::{account, one_time_link as table};
use zerodesk::db::{Command, Tx};

use crate::support::TestApp;
use crate::support::people::PASSWORD;

const INVITE: Purpose = Purpose::new("invite");
const RESET: Purpose = Purpose::new("reset");

#[derive(Serialize)]
struct Make(AccountId);

impl Command for Make {
    type Output = String;
    const NAME: &'static str = "test_make_link";

    fn run(&self, tx: &mut Tx) -> Result<String, Problem> {
        let (account, data) = (Some(self.0), json!({ "name": "甲" }));
        let new = NewLink { purpose: INVITE, account, data, valid: Duration::minutes(30) };
        one_time_link::make(tx, "/welcome", new)
    }
}

#[derive(Serialize)]
struct Take(#[serde(skip)] Purpose, Token);

impl Command for Take {
    type Output = Option<AccountId>;
    const NAME: &'static str = "test_take_link";

    fn run(&self, tx: &mut Tx) -> Result<Option<AccountId>, Problem> {
        #[derive(Deserialize)]
        struct Chosen {
            name: String,
        }
        let taken = one_time_link::take(tx, self.0, &self.1)?;
        assert_eq!(taken.data::<Chosen>()?.name, "甲");
        Ok(taken.account_id)
    }
}

#[derive(Serialize)]
struct Void(AccountId);

impl Command for Void {
    type Output = ();
    const NAME: &'static str = "test_void_link";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        one_time_link::void(tx, INVITE, self.0)
    }
}

#[test]
fn a_link_is_good_once_for_its_purpose_and_for_its_time() {
    let app = TestApp::start();
    app.admin("officer", "440000");
    let system = Caller::system();
    let mut conn = app.app.conn().unwrap();
    let id: AccountId = account::table.select(account::id).first(&mut *conn).unwrap();
    let make = || {
        let link = app.app.execute(&system, &Make(id)).unwrap();
        let (page, token) = link.split_once('#').unwrap();
        assert!(page.ends_with("/welcome"), "{page}");
        Token(token.strip_prefix("token=").unwrap().to_owned())
    };
    let take = |purpose, token: &Token| app.app.execute(&system, &Take(purpose, token.clone()));
    let refused = |purpose, token: &Token| {
        let problem = take(purpose, token).unwrap_err();
        assert_eq!(problem.status, 422);
        assert_eq!(problem.errors[0].detail.zh, "链接无效、已使用或已过期");
    };

    let token = make();
    let stored: Vec<Vec<u8>> = table::table.select(table::hash).load(&mut *conn).unwrap();
    assert_eq!(stored, [token.hash()], "its hash alone is stored");
    let open = |purpose, token: &Token, conn: &mut PgConnection| {
        one_time_link::is_open(conn, purpose, token, app.now()).unwrap()
    };
    assert!(open(INVITE, &token, &mut conn) && !open(RESET, &token, &mut conn));
    refused(RESET, &token);
    refused(INVITE, &Token("never made".to_owned()));
    assert_eq!(take(INVITE, &token).unwrap(), Some(id));
    refused(INVITE, &token);
    assert!(!open(INVITE, &token, &mut conn));

    let late = make();
    app.clock.advance(Duration::minutes(30));
    refused(INVITE, &late);

    let void = make();
    app.app.execute(&system, &Void(id)).unwrap();
    refused(INVITE, &void);
}

#[test]
fn no_password_is_hashed_for_who_has_no_link() {
    let app = TestApp::start();
    for path in [
        "/api/v1/account-invitations/confirm",
        "/api/v1/auth/password-resets/confirm",
        "/api/v1/enterprise-registrations/confirm",
        "/api/v1/expert-applications/confirm",
    ] {
        let mut body = json!({ "token": "a-token-that-was-never-mailed", "password": PASSWORD });
        if !path.contains("password-resets") {
            body["username"] = json!("somebody");
        }
        // With a key of idempotency, which every POST takes, as well.
        for headers in [vec![], vec![("Idempotency-Key", path)]] {
            let headers = [vec![("Content-Type", "application/json")], headers].concat();
            let refused = app.http().send("POST", path, &headers, Some(body.to_string().as_bytes()));
            assert_eq!(refused.problem()["errors"][0]["pointer"], "/token", "{path}: {}", refused.text);
        }
    }
    assert_eq!(hashing::figures(&app.app).peak, 0);
}
