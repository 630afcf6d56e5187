//! Whether an expert of a panel agrees with the lead. Pure.

use crate::core::fields::Fields;

crate::word_enum! {
    /// The position of an expert of a panel. The table has the same words in a CHECK.
    pub enum Agreement {
        /// Agrees with the lead.
        Agree = "agree",
        /// Has another opinion, with reasons.
        Dissent = "dissent",
        /// Takes no side.
        Abstain = "abstain",
    }
}

/// An opinion with the position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOpinion {
    /// In the expert's words.
    pub opinion: String,
    /// Whether the expert agrees with the lead.
    pub agreement: Agreement,
    /// The reasons of a dissent; may be given with the others, too.
    pub reason: Option<String>,
    /// Whether the consultation is concluded already.
    pub after_conclusion: bool,
}

impl NewOpinion {
    /// Checks what an expert says.
    pub fn check(
        fields: &mut Fields,
        opinion: &str,
        agreement: Agreement,
        reason: Option<&str>,
        after_conclusion: bool,
    ) -> Self {
        let opinion = fields.text("/opinion", opinion, 8000);
        let reason = fields.optional_text("/reason", reason, 2000);
        fields.require(
            agreement != Agreement::Dissent || reason.is_some(),
            "/reason",
            "持不同意见的，须说明理由",
            "a dissent needs its reasons",
        );
        Self { opinion, agreement, reason, after_conclusion }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dissent_needs_reasons_and_nothing_else_does() {
        for agreement in Agreement::ALL {
            for reason in [None, Some(" "), Some("样品不足")] {
                let mut fields = Fields::new();
                NewOpinion::check(&mut fields, "意见", *agreement, reason, false);
                let refused = *agreement == Agreement::Dissent && reason != Some("样品不足");
                assert_eq!(fields.done().is_err(), refused, "{agreement} {reason:?}");
            }
        }
    }
}
