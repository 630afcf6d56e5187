//! What stands on the rows of an import, as a file.

use crate::exports::{Cell, Column, List};
use crate::withdrawals::standing::StandingRow;

/// The rows on which something stands.
pub static STANDING: List<StandingRow> = List {
    name: "import-standing",
    zh: "不能撤回的行",
    en: "Rows on which something stands",
    people: false,
    columns: &[
        Column::new("工作表", "Sheet", |r, _| Cell::some(r.sheet.as_ref())),
        Column::new("行号", "Row", |r, _| Cell::count(r.row)),
        Column::new("统一社会信用代码", "Credit code", |r, _| Cell::text(&r.uscc)),
        Column::new("企业名称", "Enterprise", |r, _| Cell::text(&r.enterprise_name)),
        Column::new("报告编号", "Report number", |r, _| Cell::text(&r.report_no)),
        Column::new("已有的办理内容", "What stands on it", |r, w| {
            let words = r.standing.iter().map(|s| w.t(&s.text_zh, &s.text_en));
            Cell::text(words.collect::<Vec<_>>().join(w.t("；", "; ")))
        }),
    ],
    filters: &[],
};
