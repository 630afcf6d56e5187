//! The canned replies as files.

use crate::canned_replies::queries::CannedReplyView;
use crate::canned_replies::scope::ReplyScope;
use crate::exports::{Cell, Column, FilterWord, List, Q};

/// The canned replies.
pub static REPLIES: List<CannedReplyView> = List {
    name: "canned-replies",
    zh: "常用语",
    en: "Canned replies",
    people: false,
    columns: &[
        Column::new("标题", "Title", |r, _| Cell::text(&r.title)),
        Column::new("范围", "Of whom", |r, w| Cell::text(r.scope.text().get(w.language))),
        Column::new("内容", "Text", |r, _| Cell::text(&r.body)),
        Column::new("最近修改时间", "Last changed", |r, _| Cell::Moment(r.updated_at)),
    ],
    filters: &[
        Q,
        FilterWord::new("scope", "范围", "of whom", |word, w| match word.parse::<ReplyScope>() {
            Ok(scope) => scope.text().get(w.language).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::of_row("consultation", "问诊", "consultation", &[]),
    ],
};
