//! Requests as files.

use crate::exports::{Cell, Column, FilterWord, List, Q};
use crate::personal_data::queries::PersonalRequestView;
use crate::personal_data::state::{RequestKind, RequestState};

/// The requests of a region.
pub static REQUESTS: List<PersonalRequestView> = List {
    name: "personal-data-requests",
    zh: "个人信息请求",
    en: "Requests about personal data",
    people: true,
    columns: &[
        Column::new("姓名", "Person", |x, _| Cell::text(&x.account_name)),
        Column::new("事项", "Request", |x, w| Cell::text(w.say(&x.kind.text()))),
        Column::new("状态", "State", |x, w| Cell::text(w.say(&x.state.text()))),
        Column::new("地区", "Region", |x, w| Cell::text(w.region(&x.region))),
        Column::new("说明", "Text", |x, _| Cell::some(x.text.as_ref())),
        Column::new("提出时间", "Asked", |x, _| Cell::Moment(x.created_at)),
        Column::new("答复期限", "Due", |x, _| Cell::date(Some(x.due_on))),
        Column::new("是否逾期", "Late", |x, w| Cell::text(w.yes(x.late))),
        Column::new("办理时间", "Decided", |x, _| Cell::moment(x.decided_at)),
        Column::new("理由", "Reason", |x, _| Cell::some(x.reason.as_ref())),
    ],
    filters: &[
        Q,
        FilterWord::new("kind", "事项", "what", |word, w| match word.parse::<RequestKind>() {
            Ok(kind) => w.say(&kind.text()).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("state", "状态", "state", |word, w| match word.parse::<RequestState>() {
            Ok(state) => w.say(&state.text()).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("late", "是否逾期", "late", |word, w| w.yes(word == "true").to_owned()),
    ],
};

/// The requests of the caller.
pub static OWN_REQUESTS: List<PersonalRequestView> = List {
    name: "my-personal-data-requests",
    zh: "我的个人信息请求",
    en: "My requests about personal data",
    people: false,
    columns: &[
        Column::new("事项", "Request", |x, w| Cell::text(w.say(&x.kind.text()))),
        Column::new("状态", "State", |x, w| Cell::text(w.say(&x.state.text()))),
        Column::new("说明", "Text", |x, _| Cell::some(x.text.as_ref())),
        Column::new("提出时间", "Asked", |x, _| Cell::Moment(x.created_at)),
        Column::new("答复期限", "Due", |x, _| Cell::date(Some(x.due_on))),
        Column::new("办理时间", "Decided", |x, _| Cell::moment(x.decided_at)),
        Column::new("理由", "Reason", |x, _| Cell::some(x.reason.as_ref())),
    ],
    filters: &[],
};
