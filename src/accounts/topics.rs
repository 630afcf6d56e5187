//! The kinds of mails that a person may do without. What is not among them comes always: the deadlines of the law, what one is asked to
//! answer, and what concerns the own account.

use crate::core::{Role, Text};

crate::word_enum! {
    /// A kind of mails that can be switched off.
    pub enum Topic {
        /// How consultations go on: accepted, waiting, reassigned, reopened, concluded.
        Consultations = "consultations",
        /// Who consults whom in the rounds.
        Rounds = "rounds",
        /// Reminders of what an enterprise has agreed to do. Where all of its people do without, the first of them gets these still.
        Reminders = "reminders",
        /// Consultations for which nobody was found, and overdue answers, for officers.
        Queue = "queue",
        /// New messages in consultations, for who is not connected.
        Unread = "unread",
        /// Mentions in internal notes.
        Mentions = "mentions",
        /// Articles that are to be approved, and what was decided on them.
        Knowledge = "knowledge",
    }
}

impl Topic {
    /// Whether people of a role get such mails.
    pub fn concerns(self, role: Role) -> bool {
        match self {
            Self::Consultations => matches!(role, Role::Enterprise | Role::Expert),
            Self::Rounds => matches!(role, Role::Enterprise | Role::Expert),
            Self::Reminders => matches!(role, Role::Enterprise | Role::Expert | Role::Admin),
            Self::Queue => role == Role::Admin,
            Self::Unread => matches!(role, Role::Enterprise | Role::Expert),
            Self::Mentions | Self::Knowledge => matches!(role, Role::Expert | Role::Admin),
        }
    }

    /// For people: Chinese and English.
    pub fn text(self) -> Text {
        match self {
            Self::Consultations => Text::new(
                "问诊进展（接诊、等待、改派、补充材料、答复时限、重新打开、办结）",
                "Progress of consultations (accepted, waiting, another expert, information wanted, answers due soon, reopened, concluded)",
            ),
            Self::Rounds => Text::new("巡回问诊安排", "Assignments of circuit consultation"),
            Self::Reminders => Text::new(
                "整改措施的期限提醒（每家企业至少一人接收）",
                "Reminders of corrective actions that are due (at least one person of each enterprise gets them)",
            ),
            Self::Queue => Text::new(
                "问诊告警（无专家可派、答复超过时限）",
                "Alarms: consultations for which no expert was found, and overdue answers",
            ),
            Self::Unread => Text::new(
                "未读消息提醒（不在线时汇总发送，含浏览器提醒）",
                "Unread messages (gathered into one mail while you are not connected; notices in browsers as well)",
            ),
            Self::Mentions => Text::new(
                "内部备注中有人提及我（数分钟内未读时发送）",
                "Mentions of me in internal notes (where I have not read them within minutes)",
            ),
            Self::Knowledge => Text::new(
                "知识条目的提交、退回、发布和撤下",
                "Knowledge articles that are handed in, returned, published or withdrawn",
            ),
        }
    }
}
