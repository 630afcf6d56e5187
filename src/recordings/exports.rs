//! The lists of recordings as files.

use crate::exports::{Cell, Column, FilterWord, List};
use crate::recordings::pages::words::{chain_word, role_word};
use crate::recordings::queries::SummaryView;
use crate::recordings::views::ViewView;

/// The inspections that were recorded.
pub static RECORDINGS: List<SummaryView> = List {
    name: "recordings",
    zh: "抽样录像",
    en: "Recordings of samplings",
    people: false,
    columns: &[
        Column::new("抽样单编号", "Form number", |r, _| Cell::text(&r.number)),
        Column::new("被抽样单位", "Operator", |r, _| Cell::text(&r.operator_name)),
        Column::new("产品名称", "Product", |r, _| Cell::text(&r.product_name)),
        Column::new("地区", "Region", |r, w| Cell::text(w.region(&r.place_region))),
        Column::new("哈希链", "Hash chain", |r, w| Cell::text(chain_word(w, r.chain))),
        Column::new("录制数", "Recordings", |r, _| Cell::count(r.recordings)),
        Column::new("分段数", "Segments", |r, _| Cell::count(r.segments)),
        Column::new("录制秒数", "Seconds recorded", |r, _| Cell::count(r.seconds)),
        Column::new("缺少的必拍画面", "Required shots missing", |r, _| Cell::count(r.shots_missing)),
        Column::new("中断次数", "Gaps", |r, _| Cell::count(r.gaps)),
        Column::new("延迟上传分段", "Late segments", |r, _| Cell::count(r.late)),
        Column::new("有疑点的分段", "Segments with notes", |r, _| Cell::count(r.flagged)),
        Column::new("有疑点的保管环节", "Custody entries with notes", |r, _| {
            Cell::count(r.custody_flags)
        }),
        Column::new("开始时间", "Began", |r, _| Cell::Moment(r.began_at)),
    ],
    filters: &[
        FilterWord::new("chain", "哈希链", "hash chain", |word, w| match word.parse() {
            Ok(state) => chain_word(w, state).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("flagged", "有疑点", "with notes", |word, w| w.yes(word == "true").to_owned()),
    ],
};

/// Who looked at the recordings of an inspection.
pub static VIEWS: List<ViewView> = List {
    name: "recording-views",
    zh: "录像查看记录",
    en: "Views of recordings",
    people: true,
    columns: &[
        Column::new("查看人", "By", |v, _| Cell::text(&v.by)),
        Column::new("角色", "Role", |v, w| Cell::text(role_word(w, &v.role))),
        Column::new("原因", "Reason", |v, _| Cell::text(&v.reason)),
        Column::new("可看原始录像", "Originals", |v, w| Cell::text(w.yes(v.originals))),
        Column::new("时间", "When", |v, _| Cell::Moment(v.at)),
    ],
    filters: &[],
};
