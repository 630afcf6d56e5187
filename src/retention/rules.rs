//! Kinds of data, their units and floors, and the moment before which something is due. Pure.

use crate::core::Text;
use chrono::{DateTime, Duration, Months, Utc};

crate::word_enum! {
    /// A kind of data that has a period. Erased in this order.
    pub enum Kind {
        /// Messages and notes of concluded consultations.
        Messages = "messages",
        /// Files that only such a conversation uses.
        Files = "files",
        /// Names and addresses of people of enterprises whose accounts were deactivated.
        Accounts = "accounts",
        /// Log-ins that have ended.
        Sessions = "sessions",
        /// Mails that were sent or given up.
        Mails = "mails",
        /// Recordings of samplings that found nothing, or came to no result.
        RecordingsPassed = "recordings_passed",
        /// Recordings of samplings that failed, or were handed to another procedure.
        RecordingsFailed = "recordings_failed",
        /// Texts and files of entries of credit conduct that count no more.
        Conduct = "conduct",
    }
}

crate::word_enum! {
    /// In what a period is counted.
    pub enum Unit {
        /// Calendar months.
        Months = "months",
        /// Days of 24 hours.
        Days = "days",
    }
}

/// The greatest period in months, and in days.
const MOST: (u32, u32) = (1_200, 36_500);

impl Kind {
    /// The key of its setting in the section `retention`, and the parameter by which another period is tried.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Messages => "messages_months",
            Self::Files => "files_months",
            Self::Accounts => "accounts_months",
            Self::Sessions => "sessions_days",
            Self::Mails => "mails_days",
            Self::RecordingsPassed => "recordings_passed_days",
            Self::RecordingsFailed => "recordings_failed_months",
            Self::Conduct => "conduct_months",
        }
    }

    /// In what its period is counted.
    pub const fn unit(self) -> Unit {
        match self {
            Self::Messages | Self::Files | Self::Accounts | Self::RecordingsFailed | Self::Conduct => {
                Unit::Months
            }
            Self::Sessions | Self::Mails | Self::RecordingsPassed => Unit::Days,
        }
    }

    /// For people: Chinese and English.
    pub fn text(self) -> Text {
        match self {
            Self::Messages => Text::new("问诊消息和内部备注", "messages and internal notes"),
            Self::Files => Text::new("仅用于问诊的附件", "files of conversations"),
            Self::Accounts => Text::new("已停用企业账号的个人信息", "people of enterprises who have left"),
            Self::Sessions => Text::new("已结束的登录记录", "log-ins that have ended"),
            Self::Mails => Text::new("已处理完毕的邮件", "mails that were sent or given up"),
            Self::RecordingsPassed => {
                Text::new("合格或未出结果的抽样录像", "recordings of samplings that passed")
            }
            Self::RecordingsFailed => {
                Text::new("不合格或已移送的抽样录像", "recordings of samplings that failed")
            }
            Self::Conduct => Text::new(
                "不再计分的信用行为记录的说明、理由和附件",
                "texts and files of credit conduct that counts no more",
            ),
        }
    }

    /// From when its period runs, for people.
    pub fn since(self) -> Text {
        match self {
            Self::Messages | Self::Files => Text::new("自问诊办结起", "from the conclusion"),
            Self::Accounts => Text::new("自账号停用起", "from the deactivation"),
            Self::Sessions => Text::new("自登录结束起", "from the end of the log-in"),
            Self::Mails => Text::new("自邮件写入起", "from the writing of the mail"),
            Self::RecordingsPassed | Self::RecordingsFailed => {
                Text::new("自异议期满、结果确定起", "from the day on which the result became final")
            }
            Self::Conduct => {
                Text::new("自到期、修复或者撤销起", "from its expiry, its repair or its annulment")
            }
        }
    }

    /// Where its floor comes from, for people.
    pub fn source(self) -> Text {
        match self {
            Self::Messages | Self::Files | Self::Accounts => Text::new(
                "参照《电子商务法》第三十一条交易信息保存不少于三年的规定（暂定，待主管部门明确）",
                "by analogy with E-Commerce Law art. 31, three years (provisional)",
            ),
            Self::Sessions => Text::new(
                "《网络安全法》关于网络日志留存不少于六个月的规定",
                "Cybersecurity Law: network logs are kept for six months at least",
            ),
            Self::RecordingsPassed => Text::new(
                "《个人信息保护法》第十九条：保存期限为实现处理目的所必要的最短时间；期限暂定",
                "Personal Information Protection Law art. 19: as short as the purpose allows (the number is provisional)",
            ),
            Self::RecordingsFailed => Text::new(
                "《行政处罚法》第四十七条：对行政处罚全过程记录，归档保存；期限参照案件（暂定，待主管部门明确）",
                "Administrative Penalty Law art. 47: the whole course is recorded and filed; as long as the case (provisional)",
            ),
            Self::Conduct => Text::new(
                "《个人信息保护法》第十九条；参照《山东省社会信用条例》第三十八条、《上海市社会信用条例》第三十五条失信信息期限的规定（期限暂定，待主管部门明确）",
                "Personal Information Protection Law art. 19; by analogy with the credit regulations of Shandong, art. 38, and Shanghai, art. 35 (the number is provisional)",
            ),
            Self::Mails => Text::new(
                "参照《网络安全法》关于网络日志留存不少于六个月的规定（暂定，待主管部门明确）",
                "by analogy with the Cybersecurity Law, six months (provisional)",
            ),
        }
    }

    /// Whether the floor stands in no law that speaks of such data.
    pub const fn provisional(self) -> bool {
        !matches!(self, Self::Sessions)
    }
}

/// The shortest period of a kind that is not 0, in its unit.
pub const fn least(kind: Kind) -> u32 {
    match kind {
        Kind::Messages | Kind::Files | Kind::Accounts | Kind::RecordingsFailed | Kind::Conduct => 36,
        Kind::Sessions | Kind::Mails => 184,
        Kind::RecordingsPassed => 30,
    }
}

/// Whether a period may be set.
pub fn fits(kind: Kind, period: u32) -> bool {
    let most = if kind.unit() == Unit::Months { MOST.0 } else { MOST.1 };
    period == 0 || (least(kind)..=most).contains(&period)
}

/// The moment before which something is due; none where it is kept for ever.
pub fn due_before(kind: Kind, period: u32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match (period, kind.unit()) {
        (0, _) => None,
        (months, Unit::Months) => now.checked_sub_months(Months::new(months)),
        (days, Unit::Days) => now.checked_sub_signed(Duration::days(i64::from(days))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_ends_on_the_same_day_of_a_later_month() {
        let now = at("2029-11-30T03:00:00Z");
        assert_eq!(due_before(Kind::Messages, 0, now), None);
        assert_eq!(due_before(Kind::Messages, 36, now), Some(at("2026-11-30T03:00:00Z")));
        // A month that is shorter ends earlier.
        assert_eq!(due_before(Kind::Files, 57, now), Some(at("2025-02-28T03:00:00Z")));
        assert_eq!(due_before(Kind::Sessions, 184, now), Some(at("2029-05-30T03:00:00Z")));
    }

    #[test]
    fn no_period_is_below_its_floor() {
        for kind in Kind::ALL {
            assert!(fits(*kind, 0) && fits(*kind, least(*kind)));
            assert!(!fits(*kind, 1) && !fits(*kind, least(*kind) - 1) && !fits(*kind, u32::MAX));
        }
    }
}
