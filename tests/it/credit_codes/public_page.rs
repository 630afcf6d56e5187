//! The page that everybody opens by the code on a product.

use serde_json::json;
use zerodesk::credit_codes::wording::promotional_words_in;

use super::{granted, maker, public, sampled, sweep};
use crate::support::TestApp;
use crate::support::http::Reply;

/// The largest size of a page, in bytes.
const MOST: usize = 20 * 1024;

fn page(app: &TestApp, token: &str, language: &str) -> Reply {
    app.http().get(&format!("/q/{token}?lang={language}"))
}

/// What holds of each such page, whatever it says.
#[track_caller]
fn check(reply: &Reply, what: &str) {
    for forbidden in ["<script", "src=", "onload", "javascript:", "<link", "<form", "<iframe"] {
        assert!(!reply.text.contains(forbidden), "{what}: {forbidden}");
    }
    assert!(reply.text.len() < MOST, "{what}: {} bytes", reply.text.len());
    assert_eq!(reply.header("set-cookie"), "", "{what}: a cookie");
    assert_eq!(reply.header("cache-control"), "public, max-age=30, must-revalidate", "{what}");
    let policy = reply.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("script-src"), "{what}: {policy}");
    assert_eq!(promotional_words_in(&reply.text), Vec::<&str>::new(), "{what}");
    assert!(reply.text.contains("12315"), "{what}");
}

#[test]
fn a_page_states_the_record_and_recommends_nothing() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let maker = maker(&app, 1, "440106");
    sampled(&officer, &maker, "FORM-1", "conforming");
    let (path, token) = granted(&officer, &maker);
    for (language, words) in [
        (
            "zh-CN",
            [
                "截至2026年3月2日，本码有效",
                "2026年1月，省级监督抽查，合格",
                "不构成推荐（《产品质量法》第二十五条）",
                "请与手中产品的标识核对",
            ],
        ),
        (
            "en",
            [
                "in force as of 2 Mar 2026",
                "2026-01, provincial sampling, passed",
                "no recommendation",
                "Compare this with the label",
            ],
        ),
    ] {
        let reply = page(&app, &token, language);
        assert_eq!(reply.status, 200);
        check(&reply, language);
        assert!(reply.text.contains(&format!("<html lang=\"{language}\">")));
        for word in words.into_iter().chain(["广州第1公司", "聚氯乙烯绝缘电线", "BV 2.5", "明珠"])
        {
            assert!(reply.text.contains(word), "{language}: {word}\n{}", reply.text);
        }
        // The address, the contact and the telephone number of the row, and the people who act.
        for hidden in ["某路 1 号", "张三", "13800138000", "enterprise.example", "officer", "maker-1"] {
            assert!(!reply.text.contains(hidden), "{language}: {hidden}");
        }
    }
    let seen = public(&app, &token).expect(200);
    assert_eq!(seen["record"]["samplings"], json!([{ "month": "2026-01", "level": "provincial" }]));
    for hidden in ["某路", "张三", "13800138000", "enterprise_id", "reason"] {
        assert!(!seen.to_string().contains(hidden), "{hidden}");
    }
    // The same token as people type it.
    for typed in [token.to_lowercase(), zerodesk::credit_codes::token::grouped(&token)] {
        assert_eq!(page(&app, &typed, "zh-CN").status, 200, "{typed}");
    }
    officer.post(&format!("{path}/revoke"), &json!({ "reason": "虚假宣传" })).expect(200);
    for language in ["zh-CN", "en"] {
        let reply = page(&app, &token, language);
        check(&reply, "revoked");
        for hidden in ["虚假宣传", "广州第1公司", "聚氯乙烯", "撤销", "revoked"] {
            assert!(!reply.text.contains(hidden), "revoked, {language}: {hidden}");
        }
    }
    assert!(page(&app, &token, "zh-CN").text.contains("自2026年3月2日起，本码不在有效状态"));
}

#[test]
fn suspended_and_revoked_codes_are_said_alike() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let (one, other) = (maker(&app, 1, "440106"), maker(&app, 2, "440106"));
    let mut tokens = Vec::new();
    for (maker, number) in [(&one, "FORM-1"), (&other, "FORM-2")] {
        sampled(&officer, maker, number, "conforming");
        tokens.push(granted(&officer, maker));
    }
    sampled(&officer, &one, "FORM-3", "nonconforming");
    officer.post(&format!("{}/revoke", tokens[1].0), &json!({ "reason": "冒用" })).expect(200);
    sweep(&app);
    let texts = [0, 1].map(|at| page(&app, &tokens[at].1, "zh-CN").text.replace(&tokens[at].1, "TOKEN"));
    assert_eq!(texts[0], texts[1]);
}

#[test]
fn what_nobody_was_given_is_answered_alike_whatever_it_looks_like() {
    let app = TestApp::start();
    app.admin("officer", "440000");
    let unknown = zerodesk::credit_codes::token::new_token().unwrap();
    let first = page(&app, &unknown, "zh-CN");
    assert_eq!(first.status, 404);
    check(&first, "unknown");
    for other in ["x", "0", &"Z".repeat(26), &"0".repeat(200), "%E7%A0%81", "%20OR%201=1--"] {
        let reply = page(&app, other, "zh-CN");
        assert_eq!(reply.status, 404, "{other}");
        check(&reply, other);
        let text = |reply: &Reply, token: &str| reply.text.replace(&format!("/q/{token}"), "/q/TOKEN");
        assert_eq!(text(&reply, other), text(&first, &unknown), "{other}");
        let (json, known) = (public(&app, other), public(&app, &unknown));
        assert_eq!(
            (json.status, json.problem()["code"].clone()),
            (404, known.problem()["code"].clone()),
            "{other}"
        );
    }
    assert_eq!(app.http().get(&format!("/q/{unknown}/label.svg")).status, 404);
}

#[test]
fn a_network_that_opens_pages_too_often_waits() {
    let app = TestApp::builder()
        .settings(|settings| {
            settings.edit::<zerodesk::credit_codes::settings::CodePageSettings>().calls_per_minute = 3;
        })
        .start();
    for _ in 0..3 {
        assert_eq!(public(&app, "x").status, 404);
    }
    let refused = public(&app, "x");
    assert_eq!(refused.refusal(), (429, "too_many_requests".to_owned()));
    assert!(refused.header("retry-after").parse::<u32>().unwrap() <= 60);
    app.clock.advance(chrono::Duration::seconds(60));
    assert_eq!(public(&app, "x").status, 404);
}

#[test]
fn a_record_is_as_long_as_the_maker_has_been_sampled() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let maker = maker(&app, 1, "440106");
    sampled(&officer, &maker, "FORM-1", "conforming");
    let (_, token) = granted(&officer, &maker);
    let years = || {
        let seen = public(&app, &token).expect(200);
        (seen["record"]["years_without_failure"].clone(), seen["record"]["passed"].clone())
    };
    assert_eq!(years(), (json!(null), json!(1)), "sampled for the first time lately");
    // It was sampled longer ago than any list looks back, and stood on the zero-out list in 2021.
    crate::credit::sql(
        &app,
        &format!(
            "INSERT INTO inspection (id, number, organiser_region, method, purpose, level, state, role, operator_id, place_region,
                 sampled_on, reported_on, delivered_on, final_on, outcome, source, version, created_at, updated_at)
             SELECT gen_random_uuid(), 'S-2010', '440000', 'sampling', 'routine', 'provincial', 'final', 'producer', e.id, e.region,
                 DATE '2010-05-06', DATE '2010-05-06', DATE '2010-05-06', DATE '2010-05-06', 'conforming', 'import', 1,
                 TIMESTAMPTZ '2010-05-06 01:00:00+00', TIMESTAMPTZ '2010-05-06 01:00:00+00'
             FROM enterprise e WHERE e.id = '{}'",
            maker.id
        ),
    );
    assert_eq!(years(), (json!(3), json!(1)));
    let shown = page(&app, &token, "zh-CN").text;
    assert!(shown.contains("该企业接受监督抽查已满3年，其间没有不合格记录。"), "{shown}");
}
