//! Orders from before 2021, as a public report of wrong deadlines has them; the right day stands in the name.

use crate::support::TestApp;
use crate::support::csv::{file, row, uscc};
use crate::support::people::text;
use zerodesk::zero_out::import::Column;

const ORDERS: [(&str, &str); 3] =
    [("应为2020-10-09", "2020-08-02"), ("应为2020-10-10", "2020-08-11"), ("应为2020-02-03", "2019-12-02")];

#[test]
fn their_deadlines_are_right_and_those_before_order_18_are_marked() {
    let app = TestApp::start();
    let officer = app.admin("district", "440103");
    let rows: Vec<_> = ORDERS
        .iter()
        .zip(1..)
        .map(|((name, ordered), n)| {
            row(&[
                (Column::Uscc, uscc(n).as_str()),
                (Column::Name, name),
                (Column::ReportNo, &format!("BUG-{n}")),
                (Column::InspectedOn, "2019-11-05"),
                (Column::OrderIssuedOn, ordered),
            ])
        })
        .collect();
    let report = app.import(&officer, &file(&rows), false);
    assert_eq!(report["inserted"], 3, "{report}");
    let list = officer.get("/api/v1/remediation/cases").expect(200);
    let page = officer.get("/cases?lang=zh").text;
    assert_eq!(page.matches("按现行规定计算").count(), 1);
    for case in list["items"].as_array().unwrap() {
        let clock = &case["clocks"]["rectification"];
        let wanted = text(&case["enterprise_name"]).replace("应为", "");
        assert_eq!(text(&clock["due_on"]), wanted);
        assert_eq!(clock["provisional"], false);
        let path = format!("/api/v1/remediation/cases/{}", text(&case["id"]));
        let page = |address: &str, language: &str| officer.get(&format!("{address}?lang={language}")).text;
        let view = |language: &str| page(&format!("/cases/{}", text(&case["id"])), language);
        let dossier = |language: &str| page(&format!("{path}/dossier"), language);
        let (zh, en) = ("期限按现行规定计算", "counted by the present rules");
        let mark = case.get("counted_by_later_rules");
        if case["ordered_on"] == "2019-12-02" {
            let mark = mark.unwrap();
            assert_eq!(
                (&mark["began_on"], &mark["in_force_from"]),
                (&"2019-12-02".into(), &"2020-01-01".into())
            );
            assert!(
                text(&mark["text"]["zh"]).contains(zh)
                    && text(&mark["text"]["en"]).contains("the present rules")
            );
            assert!(text(&mark["text"]["zh"]).contains("国家市场监督管理总局令第18号"));
            assert_eq!(officer.get(&path).expect(200)["counted_by_later_rules"], *mark);
            let whole = officer.get(&format!("{path}/dossier?format=json")).expect(200);
            assert_eq!(whole["case"]["counted_by_later_rules"], *mark);
            assert!(view("zh").contains(zh) && dossier("zh").contains(zh));
            assert!(
                view("en").contains("by the present rules") && dossier("en").contains("by the present rules")
            );
        } else {
            assert!(mark.is_none(), "{case}");
            assert!(!view("zh").contains(zh) && !view("en").contains(en) && !dossier("zh").contains(zh));
        }
    }
}
