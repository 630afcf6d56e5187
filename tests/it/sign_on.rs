//! Single sign-on, at a real provider.

use serde_json::json;
use zerodesk::accounts::factors::settings::FactorSettings;
use zerodesk::accounts::oidc::settings::{Created, OidcSettings, Provider as Known};
use zerodesk::core::Role;
use zerodesk::settings::Secret;

use crate::second_factor::set_up;
use crate::support::oidc::{Browser, Provider};
use crate::support::people::{PASSWORD, text};
use crate::support::{PATIENCE, Reply, ReservedPort, TestApp};

struct World {
    app: TestApp,
    one: Provider,
    two: Provider,
    _port: ReservedPort,
}

fn known(id: &str, issuer: &str) -> Known {
    Known {
        id: id.to_owned(),
        name: format!("提供方 {id}"),
        name_en: format!("Provider {id}"),
        issuer: issuer.to_owned(),
        client_id: "zerodesk".to_owned(),
        client_secret: Secret::new("a secret of the tests"),
        scopes: vec!["email".to_owned(), "profile".to_owned()],
        second_factor: vec!["mfa".to_owned()],
        email_domains: Vec::new(),
        create: None,
    }
}

/// A service that knows two providers; `two` makes accounts. Times are those of the machine, which the providers go by.
fn world() -> World {
    world_with(|_| {})
}

/// The same where the first provider is another one.
fn world_with(change: impl FnOnce(&mut Known)) -> World {
    let port = ReservedPort::new();
    let url = format!("http://127.0.0.1:{}", port.number());
    let redirect = |id: &str| format!("{url}/api/v1/auth/oidc/{id}/callback");
    let (one, two) = (Provider::start(&[redirect("one")]), Provider::start(&[redirect("two")]));
    let makes = Created { role: Role::Admin, region: Some("440300".to_owned()) };
    let mut first = known("one", &one.issuer);
    change(&mut first);
    let providers = vec![first, Known { create: Some(makes), ..known("two", &two.issuer) }];
    let app = TestApp::builder()
        .at(&chrono::Utc::now().to_rfc3339())
        .port(&port)
        .settings(|settings| settings.edit::<OidcSettings>().providers = providers)
        .start();
    World { app, one, two, _port: port }
}

impl World {
    fn at(&self, id: &str) -> String {
        format!("{}/api/v1/auth/oidc/{id}?next=%2Faccount%2Fsecurity", self.app.url)
    }

    /// Logs in; gives the last page with its address.
    fn sign_on(&self, browser: &Browser, id: &str) -> (String, Reply) {
        let (here, reply) = browser.follow(&self.at(id), |_| false);
        (here, reply.unwrap())
    }

    /// Logs in up to the callback; gives its address.
    fn up_to_callback(&self, browser: &Browser, id: &str) -> String {
        let (here, _) = browser.follow(&self.at(id), |url| url.contains("/callback?"));
        here
    }

    fn me(&self, browser: &Browser) -> serde_json::Value {
        browser.visit(&format!("{}/api/v1/me", self.app.url)).expect(200)
    }
}

fn person(sub: &str, email: &str) -> serde_json::Value {
    json!({ "sub": sub, "email": email, "email_verified": true, "name": "王芳", "preferred_username": "Wang.Fang" })
}

#[test]
fn a_verified_address_opens_the_account_that_has_it_and_links_it() {
    let world = world();
    world.app.admin_at("officer", "440000", "Wang.Fang@regulator.example");
    assert!(world.app.http().get("/login").text.contains("提供方 one"));
    world.one.person(&person("1", "wang.fang@regulator.example"));
    let browser = Browser::new();
    let (here, page) = world.sign_on(&browser, "one");
    assert!(here.ends_with("/account/security") && page.text.contains("已关联"), "{here}");
    assert_eq!(world.me(&browser)["username"], "officer");
    world.app.mail("Wang.Fang@regulator.example", "单点登录");
    // From now on the subject counts, whatever the address.
    world.one.person(&json!({ "sub": "1", "email": "else@regulator.example", "email_verified": false }));
    let browser = Browser::new();
    world.sign_on(&browser, "one");
    assert_eq!(world.me(&browser)["username"], "officer");
    // A changed key is found.
    world.one.change_keys();
    let browser = Browser::new();
    world.sign_on(&browser, "one");
    assert_eq!(world.me(&browser)["username"], "officer");
}

#[test]
fn nobody_gets_in_by_an_address_that_is_unverified_unknown_or_shared() {
    let world = world();
    world.app.admin_at("officer", "440000", "officer@regulator.example");
    world.app.admin_at("first", "440100", "shared@regulator.example");
    world.app.admin_at("second", "440300", "shared@regulator.example");
    for (claims, word) in [
        (json!({ "sub": "1", "email": "officer@regulator.example", "email_verified": false }), "未验证"),
        (json!({ "sub": "2", "email": "officer@regulator.example" }), "未验证"),
        (json!({ "sub": "3" }), "没有提供邮箱"),
        (person("4", "stranger@regulator.example"), "没有使用该邮箱的账号"),
        (person("5", "shared@regulator.example"), "多个账号"),
    ] {
        world.one.person(&claims);
        let browser = Browser::new();
        let (_, page) = world.sign_on(&browser, "one");
        assert_eq!(page.status, 403, "{claims}: {}", page.text);
        assert!(page.text.contains(word) && page.text.contains("name=\"password\""), "{claims}");
        assert_eq!(browser.visit(&format!("{}/api/v1/me", world.app.url)).status, 401);
    }
    let operator = world.app.operator("an-operator");
    let noted = || operator.get("/api/v1/audit?action=log_in_failed").expect(200);
    // Beside the answers, so that their times tell nothing.
    let end = std::time::Instant::now() + PATIENCE;
    while noted()["items"].as_array().unwrap().len() < 5 {
        assert!(std::time::Instant::now() < end, "{}", noted());
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(noted()["items"][0]["data"]["address"], "127.0.0.1");
}

#[test]
fn a_provider_opens_accounts_by_addresses_of_its_domains_alone() {
    let world = world_with(|one| one.email_domains = vec!["gd.gov.cn".to_owned()]);
    world.app.admin_at("officer", "440000", "officer@regulator.example");
    world.app.admin_at("second", "440000", "second@gd.gov.cn");
    world.one.person(&person("1", "officer@regulator.example"));
    let browser = Browser::new();
    let (_, page) = world.sign_on(&browser, "one");
    assert!(page.status == 403 && page.text.contains("不能凭该邮箱"), "{}", page.text);
    world.one.person(&person("2", "second@gd.gov.cn"));
    let browser = Browser::new();
    world.sign_on(&browser, "one");
    assert_eq!(world.me(&browser)["username"], "second");
}

#[test]
fn a_link_of_another_site_begins_no_sign_on() {
    let world = world();
    let begin = |site: &str| {
        let reply = world.app.http().send(
            "GET",
            &world.at("one")[world.app.url.len()..],
            &[("Sec-Fetch-Site", site)],
            None,
        );
        (reply.status, reply.header("location").to_owned())
    };
    assert_eq!(begin("cross-site"), (303, "/login?next=%2Faccount%2Fsecurity".to_owned()));
    for own in ["same-origin", "none"] {
        assert!(begin(own).1.starts_with(&world.one.issuer), "{own}");
    }
}

#[test]
fn an_account_is_made_only_where_the_settings_say_so() {
    let world = world();
    world.two.person(&person("9", "wang.fang@shenzhen.example"));
    let browser = Browser::new();
    let (_, page) = world.sign_on(&browser, "two");
    assert_eq!(page.status, 200, "{}", page.text);
    let me = world.me(&browser);
    assert_eq!(
        (&me["username"], &me["role"], &me["region"]),
        (&json!("wang.fang"), &json!("admin"), &json!("440300"))
    );
    let login = json!({ "username": "wang.fang", "password": PASSWORD });
    assert_eq!(world.app.http().post("/api/v1/auth/login", &login).status, 401, "no password opens it");
}

#[test]
fn forged_id_tokens_open_no_session() {
    let world = world();
    world.app.admin_at("officer", "440000", "officer@regulator.example");
    world.one.person(&person("1", "officer@regulator.example"));
    let sign_on = |forgery: &str| {
        world.one.forge(forgery);
        let browser = Browser::new();
        let (_, page) = world.sign_on(&browser, "one");
        let me = browser.visit(&format!("{}/api/v1/me", world.app.url)).status;
        (page, me)
    };
    for forgery in [
        "another key",
        "an unknown key",
        "another subject under the old signature",
        "no signature",
        "a signature by the public key",
        "a signature by the client secret",
        "another issuer",
        "another audience",
        "an audience beside ours",
        "a time that is over",
        "a time to come",
        "another nonce",
        "no nonce",
    ] {
        let (page, me) = sign_on(forgery);
        assert_eq!((page.status, me), (400, 401), "{forgery}: {}", page.text);
        assert!(page.text.contains("重新登录"), "{forgery}: {}", page.text);
    }
    // What the others fail by is the forgery, not the way by which it is made.
    let (page, me) = sign_on("nothing");
    assert_eq!((page.status, me), (200, 200), "{}", page.text);
}

#[test]
fn an_answer_that_belongs_to_no_attempt_is_refused() {
    let world = world();
    world.app.admin_at("officer", "440000", "officer@regulator.example");
    world.one.person(&person("1", "officer@regulator.example"));
    world.two.person(&person("1", "officer@regulator.example"));
    let refused = |browser: &Browser, url: &str| {
        let page = browser.visit(url);
        assert_eq!(page.status, 400, "{url}: {}", page.text);
        assert!(page.text.contains("重新登录"), "{}", page.text);
        assert!(
            !page
                .headers
                .get_all("set-cookie")
                .iter()
                .any(|v| v.to_str().unwrap().contains("zerodesk_session"))
        );
    };
    // Of another browser, of another state, of another provider, used up.
    let browser = Browser::new();
    let callback = world.up_to_callback(&browser, "one");
    refused(&Browser::new(), &callback);
    let browser = Browser::new();
    let callback = world.up_to_callback(&browser, "one");
    refused(&browser, &callback.replace("state=", "state=x"));
    let browser = Browser::new();
    let callback = world.up_to_callback(&browser, "one");
    refused(&browser, &callback.replace("oidc/one", "oidc/two"));
    let browser = Browser::new();
    let callback = world.up_to_callback(&browser, "one");
    refused(&browser, &callback.replace("iss=", "iss=https%3A%2F%2Felse.example&x="));
    // What was asked for was changed on its way: another nonce, another challenge of PKCE.
    for part in ["nonce=", "code_challenge="] {
        let browser = Browser::new();
        let first = browser.visit(&world.at("one"));
        let address = first.header("location");
        assert!(
            address.starts_with(&world.one.issuer) && address.contains("code_challenge_method=S256"),
            "{address}"
        );
        let start = address.find(part).unwrap() + part.len();
        let mut changed = address.to_owned();
        let letter = if changed.as_bytes()[start] == b'A' { "B" } else { "A" };
        changed.replace_range(start..=start, letter);
        let (callback, _) = browser.follow(&changed, |url| url.contains("/callback?"));
        refused(&browser, &callback);
    }
    let cancelled = Browser::new();
    let callback = world.up_to_callback(&cancelled, "one");
    refused(&cancelled, &callback.replace("code=", "error=access_denied&x="));
    assert_eq!(world.app.http().get("/api/v1/auth/oidc/nobody").status, 404);
    // And the right one gets in.
    let browser = Browser::new();
    let callback = world.up_to_callback(&browser, "one");
    assert_eq!(browser.visit(&callback).status, 303);
    assert_eq!(world.me(&browser)["username"], "officer");
}

#[test]
fn the_second_factor_is_asked_for_unless_the_provider_asked_for_one() {
    let world = world();
    let officer = world.app.admin_at("officer", "440000", "officer@regulator.example");
    world.one.person(&person("1", "officer@regulator.example"));
    let browser = Browser::new();
    world.sign_on(&browser, "one");
    set_up(&world.app, &officer);
    let browser = Browser::new();
    let (here, page) = world.sign_on(&browser, "one");
    assert!(here.contains("/login/code?next=") && page.text.contains("one-time-code"), "{here}");
    assert_eq!(browser.visit(&format!("{}/api/v1/me", world.app.url)).status, 401);
    let mut by_two = person("1", "officer@regulator.example");
    by_two["amr"] = json!(["pwd", "mfa"]);
    world.one.person(&by_two);
    let browser = Browser::new();
    let (here, _) = world.sign_on(&browser, "one");
    assert!(here.ends_with("/account/security"), "{here}");
    assert_eq!(world.me(&browser)["username"], "officer");
}

#[test]
fn identities_are_linked_and_unlinked_by_their_people() {
    let world = world();
    let officer = world.app.admin_at("officer", "440000", "officer@regulator.example");
    let other = world.app.admin_at("other", "440100", "other@regulator.example");
    world.two.person(&person("77", "private@home.example"));
    let link = |token: &str| {
        let browser = Browser::new();
        let headers = [("Authorization", format!("Bearer {token}"))];
        let begun = browser.post(
            &format!("{}/api/v1/me/identities/two?next=%2Faccount%2Fsecurity", world.app.url),
            &headers,
        );
        let location = text(&begun.expect(200)["location"]);
        let (callback, _) = browser.follow(&location, |url| url.contains("/callback?"));
        let cookie = format!("zerodesk_session={token}");
        browser.visit_with(&callback, &[("Cookie", &cookie)])
    };
    let linked = link(officer.token.as_deref().unwrap());
    assert_eq!((linked.status, linked.header("location")), (303, "/account/security"));
    let list = officer.get("/api/v1/me/identities").expect(200);
    assert!(list[0]["linked_at"].is_null() && list[1]["linked_at"].is_string(), "{list}");
    assert_eq!(link(other.token.as_deref().unwrap()).status, 409, "it is another's already");
    let browser = Browser::new();
    world.sign_on(&browser, "two");
    assert_eq!(world.me(&browser)["username"], "officer");
    assert_eq!(officer.send("DELETE", "/api/v1/me/identities/one", &[], None).status, 404);
    assert_eq!(officer.send("DELETE", "/api/v1/me/identities/two", &[], None).status, 204);
    world.app.mail("officer@regulator.example", "解除");
}

#[test]
fn a_provider_that_is_away_is_no_failure_of_ours() {
    let app = TestApp::builder()
        .settings(|settings| {
            settings.edit::<OidcSettings>().providers = vec![known("away", "http://127.0.0.1:1")];
            settings.edit::<FactorSettings>().step_up_minutes = 15;
        })
        .start();
    let reply = app.http().get("/api/v1/auth/oidc/away");
    assert_eq!(reply.refusal(), (503, "provider_unavailable".to_owned()));
    assert_eq!(reply.header("retry-after"), "30");
}
