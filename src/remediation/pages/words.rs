//! The words for cases, their events and actions, in both languages.

use crate::core::Language;
use crate::remediation::action::ActionKind;
use crate::remediation::history::CORRECT;
use crate::remediation::state::{CaseState, CaseStep};
use crate::remediation::view::BothTexts;
use crate::web::frame::Frame;

/// The words for cases, by which templates ask the frame.
pub trait CaseWords {
    /// The kind of an action.
    fn action_kind(&self, kind: ActionKind) -> String;

    /// A case's state.
    fn state(&self, state: &CaseState) -> String;

    /// A text that comes in both languages.
    fn both<'a>(&self, text: &'a BothTexts) -> &'a str;

    /// An event of a case, by its word.
    fn case_event(&self, word: &str) -> String;
}

impl CaseWords for Frame {
    fn action_kind(&self, kind: ActionKind) -> String {
        kind.text().get(self.language).to_owned()
    }

    fn state(&self, state: &CaseState) -> String {
        state.text().get(self.language).to_owned()
    }

    fn both<'a>(&self, text: &'a BothTexts) -> &'a str {
        if self.language == Language::Zh { &text.zh } else { &text.en }
    }

    fn case_event(&self, word: &str) -> String {
        match word.parse::<CaseStep>() {
            Ok(step) => step.text().get(self.language).to_owned(),
            Err(_) if word == CORRECT => self.t("更正", "corrected").to_owned(),
            Err(_) => word.to_owned(),
        }
    }
}
