//! Files: checked, imported, again, withdrawn; digests without persons.

use super::{IMPORTS, SIGNALS, counts, ended, hand_in, items, signal, start, step};
use crate::support::people::text;
use serde_json::json;

const GATE: &str = "<Safety-Gate><report_date>06/11/2026</report_date>\
    <notifications><caseNumber>A12/1/26</caseNumber><product>Electric kettle</product><brand>Lumo</brand><riskType>Fire</riskType></notifications>\
    <notifications><caseNumber>A12/2/26</caseNumber><product>Toy</product></notifications>\
    <notifications><product>No number</product></notifications></Safety-Gate>";

#[test]
fn a_check_says_what_an_import_does_and_writes_nothing() {
    let (_app, officer) = start();
    let check =
        hand_in(&officer, "week.xml", GATE.as_bytes(), &[("feed", "safety_gate"), ("dry_run", "true")]);
    assert_eq!(counts(&check), [2, 0, 0, 1]);
    assert!(items(&officer, SIGNALS).is_empty());
    let asked = officer.act(&format!("{IMPORTS}/{}/import", text(&check["id"]))).expect(202);
    assert_eq!(counts(&ended(&officer, &text(&asked["id"]))), [2, 0, 0, 1]);
    assert_eq!(items(&officer, SIGNALS).len(), 2);
    let rejections = items(&officer, &format!("{IMPORTS}/{}/rejections", text(&asked["id"])));
    assert_eq!(rejections[0]["column"], "number");
    let csv = officer.get(&format!("{IMPORTS}/{}/rejections?format=csv", text(&asked["id"])));
    assert!(csv.status == 200 && csv.text.contains("No number"), "{}", csv.text);
    for page in ["/signals/imports".to_owned(), format!("/signals/imports/{}", text(&asked["id"]))] {
        assert_eq!(officer.get(&page).status, 200, "{page}");
    }
}

#[test]
fn the_same_file_changes_nothing_and_an_addendum_is_an_update() {
    let (_app, officer) = start();
    let gate =
        |file: &str| counts(&hand_in(&officer, "week.xml", file.as_bytes(), &[("feed", "safety_gate")]));
    assert_eq!(gate(GATE), [2, 0, 0, 1]);
    assert_eq!(gate(GATE), [0, 0, 2, 1]);
    assert_eq!(gate(&GATE.replace("Fire", "Electric shock")), [0, 1, 1, 1]);
    let kettle = items(&officer, &format!("{SIGNALS}?q=kettle"));
    assert_eq!(
        (kettle[0]["hazard"].as_str(), kettle[0]["reliability"].as_str()),
        (Some("electric_shock"), Some("official"))
    );
    // Recalled abroad, and not known to be sold here: it stays unmatched.
    assert_eq!((&kettle[0]["state"], &kettle[0]["product_kind"]), (&json!("new"), &json!(null)));
}

#[test]
fn a_file_is_withdrawn_as_a_whole_unless_something_rests_on_it() {
    let (_app, officer) = start();
    let fields = [("feed", "safety_gate")];
    hand_in(&officer, "week.xml", GATE.as_bytes(), &fields);
    let second = GATE.replace("Fire", "Choking").replace("A12/2/26", "A12/3/26");
    let second = hand_in(&officer, "week-2.xml", second.as_bytes(), &fields);
    assert_eq!(counts(&second), [1, 1, 0, 1]);
    let path = format!("{IMPORTS}/{}/withdraw", text(&second["id"]));
    let new = items(&officer, &format!("{SIGNALS}?q=A12/3/26"));
    step(&officer, &new[0]["id"], "triage", &json!({}));
    assert_eq!(officer.post(&path, &json!({ "reason": "误传" })).expect(409)["code"], "import_in_use");
    step(&officer, &new[0]["id"], "reopen", &json!({}));
    // What a person did stands in the history for good.
    assert_eq!(officer.post(&path, &json!({ "reason": "误传" })).status, 409);
    let third = GATE.replace("A12/1/26", "A12/4/26").replace("A12/2/26", "A12/5/26");
    let third = hand_in(&officer, "week-3.xml", third.as_bytes(), &fields);
    let view = officer
        .post(&format!("{IMPORTS}/{}/withdraw", text(&third["id"])), &json!({ "reason": "误传" }))
        .expect(200);
    assert_eq!(view["state"], "withdrawn");
    let gone = items(&officer, &format!("{SIGNALS}?q=A12/4/26"));
    assert_eq!(gone[0]["state"], "withdrawn");
    // The same file brings it again.
    let again = GATE.replace("A12/1/26", "A12/4/26").replace("A12/2/26", "A12/5/26");
    assert_eq!(counts(&hand_in(&officer, "week-3.xml", again.as_bytes(), &fields)), [2, 0, 0, 1]);
    assert_eq!(signal(&officer, &gone[0]["id"])["state"], "new");
}

#[test]
fn a_file_with_an_addendum_changes_nothing_when_it_comes_again() {
    let (_app, officer) = start();
    let alert = |measures: &str| {
        format!(
            "<notifications><caseNumber>A12/1/26</caseNumber><product>Toy</product><measures>{measures}</measures></notifications>"
        )
    };
    let report = format!(
        "<Safety-Gate><report_date>06/11/2026</report_date>{}{}</Safety-Gate>",
        alert("Ban"),
        alert("Recall")
    );
    let load = || counts(&hand_in(&officer, "week.xml", report.as_bytes(), &[("feed", "safety_gate")]));
    assert_eq!(load(), [1, 1, 0, 0]);
    let id = items(&officer, SIGNALS)[0]["id"].clone();
    step(&officer, &id, "dismiss", &json!({ "reason": "本地无销售" }));
    assert_eq!(load(), [0, 0, 2, 0]);
    let seen = signal(&officer, &id);
    assert_eq!((&seen["state"], &seen["named"]["measures"]), (&json!("dismissed"), &json!("Recall")));
}

#[test]
fn an_earlier_report_read_late_takes_back_no_addendum() {
    let (_app, officer) = start();
    let report = |day: &str, measures: &str| {
        let alert =
            format!("<caseNumber>A12/1/26</caseNumber><product>Toy</product><measures>{measures}</measures>");
        let file = format!(
            "<Safety-Gate><report_date>{day}</report_date><notifications>{alert}</notifications></Safety-Gate>"
        );
        counts(&hand_in(&officer, "week.xml", file.as_bytes(), &[("feed", "safety_gate")]))
    };
    assert_eq!(report("13/11/2026", "Recall"), [1, 0, 0, 0]);
    assert_eq!(report("06/11/2026", "Ban"), [0, 0, 1, 0]);
    let seen = items(&officer, SIGNALS)[0].clone();
    assert_eq!((&seen["published_on"], &seen["named"]["measures"]), (&json!("2026-11-13"), &json!("Recall")));
}

/// A file of recalls of this country.
fn recalls(rows: &[[&str; 5]]) -> String {
    let head = "召回编号,发布日期,产品名称,缺陷描述,所在地".to_owned();
    rows.iter().fold(head, |file, row| format!("{file}\n{}", row.join(",")))
}

const DEFECT: &str = "内部接线松动，使用中可能过热起火，请消费者立即停止使用，并与经销商联系，免费更换";

#[test]
fn a_withdrawal_puts_back_all_that_was_and_then_the_earlier_file_can_be_withdrawn_too() {
    let (_app, officer) = start();
    let fields = [("feed", "domestic_recalls")];
    let load = |file: String| hand_in(&officer, "recalls.csv", file.as_bytes(), &fields);
    let withdraw = |view: &serde_json::Value| {
        officer.post(&format!("{IMPORTS}/{}/withdraw", text(&view["id"])), &json!({ "reason": "误传" }))
    };
    let first = load(recalls(&[["S1", "2026-11-02", "电热水壶", "起火", "佛山市"]]));
    let id = items(&officer, &format!("{SIGNALS}?q=S1"))[0]["id"].clone();
    let before = signal(&officer, &id);
    let second = load(recalls(&[["S1", "2026-11-03", "儿童玩具", "误吞", "广州市"]]));
    assert_ne!(signal(&officer, &id)["product_kind"], before["product_kind"]);
    let standing = items(&officer, &format!("{IMPORTS}/{}/standing", text(&first["id"])));
    assert_eq!((&standing[0]["kinds"], &standing[0]["number"]), (&json!(["told_again"]), &json!("S1")));
    let refused = withdraw(&first).expect(409);
    assert_eq!(refused["errors"][0]["pointer"], "/rows/2");
    let page = officer.get(&format!("/signals/imports/{}/withdraw", text(&first["id"]))).text;
    assert!(page.contains("不能撤回的风险信息") && page.contains("S1"), "{page}");
    withdraw(&second).expect(200);
    let after = signal(&officer, &id);
    for key in [
        "title",
        "text",
        "named",
        "published_on",
        "region",
        "scope",
        "product_kind",
        "state",
        "match_reasons",
    ] {
        assert_eq!(after[key], before[key], "{key}");
    }
    assert!(items(&officer, &format!("{IMPORTS}/{}/standing", text(&first["id"]))).is_empty());
    withdraw(&first).expect(200);
    assert_eq!(signal(&officer, &id)["state"], "withdrawn");
}

#[test]
fn a_dismissed_signal_is_dismissed_again_when_its_update_is_withdrawn() {
    let (_app, officer) = start();
    let fields = [("feed", "domestic_recalls")];
    let load = |file: String| hand_in(&officer, "recalls.csv", file.as_bytes(), &fields);
    load(recalls(&[["S1", "2026-11-02", "电热水壶", "起火", "佛山市"]]));
    let id = items(&officer, &format!("{SIGNALS}?q=S1"))[0]["id"].clone();
    step(&officer, &id, "dismiss", &json!({ "reason": "与本地无关" }));
    let second = load(recalls(&[["S1", "2026-11-03", "电热水壶", "触电", "佛山市"]]));
    assert_eq!(signal(&officer, &id)["state"], "matched", "it is looked at anew");
    let path = format!("{IMPORTS}/{}/withdraw", text(&second["id"]));
    officer.post(&path, &json!({ "reason": "误传" })).expect(200);
    let seen = signal(&officer, &id);
    let last = seen["history"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&seen["state"], &last["reason"]), (&json!("dismissed"), &json!("与本地无关")));
}

#[test]
fn near_doubles_of_a_withdrawn_signal_stay_one() {
    let (_app, officer) = start();
    let load = |name: &str, rows: &[[&str; 5]]| {
        hand_in(&officer, name, recalls(rows).as_bytes(), &[("feed", "domestic_recalls")])
    };
    let first = load("first.csv", &[["甲一", "2026-11-02", "电热水壶", DEFECT, "佛山市"]]);
    let second = load(
        "second.csv",
        &[
            ["甲二", "2026-11-02", "电热水壶", DEFECT, "佛山市"],
            ["甲三", "2026-11-02", "电热水壶", DEFECT, "佛山市"],
        ],
    );
    let find = |number: &str| items(&officer, &format!("{SIGNALS}?q={number}"))[0].clone();
    let (one, two, three) =
        (find("%E7%94%B2%E4%B8%80"), find("%E7%94%B2%E4%BA%8C"), find("%E7%94%B2%E4%B8%89"));
    // Each has a number of its own, so nothing is merged by itself.
    step(&officer, &two["id"], "merge", &json!({ "into": one["id"] }));
    step(&officer, &three["id"], "merge", &json!({ "into": one["id"] }));
    let path = |view: &serde_json::Value| format!("{IMPORTS}/{}/withdraw", text(&view["id"]));
    officer.post(&path(&first), &json!({ "reason": "误传" })).expect(200);
    let (two, three) = (signal(&officer, &two["id"]), signal(&officer, &three["id"]));
    assert_eq!((&two["merged_into"], &two["doubles"]), (&json!(null), &json!(1)));
    assert_eq!((&three["merged_into"], &three["state"]), (&two["id"], &json!("merged")));
    assert_eq!(second["state"], "done");
}

#[test]
fn a_person_who_was_fined_is_named_nowhere() {
    let (_app, officer) = start();
    let list = "行政处罚决定书文号,当事人,违法行为类型,处罚机关,处罚决定日期,所在地,涉案产品,违法事实\n\
        穗〔2026〕1号,张三丰,销售不合格产品,广州市市场监督管理局,2026-05-20,广州市越秀区某路1号,插座,当事人张三丰销售插座\n\
        穗〔2026〕2号,赵六,,广州市市场监督管理局,2026-05-20,,插座,赵六销售插座\n";
    let view = hand_in(&officer, "list.csv", list.as_bytes(), &[("feed", "penalties")]);
    assert_eq!(counts(&view), [1, 0, 0, 1]);
    let seen = items(&officer, SIGNALS)[0].clone();
    assert_eq!(seen["region"], "440104");
    let told = seen.to_string();
    assert!(!told.contains("张三丰") && !told.contains("某路"), "{told}");
    let csv = officer.get(&format!("{IMPORTS}/{}/rejections?format=csv", text(&view["id"]))).text;
    assert!(csv.contains("个人") && !csv.contains("赵六"), "{csv}");
}

#[test]
fn persons_of_one_decision_are_told_apart_and_known_again() {
    let (_app, officer) = start();
    let list = "行政处罚决定书文号,当事人,违法行为类型,处罚机关,处罚决定日期,处罚内容\n\
        穗〔2026〕1号,张三丰,销售不合格产品,广州市市场监督管理局,2026-05-20,罚款 1000 元\n\
        穗〔2026〕1号,李四光,销售不合格产品,广州市市场监督管理局,2026-05-20,罚款 2000 元\n";
    let load = || counts(&hand_in(&officer, "list.csv", list.as_bytes(), &[("feed", "penalties")]));
    assert_eq!(load(), [2, 0, 0, 0]);
    assert_eq!(load(), [0, 0, 2, 0]);
}

#[test]
fn counts_of_complaints_are_told_once_and_hold_no_person() {
    let (_app, officer) = start();
    let head = "月份,地区,产品种类,投诉事项,件数";
    let list = format!(
        "{head}\n2026-05,440100,K0101,质量,12\n2026-05,440100,K0101,质量,7\n2026-05,440100,K0101,投诉人：李四反映,1\n"
    );
    let fields = [("feed", "complaints_12315")];
    let view = hand_in(&officer, "digest.csv", list.as_bytes(), &fields);
    assert_eq!(counts(&view), [2, 0, 0, 1]);
    let rejections = items(&officer, &format!("{IMPORTS}/{}/rejections", text(&view["id"])));
    assert_eq!(rejections[0]["code"], "duplicate_row");
    let all = items(&officer, SIGNALS);
    assert!(all.iter().any(|one| one["named"]["count"] == 12));
    assert!(all.iter().all(|one| !one.to_string().contains("李四")), "{all:?}");
}

#[test]
fn a_digest_of_the_present_month_is_the_same_on_the_next_day() {
    let (app, officer) = start();
    let list = "月份,地区,产品种类,投诉事项,件数\n2026-11,440100,K0101,质量,12\n";
    let fields = [("feed", "complaints_12315")];
    assert_eq!(counts(&hand_in(&officer, "digest.csv", list.as_bytes(), &fields)), [1, 0, 0, 0]);
    app.clock.advance(chrono::Duration::days(1));
    let officer = app.admin("officer-2", "440000");
    assert_eq!(counts(&hand_in(&officer, "digest.csv", list.as_bytes(), &fields)), [0, 0, 1, 0]);
}

#[test]
fn a_digest_with_persons_is_refused_and_nothing_of_it_is_kept() {
    let (app, officer) = start();
    let head = "月份,地区,产品种类,投诉事项,件数";
    for file in [
        format!("{head},投诉人姓名\n2026-05,广州市,K0101,质量问题,12,赵钱孙\n"),
        format!("{head},备注\n2026-05,广州市,K0101,质量问题,12,13812345678\n"),
    ] {
        let view = hand_in(&officer, "digest.csv", file.as_bytes(), &[("feed", "complaints_12315")]);
        assert_eq!(
            (&view["state"], &view["problem"]["code"]),
            (&json!("failed"), &json!("import_personal_data"))
        );
    }
    assert!(items(&officer, SIGNALS).is_empty());
    use diesel::prelude::*;
    #[derive(diesel::QueryableByName)]
    struct Found {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        rows: i64,
    }
    let sql = "SELECT count(*) AS rows FROM signal_import WHERE file IS NOT NULL";
    let found: Found = diesel::sql_query(sql).get_result(&mut *app.app.conn().unwrap()).unwrap();
    assert_eq!(found.rows, 0, "no file is kept");
    let good = format!("{head}\n2026-05,广州市,K0101,质量问题,12\n");
    assert_eq!(
        counts(&hand_in(&officer, "digest.csv", good.as_bytes(), &[("feed", "complaints_12315")])),
        [1, 0, 0, 0]
    );
    let more = format!("{head}\n2026-05,广州市,K0101,质量问题,15\n");
    assert_eq!(
        counts(&hand_in(&officer, "digest.csv", more.as_bytes(), &[("feed", "complaints_12315")])),
        [0, 1, 0, 0]
    );
    assert_eq!(items(&officer, SIGNALS)[0]["named"]["count"], 15);
}

#[test]
fn what_is_no_such_file_is_refused_with_the_reason() {
    let (app, officer) = start();
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><Safety-Gate><notifications><caseNumber>&a;</caseNumber></notifications></Safety-Gate>";
    for (file, feed) in [(bomb, "safety_gate"), ("{}", "cpsc"), ("[", "cpsc"), ("<a/>", "safety_gate")] {
        let view = hand_in(&officer, "file", file.as_bytes(), &[("feed", feed)]);
        assert_eq!(view["state"], "failed", "{file}");
    }
    assert_eq!(officer.upload(IMPORTS, "file", b"x", &[("feed", "other")]).status, 422);
    let city = app.admin("other-city", "440300");
    let view = hand_in(&officer, "week.xml", GATE.as_bytes(), &[("feed", "safety_gate")]);
    assert_eq!(city.get(&format!("{IMPORTS}/{}", text(&view["id"]))).status, 404);
}

#[test]
fn rejected_rows_hold_no_persons_either() {
    let (_app, officer) = start();
    let list = "召回编号,发布日期,产品名称,缺陷描述\nS1,某日,插座,消费者电话13812345678反映触电\n";
    let view = hand_in(&officer, "list.csv", list.as_bytes(), &[("feed", "domestic_recalls")]);
    assert_eq!(counts(&view), [0, 0, 0, 1]);
    let csv = officer.get(&format!("{IMPORTS}/{}/rejections?format=csv", text(&view["id"]))).text;
    assert!(csv.contains("反映触电") && !csv.contains("13812345678"), "{csv}");
}

#[test]
fn what_is_no_name_comes_back_as_it_was_and_is_rejected_again() {
    let (_app, officer) = start();
    let head = "行政处罚决定书文号,当事人,违法行为类型,处罚机关,处罚决定日期";
    let row = |number: u32, party: &str| {
        format!(
            "穗市监处罚〔2026〕{number}号,{party},生产不符合国家标准的产品,广州市市场监督管理局,2026-05-20"
        )
    };
    let list = format!("{head}\n{}\n{}\n", row(1, "#N/A"), row(2, "同上"));
    let fields = [("feed", "penalties")];
    let view = hand_in(&officer, "list.csv", list.as_bytes(), &fields);
    assert_eq!(counts(&view), [0, 0, 0, 2]);
    let csv = officer.get(&format!("{IMPORTS}/{}/rejections?format=csv", text(&view["id"]))).text;
    assert!(csv.contains("#N/A") && csv.contains("同上"), "{csv}");
    assert_eq!(counts(&hand_in(&officer, "again.csv", csv.as_bytes(), &fields)), [0, 0, 0, 2]);
}
