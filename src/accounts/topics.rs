//! The kinds of mails that a person may do without. What is not among them comes always: the deadlines of the law, what one is asked to
//! answer, and what concerns the own account.

use crate::core::Text;

crate::word_enum! {
    /// A kind of mails that can be switched off.
    pub enum Topic {
        /// How consultations go on: accepted, waiting, reassigned, reopened, concluded.
        Consultations = "consultations",
        /// Who consults whom in the rounds.
        Rounds = "rounds",
        /// Reminders of what an enterprise has agreed to do.
        Reminders = "reminders",
        /// Consultations for which nobody was found, for officers.
        Queue = "queue",
    }
}

impl Topic {
    /// What it is, for people.
    pub fn text(self) -> Text {
        match self {
            Self::Consultations => Text::new(
                "问诊进展（接受、等待、更换专家、重开、结论）",
                "how consultations go on (accepted, waiting, another expert, reopened, concluded)",
            ),
            Self::Rounds => Text::new("轮次安排（专家与企业的对应）", "the rounds (who consults whom)"),
            Self::Reminders => Text::new("整改措施的期限提醒", "reminders of agreed actions"),
            Self::Queue => Text::new("无人接单的问诊告警", "consultations for which nobody was found"),
        }
    }
}
