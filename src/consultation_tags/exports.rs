//! The tags as files.

use crate::consultation_tags::queries::TagView;
use crate::exports::{Cell, Column, FilterWord, List, Q};

/// The tags.
pub static TAGS: List<TagView> = List {
    name: "consultation-tags",
    zh: "问诊标签",
    en: "Tags of consultations",
    people: false,
    columns: &[
        Column::new("标签", "Tag", |t, _| Cell::text(&t.name)),
        Column::new("地区代码", "Region code", |t, _| Cell::some(t.region.as_ref())),
        Column::new("地区", "Region", |t, w| Cell::some(t.region.as_ref().map(|code| w.region(code)))),
        Column::new("产品医院", "Product hospital", |t, w| {
            Cell::some(t.hospital.as_ref().map(|code| w.hospital(code)))
        }),
        Column::new("已停用", "Retired", |t, w| Cell::text(w.yes(t.retired))),
        Column::new("问诊数", "Consultations", |t, _| Cell::count(t.consultations)),
        Column::new("创建时间", "Made", |t, _| Cell::Moment(t.created_at)),
    ],
    filters: &[
        Q,
        FilterWord::new("retired", "已停用", "retired", |word, w| w.yes(word == "true").to_owned()),
        FilterWord::of_row("consultation", "可用于问诊", "for the consultation", &[]),
    ],
};
