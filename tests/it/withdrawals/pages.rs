//! What the pages of an import say before and after it is withdrawn.

use zerodesk::zero_out::import::Column;

use super::{record, start, withdraw};
use crate::support::csv::file;
use crate::support::people::text;

#[test]
fn the_pages_of_a_withdrawn_import_count_and_link_only_what_is_there() {
    let (app, officer) = start();
    app.import(&officer, &file(&[record(1, "R1", "", &[])]), false);
    let rows = [record(1, "R1", "", &[]), record(2, "R2", "2021-08-03", &[]), record(3, "R3", "", &[])];
    let import = app.import(&officer, &file(&rows), false);
    let id = text(&import["id"]);
    let page = |rest: &str| officer.get(&format!("/imports/{id}{rest}?lang=zh-CN")).text;
    assert!(page("").contains("查看导入的记录和案件") && page("/records").contains("全部 3"));
    let case = officer.get("/api/v1/remediation/cases").expect(200)["items"][0].clone();
    withdraw(&officer, &import).expect(200);
    let shown = page("");
    assert!(!shown.contains("查看导入的记录和案件") && !shown.contains("/enterprises?import="), "{shown}");
    assert!(shown.contains("查看仍在名单中的记录"), "{shown}");
    let records = page("/records");
    assert!(records.contains("该导入已撤回") && records.contains("公司1"), "{records}");
    for gone in ["公司2", "全部 3", "新增 2"] {
        assert!(!records.contains(gone), "{gone}: {records}");
    }
    // The case that ended leads to the enterprise, which left the list, and promises no deadline any more.
    let shown = officer.get(&format!("/cases/{}?lang=zh-CN", text(&case["id"]))).text;
    let enterprise = format!("/enterprises/{}", text(&case["enterprise_id"]));
    assert!(shown.contains(&enterprise) && shown.contains("适用规则"), "{shown}");
    assert!(!shown.contains("节假日尚未公布") && !shown.contains("按现行规定计算"), "{shown}");
    let departed = officer.get(&format!("{enterprise}?lang=zh-CN"));
    assert_eq!(departed.status, 200);
    assert!(departed.text.contains("公司2") && departed.text.contains("退出清零名单"), "{}", departed.text);
    let other = app.admin("officer-sz", "440300");
    assert_eq!(other.get(&enterprise).status, 404);
    assert_eq!(app.operator("operator").get(&enterprise).status, 200);
}

#[test]
fn the_page_of_a_withdrawal_counts_what_it_takes_back_and_nothing_that_is_none() {
    let (app, officer) = start();
    app.import(&officer, &file(&[record(1, "R1", "", &[])]), false);
    let page = |import: &serde_json::Value| {
        officer.get(&format!("/imports/{}/withdraw?lang=zh-CN", text(&import["id"]))).text
    };
    let renamed = record(1, "R1", "2021-08-03", &[(Column::Name, "新名称"), (Column::FailedItems, "标志")]);
    let changed = app.import(&officer, &file(std::slice::from_ref(&renamed)), false);
    let shown = page(&changed);
    for told in ["<b>1</b> 件案件", "<b>1</b> 条记录恢复", "<b>1</b> 家企业的信息恢复"] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    assert!(!shown.contains("<b>0</b>") && !shown.contains("条不合格记录退出名单"), "{shown}");
    let same = app.import(&officer, &file(&[renamed]), false);
    let shown = page(&same);
    assert!(shown.contains("撤回后名单保持原样") && shown.contains("确认整批撤回"), "{shown}");
    // What changed nothing is withdrawn as well, so that the import before it can be.
    withdraw(&officer, &same).expect(200);
    withdraw(&officer, &changed).expect(200);
}
