//! The statutory clocks by name.

use crate::core::Text;

crate::word_enum! {
    /// The statutory clocks that a case can run by.
    pub enum Clock {
        /// To rectify (SAMR Order No. 18, art. 46).
        Rectification = "rectification",
        /// For the authority to re-inspect (art. 47).
        Reinspection = "reinspection",
        /// For the authority to re-inspect a second time (art. 48).
        SecondReinspection = "second_reinspection",
        /// The term of a suspension, after which the authority checks (art. 48).
        Suspension = "suspension",
    }
}

impl Clock {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Clock::Rectification => ("整改期限", "rectification"),
            Clock::Reinspection => ("复查期限", "re-inspection"),
            Clock::SecondReinspection => ("再次复查期限", "second re-inspection"),
            Clock::Suspension => ("停业整顿期限", "suspension for rectification"),
        };
        Text::new(zh, en)
    }
}
