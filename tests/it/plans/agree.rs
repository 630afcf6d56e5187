//! What a plan says before it is applied is what it reports afterwards, and who is unchanged gets no mail.

use serde_json::{Value, json};

use super::{by_name, computed, items, plan_path, send_due_mails, sql, world};
use crate::support::people::text;
use crate::support::{Http, TestApp};

/// Ties an expert to an enterprise, so that no plan gives the one to the other.
pub fn conflict(app: &TestApp, expert: &str, enterprise: &str) {
    sql(
        app,
        &format!(
            "INSERT INTO expert_conflict (expert_id, uscc, relation)
             SELECT '{expert}', uscc, 'owner' FROM enterprise WHERE id = '{enterprise}'"
        ),
    );
}

/// The two experts, the one of one place before the one of two.
pub fn experts(admin: &Http, plan: &Value) -> [String; 2] {
    let mut loads = items(admin, &plan_path(plan, "/experts"));
    loads.sort_by_key(|load| load["capacity"].as_i64());
    [text(&loads[0]["expert"]["id"]), text(&loads[1]["expert"]["id"])]
}

/// A plan in which one enterprise is new, one is moved, one stays, one is left out, and one never had anybody.
fn of_all_kinds(app: &TestApp, admin: &Http) -> (Value, [String; 4]) {
    let first = computed(admin, &json!({}));
    let [one, two] = experts(admin, &first);
    let lines = items(admin, &plan_path(&first, "/assignments"));
    admin.act(&plan_path(&first, "/apply")).expect(200);
    send_due_mails(app);
    let of = |expert: &Value| -> Vec<(String, String)> {
        let theirs = lines.iter().filter(|l| l["expert"]["id"] == *expert && l["reason"] != "no_specialty");
        theirs.map(|l| (text(&l["enterprise"]["id"]), text(&l["enterprise"]["name"]))).collect()
    };
    let (moved, both, without) = (of(&json!(one)).remove(0), of(&json!(two)), of(&Value::Null).remove(0));
    conflict(app, &one, &moved.0);
    conflict(app, &one, &both[0].0);
    conflict(app, &one, &both[1].0);
    conflict(app, &two, &both[1].0);
    conflict(app, &two, &without.0);
    let names = [without.1, moved.1, both[0].1.clone(), both[1].1.clone()];
    (computed(admin, &json!({})), names)
}

/// The address on record of an enterprise of this world.
fn address(name: &str) -> String {
    format!("factory-{}@enterprise.example", name.replace(['第', '公', '司'], ""))
}

#[test]
fn the_numbers_before_and_after_agree_and_the_unchanged_get_no_mail() {
    let (app, admin) = world();
    let (plan, [new, moved, same, ended]) = of_all_kinds(&app, &admin);
    let figures = &plan["figures"];
    for (what, wanted) in [("added", 1), ("changed", 1), ("unchanged", 1), ("removed", 1), ("unserved", 2)] {
        assert_eq!(figures[what], wanted, "{what}: {figures}");
    }
    let lines = items(&admin, &plan_path(&plan, "/assignments"));
    for (name, change) in [
        (&new, "added"),
        (&moved, "changed"),
        (&same, "unchanged"),
        (&ended, "removed"),
        (&"第5公司".into(), "none"),
    ] {
        assert_eq!(by_name(&lines, name)["change"], change, "{name}");
    }
    // Those who stay are listed apart, and the page shows them.
    let kept = items(&admin, &plan_path(&plan, "/assignments?change=unchanged"));
    assert_eq!((kept.len(), &kept[0]["enterprise"]["name"]), (1, &json!(same)));
    let page = format!("/plans/{}", text(&plan["id"]));
    let before = admin.get(&page);
    assert_eq!(before.status, 200);
    assert!(
        before.text.contains("id=\"same\"")
            && before.text.contains("assignments?change=unchanged&#38;format=xlsx")
    );

    let received = app.smtp.received().len();
    let applied = admin.act(&plan_path(&plan, "/apply")).expect(200);
    for what in ["assigned", "added", "changed", "unchanged", "removed", "unserved"] {
        assert_eq!(applied[what], figures[what], "{what}: {applied}");
    }
    let shown = admin.get(&plan_path(&plan, "")).expect(200);
    assert_eq!((&shown["applied"], &shown["figures"]), (&applied, figures));
    assert_eq!([&applied["invited"], &applied["without_address"]], [2, 0]);
    assert_eq!([&applied["ended"], &applied["experts_told"]], [1, 2]);
    // A plan that was applied before its record had these numbers has them from its figures.
    sql(
        &app,
        "UPDATE matching_plan SET applied = applied - '{added,changed,unchanged,removed,unserved}'::text[]",
    );
    let past = admin.get(&page).text;
    assert!(past.contains("已执行：新增 1 · 更换 1 · 不变 1 · 取消 1 · 未安排 2"), "{past}");
    send_due_mails(&app);
    let mails = app.smtp.received().split_off(received);
    let to = |address: &str| mails.iter().filter(|mail| mail.to == [address]).count();
    assert_eq!([&new, &moved, &same, &ended].map(|name| to(&address(name))), [1, 1, 0, 0]);
    assert_eq!(to("factory-5@enterprise.example"), 0);
    // Who newly got somebody is told whom, and how many others stay.
    let mail = app.mail("expert-2@expert.example", "本轮新增 1 家企业");
    assert!(
        mail.body_text.contains(&moved) && !mail.body_text.contains(&format!("- {same}")),
        "{}",
        mail.body_text
    );
    assert!(mail.body_text.contains("另有 1 家企业继续由您帮扶"), "{}", mail.body_text);

    // Where nothing changes, nobody gets a mail at all.
    let again = computed(&admin, &json!({}));
    assert_eq!([&again["figures"]["unchanged"], &again["figures"]["assigned"]], [3, 3]);
    let received = app.smtp.received().len();
    let applied = admin.act(&plan_path(&again, "/apply")).expect(200);
    assert_eq!([&applied["assigned"], &applied["unchanged"]], [3, 3]);
    assert_eq!([&applied["invited"], &applied["experts_told"], &applied["ended"]], [0, 0, 0]);
    send_due_mails(&app);
    assert_eq!(app.smtp.received().len(), received);
}
