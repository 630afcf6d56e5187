//! The words of recoveries for people.

use crate::recovery::state::RecoveryState;
use crate::web::frame::Frame;

/// Result of an item.
pub fn state_word(f: &Frame, state: RecoveryState) -> &'static str {
    let (zh, en) = state.words();
    f.t(zh, en)
}

/// The item; in words where the record names none.
pub fn item_word<'a>(f: &'a Frame, item: &'a str) -> &'a str {
    if item.is_empty() { f.t("（未注明项目）", "(no item named)") } else { f.item(item) }
}

/// What a check-up found.
pub fn result_word<'a>(f: &Frame, result: &'a str) -> &'a str {
    match result {
        "well" => f.t("状况良好", "well"),
        "relapse_signs" => f.t("有反弹迹象", "signs of a relapse"),
        "not_found" => f.t("未找到企业", "not found"),
        other => other,
    }
}
