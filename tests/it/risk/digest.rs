//! The weekly digest: who wants it gets it on Mondays, once, of the own region.

use chrono::Duration;
use serde_json::json;

use super::{RISK, Results, follow, start};

#[test]
fn the_digest_comes_on_mondays_to_who_wants_it() {
    let app = start();
    let city = app.admin_at("city", "440100", "city@regulator.example");
    app.admin_at("silent", "440100", "silent@regulator.example");
    assert_eq!(city.get(&format!("{RISK}/digest")).expect(200)["wanted"], false);
    let set = city.json("PUT", &format!("{RISK}/digest"), &json!({ "wanted": true })).expect(200);
    assert_eq!(set["wanted"], true);
    assert!(city.get("/risk").text.contains("停发每周摘要"));
    // 2026-03-09 is a Monday.
    app.clock.set("2026-03-04T01:00:00Z".parse().unwrap());
    Results { kind: "K0102", region: "440305", day: "2026-02-01", tested: 1_000, failed: 50 }.insert(&app);
    Results { kind: "K0101", region: "440103", day: "2026-03-01", tested: 20, failed: 15 }.insert(&app);
    follow(&app);
    let send = || zerodesk::risk::digest::send(&app.app, &|| false).unwrap();
    app.clock.set("2026-03-08T02:00:00Z".parse().unwrap());
    send();
    app.clock.set("2026-03-08T16:30:00Z".parse().unwrap());
    send();
    let sent =
        || crate::credit::number(&app, "SELECT count(*) FROM outbox_mail WHERE template = 'risk_digest'");
    assert_eq!(sent(), 0, "neither on a Sunday nor before eight");
    app.clock.set("2026-03-09T01:00:00Z".parse().unwrap());
    for _ in 0..2 {
        send();
    }
    assert_eq!(sent(), 1);
    let mail = app.mail("city@regulator.example", "风险每周摘要");
    for words in ["2026年3月2日", "2026年3月8日", "不合格率偏高", "指数由", "提醒函"] {
        assert!(mail.body_text.contains(words), "no {words}: {}", mail.body_text);
    }
    assert!(!mail.body_text.contains("深圳"), "another region's");
    app.clock.advance(Duration::days(7));
    send();
    assert_eq!(sent(), 2, "again a week later");
}
