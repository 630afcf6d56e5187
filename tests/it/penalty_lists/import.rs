//! From the file to conduct: checked first, imported from the record, the same again changes nothing, annulled by a later list.

use serde_json::{Value, json};

use super::{CONDUCT, IMPORTS, PENALTIES, conduct, counts, ended, hand_in, items, list, row, row_of, start};
use crate::support::people::text;

#[test]
fn a_list_is_checked_then_imported_from_its_record_once() {
    let (app, officer) = start();
    let (code, _) = app.listed(1, "440106", "K0101");
    let file = list(&[
        row(1, "广州第1公司", &code),
        row_of(2, "广州第1公司", &code, "经营超过保质期的食品", "罚款 20000 元"),
        row_of(3, "广州第1公司", &code, "销售不合格产品", "不予行政处罚"),
    ]);
    let check = hand_in(&officer, &file, &[("dry_run", "true")]);
    assert_eq!(counts(&check), [2, 0, 0, 1]);
    assert_eq!(items(&officer, CONDUCT), Vec::<Value>::new());
    assert_eq!(items(&officer, PENALTIES), Vec::<Value>::new());
    let id = text(&check["id"]);
    let page = officer.get(&format!("/penalty-lists/{id}")).text;
    assert!(page.contains("尚未写入") && page.contains("确认导入该文件"), "{page}");
    assert!(page.contains("粤市监规字〔2021〕5号第二条"), "the article is named: {page}");

    let asked = officer.act(&format!("{IMPORTS}/{id}/import")).expect(202);
    let import = ended(&officer, &text(&asked["id"]));
    for key in ["rows", "inserted", "updated", "unchanged", "rejected"] {
        assert_eq!(import[key], check[key], "{key}");
    }
    let again = officer.act(&format!("{IMPORTS}/{id}/import")).expect(202);
    assert_eq!(again["id"], asked["id"]);
    let wanted = [("penalty_ordinary", "entered"), ("penalty_waived", "entered")]
        .map(|(behaviour, state)| (behaviour.to_owned(), state.to_owned()));
    assert_eq!(conduct(&officer), wanted);
    let entries = items(&officer, CONDUCT);
    let waived = entries.iter().find(|entry| entry["behaviour"] == "penalty_waived").unwrap();
    assert_eq!(waived["points"], 0, "what was waived gives no points: {waived}");
    let fined = entries.iter().find(|entry| entry["behaviour"] == "penalty_ordinary").unwrap();
    assert_eq!((&fined["role"], &fined["source"]), (&json!("producer"), &json!("import")), "{fined}");
    assert_eq!(fined["document_no"], "穗市监处罚〔2026〕1号");

    let rejected = items(&officer, &format!("{IMPORTS}/{}/rejections", text(&import["id"])));
    assert_eq!((&rejected[0]["row"], &rejected[0]["code"]), (&json!(3), &json!("out_of_scope")));
    for format in ["xlsx", "csv"] {
        let path = format!("{IMPORTS}/{}/rejections?format={format}", text(&import["id"]));
        assert_eq!(officer.get(&path).status, 200, "{format}");
    }
}

#[test]
fn the_same_document_again_changes_nothing_and_another_content_is_rejected() {
    let (app, officer) = start();
    let (code, _) = app.listed(1, "440106", "K0101");
    assert_eq!(counts(&hand_in(&officer, &list(&[row(1, "广州第1公司", &code)]), &[])), [1, 0, 0, 0]);
    assert_eq!(counts(&hand_in(&officer, &list(&[row(1, "广州第1公司", &code)]), &[])), [0, 0, 1, 0]);
    // The number written in another way, twice in one file.
    let written = row(1, "广州第1公司", &code).replace("〔2026〕1号", "（2026）第001号");
    assert_eq!(counts(&hand_in(&officer, &list(&[written.clone(), written]), &[])), [0, 0, 2, 0]);
    let other = row(1, "广州第1公司", &code).replace("2026-05-20", "2026-05-21");
    let view = hand_in(&officer, &list(&[other]), &[]);
    assert_eq!(counts(&view), [0, 0, 0, 1]);
    let rejected = items(&officer, &format!("{IMPORTS}/{}/rejections", text(&view["id"])));
    assert_eq!(
        (&rejected[0]["code"], &rejected[0]["column"]),
        (&json!("penalty_differs"), &json!("decided_on"))
    );
    assert_eq!(items(&officer, CONDUCT).len(), 1);
}

#[test]
fn a_decision_annulled_later_annuls_the_conduct_by_an_event() {
    let (app, officer) = start();
    let (code, _) = app.listed(1, "440106", "K0101");
    let rows = [row(1, "广州第1公司", &code), row(2, "广州第1公司", &code)];
    hand_in(&officer, &list(&rows), &[]);
    let annulled = rows[0].replace("2026-05-20,,", "2026-05-20,已撤销,");
    assert_eq!(counts(&hand_in(&officer, &list(std::slice::from_ref(&annulled)), &[])), [0, 1, 0, 0]);
    assert_eq!(counts(&hand_in(&officer, &list(&[annulled]), &[])), [0, 0, 1, 0]);
    let states = ["annulled", "entered"].map(|state| ("penalty_ordinary".to_owned(), state.to_owned()));
    assert_eq!(conduct(&officer), states);

    // And by an officer, for what no list tells.
    let penalties = items(&officer, &format!("{PENALTIES}?state=entered"));
    assert_eq!(penalties.len(), 1, "{penalties:?}");
    let path = format!("{PENALTIES}/{}", text(&penalties[0]["id"]));
    let early = json!({ "document_no": "穗府行复〔2026〕45号", "on": "2026-05-19" });
    assert_eq!(officer.post(&format!("{path}/annulment"), &early).problem()["errors"][0]["pointer"], "/on");
    let annulment = json!({ "document_no": "穗府行复〔2026〕45号", "on": "2026-08-01" });
    let seen = officer.post(&format!("{path}/annulment"), &annulment).expect(200);
    assert_eq!(seen["state"], "annulled", "{seen}");
    let steps: Vec<&str> =
        seen["events"].as_array().unwrap().iter().map(|event| event["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["list", "enter", "annul"]);
    let again = officer.post(&format!("{path}/annulment"), &annulment).refusal();
    assert_eq!(again, (409, "done_already".to_owned()));
    assert!(conduct(&officer).iter().all(|(_, state)| state == "annulled"));
    let entry = officer.get(&format!("{CONDUCT}/{}", text(&seen["conduct"]))).expect(200);
    let last = entry["events"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["step"], &last["document"]),
        (&json!("annul"), &json!("穗府行复〔2026〕45号")),
        "{entry}"
    );
    let page = officer.get(&format!("/penalty-lists/penalties/{}", text(&seen["id"]))).text;
    assert!(page.contains("处罚已撤销") && !page.contains("登记处罚撤销"), "{page}");
}

#[test]
fn two_acts_of_one_decision_are_two_entries_of_one_fact() {
    let (app, officer) = start();
    let (code, _) = app.listed(1, "440106", "K0101");
    let rows = [
        row(1, "广州第1公司", &code),
        row_of(1, "广州第1公司", &code, "在产品中掺杂、掺假", "罚款 20000 元"),
    ];
    assert_eq!(counts(&hand_in(&officer, &list(&rows), &[])), [2, 0, 0, 0]);
    let entries = items(&officer, CONDUCT);
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0]["fact_id"], entries[1]["fact_id"], "{entries:?}");
}

#[test]
fn a_list_of_one_authority_needs_no_column_for_it() {
    let (app, officer) = start();
    let (code, _) = app.listed(1, "440106", "K0101");
    let file = format!(
        "文号,当事人,统一社会信用代码,案由,处罚结果,处罚日期\n穗市监处罚〔2026〕9号,广州第1公司,{code},销售不合格产品,警告,2026-05-20\n"
    );
    assert_eq!(counts(&hand_in(&officer, file.as_bytes(), &[])), [0, 0, 0, 1]);
    let named = hand_in(&officer, file.as_bytes(), &[("authority", "广州市市场监督管理局")]);
    assert_eq!(counts(&named), [1, 0, 0, 0]);
    assert_eq!(items(&officer, PENALTIES)[0]["authority"], "广州市市场监督管理局");
    let long = officer.upload(IMPORTS, "x.csv", file.as_bytes(), &[("authority", &"局".repeat(201))]);
    assert_eq!(long.problem()["errors"][0]["pointer"], "/authority");
}

#[test]
fn hidden_rows_are_imported_and_named() {
    let (_app, officer) = start();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("筛选").unwrap();
    let file = String::from_utf8(list(&[row(1, "广州第1公司", ""), row(2, "广州第2公司", "")])).unwrap();
    for (at, line) in (0..).zip(file.lines()) {
        for (place, cell) in (0..).zip(line.split(',')) {
            sheet.write_string(at, place, cell).unwrap();
        }
    }
    sheet.set_row_hidden(2).unwrap();
    let taken = hand_in(&officer, &book.save_to_buffer().unwrap(), &[]);
    assert_eq!(counts(&taken), [2, 0, 0, 0]);
    let warnings = taken["warnings"].as_array().unwrap();
    let hidden = warnings.iter().find(|warning| warning["code"] == "hidden_rows");
    assert!(text(&hidden.unwrap()["detail_zh"]).contains("第 3 行"), "{taken}");
}
