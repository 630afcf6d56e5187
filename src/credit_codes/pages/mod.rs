//! The pages of codes: of officers, of enterprises, and of everybody.

pub mod enterprise;
pub mod office;
pub mod one;
pub mod public;

use crate::core::Text;
use crate::credit_codes::queries::CodeView;
use crate::credit_codes::state::CodeState;
use crate::web::frame::Frame;

/// How a code stands, in a word, and its tone.
fn standing(f: &Frame, code: &CodeView) -> (String, &'static str) {
    let suspended = Text::new("暂停", "suspended");
    match (code.state, code.suspended_at) {
        (CodeState::Granted | CodeState::Renewing, Some(_)) => (f.say(&suspended).to_owned(), "bad"),
        (CodeState::Granted, None) => (f.t("有效", "in force").to_owned(), "good"),
        (state, _) => (f.say(&state.text()).to_owned(), tone(state)),
    }
}

fn tone(state: CodeState) -> &'static str {
    match state {
        CodeState::Applied | CodeState::Renewing => "warn",
        CodeState::Granted => "good",
        CodeState::Refused | CodeState::Revoked => "bad",
        CodeState::Withdrawn | CodeState::GivenUp | CodeState::Lapsed => "none",
    }
}
