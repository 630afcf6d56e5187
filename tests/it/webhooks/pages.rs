//! The pages of officers.

use serde_json::json;

use super::{ALL, PATH, app, becomes, try_it, webhook};
use crate::support::Receiver;
use crate::support::receiver::Answer;

#[test]
fn officers_see_their_webhooks_with_what_was_sent() {
    let (app, receiver) = (app(), Receiver::start());
    let (officer, elsewhere) = (app.admin("officer", "440100"), app.admin("elsewhere", "440300"));
    let (id, secret) = webhook(&officer, &receiver, "440103", &ALL);
    receiver.answer(Answer::of(500).saying("<b>broken</b>"));
    try_it(&officer, &id);
    becomes(&officer, &id, "pending", 1);
    let list = officer.get("/webhooks");
    assert_eq!(list.status, 200);
    for wanted in [
        &receiver.url(),
        "数据中台",
        "荔湾区",
        "整改案件清零",
        "已启用",
        "持续失败",
        "/api/v1/webhooks?format=xlsx",
    ] {
        assert!(list.text.contains(&wanted.replace('&', "&#38;")), "{wanted}");
    }
    let one = officer.get(&format!("/webhooks/{id}"));
    for wanted in
        ["测试推送", "待送达", "状态码 500", "&#60;b&#62;broken&#60;/b&#62;", "更换密钥", "推送次数 1"]
    {
        assert!(one.text.contains(wanted), "{wanted}: {}", one.text);
    }
    assert!(!one.text.contains(&secret) && !one.text.contains("<b>broken"));
    let english = officer.in_english().get(&format!("/webhooks/{id}"));
    assert!(english.text.contains("Send a test") && english.text.contains("status 500"));
    let failed = officer.get(&format!("/webhooks/{id}?state=failed"));
    assert!(failed.text.contains("没有推送记录"));
    assert_eq!(elsewhere.get(&format!("/webhooks/{id}")).status, 404);
    assert!(elsewhere.get("/webhooks").text.contains("尚未设置事件推送"));
    let none = officer.get("/webhooks?q=nowhere");
    assert!(none.text.contains("没有符合条件的推送"));
    assert_eq!(
        officer.get(&format!("{PATH}?q=%E4%B8%AD%E5%8F%B0")).expect(200)["items"].as_array().unwrap().len(),
        1
    );
}

#[test]
fn what_officers_do_stands_in_the_audit() {
    let (app, receiver) = (app(), Receiver::start());
    let officer = app.admin("officer", "440000");
    let (id, _) = webhook(&officer, &receiver, "440000", &ALL);
    let one = format!("{PATH}/{id}");
    officer
        .json("PATCH", &one, &json!({ "active": false, "events": ["case.cleared"], "description": "" }))
        .expect(200);
    officer.json("PATCH", &one, &json!({ "active": true, "url": receiver.url() })).expect(200);
    officer.act(&format!("{one}/rotate")).expect(200);
    let sent = try_it(&officer, &id);
    becomes(&officer, &id, "delivered", 1);
    officer.post(&format!("{one}/replay"), &json!({ "delivery": sent })).expect(200);
    becomes(&officer, &id, "delivered", 2);
    officer.send("DELETE", &one, &[], None).expect(204);
    let entries = officer.get(&format!("/api/v1/audit?subject={id}")).expect(200);
    let mut actions: Vec<_> = entries["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["action"].as_str().unwrap().to_owned())
        .collect();
    actions.sort();
    let wanted = [
        "change_webhook",
        "change_webhook",
        "create_webhook",
        "delete_webhook",
        "replay_webhook",
        "rotate_webhook_secret",
        "test_webhook",
    ];
    assert_eq!(actions, wanted);
    let page = officer.get(&format!("/audit?subject={id}"));
    for wanted in ["新增事件推送", "更换推送签名密钥", "整改案件清零", "重新推送"] {
        assert!(page.text.contains(wanted), "{wanted}");
    }
    assert!(!page.text.contains("case.cleared"));
}
