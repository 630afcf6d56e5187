//! The words of recordings for people.

use crate::recordings::chain::ChainState;
use crate::recordings::views::Rendition;
use crate::web::frame::Frame;

/// What a chain came to.
pub fn chain_word(f: &Frame, state: ChainState) -> &'static str {
    match state {
        ChainState::Empty => f.t("无录像", "nothing recorded"),
        ChainState::Incomplete => f.t("不完整", "incomplete"),
        ChainState::Broken => f.t("断裂", "broken"),
        ChainState::Unbroken => f.t("完整", "unbroken"),
    }
}

/// The colour of what a chain came to.
pub fn chain_tone(state: ChainState) -> &'static str {
    match state {
        ChainState::Empty => "none",
        ChainState::Incomplete => "warn",
        ChainState::Broken => "bad",
        ChainState::Unbroken => "good",
    }
}

/// A role, as the log of views has it.
pub fn role_word<'a>(f: &'a Frame, word: &'a str) -> &'a str {
    f.role_word(word)
}

/// Which rendition a reader gets of a segment.
pub fn rendition_word(f: &Frame, rendition: Option<Rendition>) -> &'static str {
    match rendition {
        Some(Rendition::Original) => f.t("原始录像", "original"),
        Some(Rendition::Blurred) => f.t("模糊处理版", "blurred"),
        None => f.t("不开放", "not open"),
    }
}

/// So many seconds, in minutes and seconds.
pub fn length(f: &Frame, seconds: i64) -> String {
    let (minutes, rest) = (seconds / 60, seconds % 60);
    match minutes {
        0 => f.t(&format!("{rest} 秒"), &format!("{rest} s")).to_owned(),
        1..=599 => f.t(&format!("{minutes} 分 {rest} 秒"), &format!("{minutes} min {rest} s")).to_owned(),
        _ => {
            let (hours, minutes) = (minutes / 60, minutes % 60);
            f.t(&format!("{hours} 小时 {minutes} 分"), &format!("{hours} h {minutes} min")).to_owned()
        }
    }
}
