//! The own sessions as a file.

use crate::accounts::own::sessions::SessionView;
use crate::exports::{Cell, Column, List};

/// The sessions of the caller.
pub static SESSIONS: List<SessionView> = List {
    name: "sessions",
    zh: "登录的设备",
    en: "Sessions",
    people: false,
    columns: &[
        Column::new("设备", "Device", |s, _| Cell::text(&s.device)),
        Column::new("地址", "Address", |s, _| Cell::some(s.address.as_ref())),
        Column::new("位置", "Place", |s, _| Cell::text(&s.place)),
        Column::new("当前设备", "This one", |s, w| Cell::text(w.yes(s.current))),
        Column::new("登录时间", "Logged in", |s, _| Cell::Moment(s.created_at)),
        Column::new("最近使用", "Last used", |s, _| Cell::Moment(s.last_used_at)),
        Column::new("最迟结束", "Ends at the latest", |s, _| Cell::moment(s.ends_at)),
    ],
    filters: &[],
};
