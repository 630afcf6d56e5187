//! Which passwords may be chosen, and that they are the same however they are typed.

use serde_json::{Value, json};
use zerodesk::accounts::{CreateStaff, NewPassword};
use zerodesk::core::{Caller, Language, Role};

use crate::support::TestApp;

fn officer(app: &TestApp, password: &str) -> CreateStaff {
    CreateStaff {
        username: "officer-zhou".to_owned(),
        password: NewPassword::hashed(password, &app.app).unwrap(),
        name: "周晓敏".to_owned(),
        email: Some("zhou.xiaomin@regulator.example".to_owned()),
        role: Role::Admin,
        region: Some("440000".to_owned()),
        language: Language::Zh,
    }
}

/// What is said of a password that may not be chosen, in Chinese and in English.
fn refusal(app: &TestApp, password: &str) -> (String, String) {
    let problem = app.app.execute(&Caller::system(), &officer(app, password)).unwrap_err();
    assert_eq!((problem.status, problem.errors.len()), (422, 1), "{password}");
    let fault = &problem.errors[0];
    assert_eq!(fault.pointer, "/password", "{password}");
    (fault.detail.zh.clone().into_owned(), fault.detail.en.clone().into_owned())
}

#[test]
fn a_password_that_is_easy_to_guess_is_refused_with_its_reason() {
    let app = TestApp::start();
    for (password, zh, en) in [
        ("kx7-Qm2vR", "须为 10 到 128 个字符", "must be 10 to 128 characters"),
        ("Password123!", "是常见或已泄露的密码，或与其相近，请换一个", "is a common password"),
        ("１２３４５６７８９０", "是常见或已泄露的密码，或与其相近，请换一个", "is a common password"),
        (
            "officer-zhou1",
            "不能由用户名、姓名、企业名称或代码、邮箱或电话加少量字符组成",
            "must not be the username",
        ),
        (
            "周晓敏周晓敏周晓敏周",
            "不能由用户名、姓名、企业名称或代码、邮箱或电话加少量字符组成",
            "must not be the username",
        ),
        (
            "zhou.xiaomin",
            "不能由用户名、姓名、企业名称或代码、邮箱或电话加少量字符组成",
            "must not be the username",
        ),
        ("ZeroDesk@2026", "不能由平台名称加少量字符组成", "must not be the name of the platform"),
        ("abcabcabcabc", "由重复、连续或键盘上相邻的字符组成，容易被猜到", "is made of repeated"),
    ] {
        let (said_zh, said_en) = refusal(&app, password);
        assert_eq!(said_zh, zh, "{password}");
        assert!(said_en.starts_with(en), "{password}: {said_en}");
    }
    app.app.execute(&Caller::system(), &officer(&app, "quiet river lamp")).unwrap();
}

#[test]
fn a_password_typed_in_full_width_is_the_same_at_the_log_in() {
    let app = TestApp::start();
    app.app.execute(&Caller::system(), &officer(&app, "quiet river lamp é")).unwrap();
    let log_in = |password: &str| -> Value {
        let body = json!({ "username": "officer-zhou", "password": password });
        app.http().post("/api/v1/auth/login", &body).status.into()
    };
    assert_eq!(log_in("quiet river lamp é"), 200);
    assert_eq!(log_in("ｑｕｉｅｔ　ｒｉｖｅｒ　ｌａｍｐ　ｅ\u{301}"), 200);
    assert_eq!(log_in("quiet river lamp e"), 401);
}
