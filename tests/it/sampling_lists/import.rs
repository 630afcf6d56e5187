//! From the file to inspections: checked first, imported from the record, the same again changes nothing.

use calamine::{Reader, Xlsx, open_workbook_from_rs};
use serde_json::json;
use std::io::Cursor;

use super::{IMPORTS, counts, ended, hand_in, list, start};
use crate::support::people::text;

fn rows() -> Vec<u8> {
    list(&[
        "CY001,BG001,热轧带肋钢筋,广州甲建材有限公司,佛山乙钢铁有限公司,佛山市,2026-05-06,合格,",
        "CY002,BG002,热轧带肋钢筋,广州甲建材有限公司,佛山乙钢铁有限公司,佛山市,2026-05-06,不合格,抗拉强度（标准值：≥540，实测值：512）",
        "CY003,BG003,热轧带肋钢筋,广州甲建材有限公司,,,2026-05-06,不合格,",
    ])
}

#[test]
fn a_list_is_checked_then_imported_from_its_record_once() {
    let (app, officer) = start();
    let check = hand_in(&officer, &rows(), &[("dry_run", "true")]);
    assert_eq!(counts(&check), [2, 0, 0, 1]);
    assert_eq!(officer.get("/api/v1/inspections").expect(200)["items"], json!([]));
    let id = text(&check["id"]);
    let page = officer.get(&format!("/sampling-lists/{id}")).text;
    assert!(page.contains("尚未写入") && page.contains("确认导入该文件"), "{page}");

    let asked = officer.act(&format!("{IMPORTS}/{id}/import")).expect(202);
    let import = ended(&officer, &text(&asked["id"]));
    for key in ["rows", "inserted", "updated", "unchanged", "rejected", "samples"] {
        assert_eq!(import[key], check[key], "{key}");
    }
    let again = officer.act(&format!("{IMPORTS}/{id}/import")).expect(202);
    assert_eq!(again["id"], asked["id"]);
    assert_eq!(officer.get(&format!("{IMPORTS}/{id}")).expect(200)["imported_as"], asked["id"]);

    let found = officer.get("/api/v1/inspections").expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 2, "{found}");
    let samples = officer.get(&format!("{IMPORTS}/{}/samples", text(&import["id"]))).expect(200);
    let sample = &samples["items"][1];
    assert_eq!(
        (&sample["number"], &sample["found"]),
        (&json!("CY002"), &json!("nonconforming")),
        "{samples}"
    );
    let detail = officer.get(&format!("/api/v1/inspections/{}", text(&sample["inspection"]))).expect(200);
    let steps: Vec<&str> =
        detail["events"].as_array().unwrap().iter().map(|event| event["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["draw", "listed"], "{detail}");
    // A failure that nobody was told of, and that no producer has confirmed, opens nothing.
    assert_eq!(officer.get("/api/v1/remediation/cases").expect(200)["items"], json!([]));
    drop(app);
}

#[test]
fn the_same_list_again_changes_nothing_and_another_content_is_rejected() {
    let (_app, officer) = start();
    assert_eq!(counts(&hand_in(&officer, &rows(), &[])), [2, 0, 0, 1]);
    assert_eq!(counts(&hand_in(&officer, &rows(), &[])), [0, 0, 2, 1]);
    let other = list(&[
        "CY001,BG001,热轧带肋钢筋,广州甲建材有限公司,佛山乙钢铁有限公司,佛山市,2026-05-06,不合格,屈服强度",
        "CY009,BG002,热轧带肋钢筋,广州丙建材有限公司,,,2026-05-06,合格,",
    ]);
    let view = hand_in(&officer, &other, &[]);
    assert_eq!(counts(&view), [0, 0, 0, 2]);
    let rejections = officer.get(&format!("{IMPORTS}/{}/rejections", text(&view["id"]))).expect(200);
    let codes: Vec<&str> =
        rejections["items"].as_array().unwrap().iter().map(|r| r["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["inspection_differs", "report_of_another"], "{rejections}");
}

#[test]
fn rejections_come_back_under_the_headings_of_the_file_and_are_imported_as_they_are() {
    let (_app, officer) = start();
    let view = hand_in(&officer, &rows(), &[]);
    let path = format!("{IMPORTS}/{}/rejections", text(&view["id"]));
    let csv = officer.get(&format!("{path}?format=csv"));
    assert_eq!(csv.status, 200);
    assert!(csv.text.contains("拒绝原因") && csv.text.contains("CY003"), "{}", csv.text);
    assert_eq!(counts(&hand_in(&officer, csv.text.as_bytes(), &[])), [0, 0, 0, 1]);
    let mended = csv.text.replace(",不合格,,", ",不合格,抗拉强度,");
    assert_eq!(counts(&hand_in(&officer, mended.as_bytes(), &[])), [1, 0, 0, 0], "{mended}");
    let xlsx = officer.get(&format!("{path}?format=xlsx&language=zh-CN"));
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(xlsx.bytes.to_vec())).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let head: Vec<String> = range.rows().next().unwrap().iter().map(ToString::to_string).collect();
    assert!(head.contains(&"拒绝原因：不合格项目".to_owned()), "{head:?}");
}

#[test]
fn the_template_is_imported_as_it_is() {
    let (_app, officer) = start();
    for language in ["zh-CN", "en"] {
        let template = officer.get(&format!("{IMPORTS}/template?language={language}"));
        assert_eq!(template.status, 200);
        let asked = officer.upload(IMPORTS, "t.xlsx", &template.bytes, &[("dry_run", "true")]).expect(202);
        let view = ended(&officer, &text(&asked["id"]));
        assert_eq!(view["problem"]["code"], json!("import_no_rows"), "{view}");
    }
}

#[test]
fn what_the_list_does_not_say_is_said_with_the_upload() {
    let (_app, officer) = start();
    let file = "产品名称,受检单位,检验结论\n水泥,甲店,合格\n".as_bytes();
    let fields = [("sampled_on", "2026-03-04"), ("level", "county"), ("purpose", "special")];
    let view = hand_in(&officer, file, &fields);
    assert_eq!(counts(&view), [1, 0, 0, 0], "{view}");
    let found = officer.get("/api/v1/inspections").expect(200);
    let item = &found["items"][0];
    assert_eq!(
        (&item["sampled_on"], &item["level"], &item["purpose"]),
        (&json!("2026-03-04"), &json!("county"), &json!("special")),
        "{found}"
    );
    // A city organises no sampling of the province.
    let above = "产品名称,受检单位,检验结论\n石灰,乙店,合格\n".as_bytes();
    let view = hand_in(&officer, above, &[("sampled_on", "2026-03-04"), ("level", "provincial")]);
    assert_eq!(counts(&view), [0, 0, 0, 1], "{view}");
    let refused = officer.get(&format!("{IMPORTS}/{}/rejections", text(&view["id"]))).expect(200);
    assert!(refused.to_string().contains("抽查级别不能高于组织部门的级别"), "{refused}");
    for (field, value) in [("sampled_on", "2027-01-01"), ("level", "world"), ("purpose", "fun")] {
        let refused = officer.upload(IMPORTS, "a.csv", file, &[(field, value)]).problem();
        assert_eq!(refused["errors"][0]["pointer"], json!(format!("/{field}")), "{refused}");
    }
}

#[test]
fn only_officers_of_the_region_know_of_a_list() {
    let (app, officer) = start();
    let id = text(&hand_in(&officer, &rows(), &[])["id"]);
    let above = app.admin("province", "440000");
    let beside = app.admin("shenzhen", "440300");
    assert_eq!(above.get(&format!("{IMPORTS}/{id}")).status, 200);
    for path in ["", "/rejections", "/samples", "/standing"] {
        assert_eq!(beside.get(&format!("{IMPORTS}/{id}{path}")).status, 404, "{path}");
    }
    assert_eq!(beside.get(IMPORTS).expect(200)["items"], json!([]));
    assert_eq!(beside.get(&format!("/sampling-lists/{id}")).status, 404);
}
