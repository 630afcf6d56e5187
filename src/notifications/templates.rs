//! What the mails say: one variant of [`Mail`] for each, and for each a template in both languages
//! under `templates/mail/`.
//!
//! The first line of a template is the subject. Its values are made one line before they come
//! there, so that nobody's product name can end the subject early.

use crate::core::{Language, Problem};
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Asia::Shanghai;

/// A text of several lines in somebody's own words: a reason, a conclusion.
#[derive(Clone, PartialEq, Eq)]
pub struct Prose(String);

impl Prose {
    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl From<&str> for Prose {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Prose {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Display for Prose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A mail that is ready to be stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// Plain text, lines ended by `\n`.
    pub body: String,
}

/// Makes a value of a template harmless.
trait Clean {
    fn clean(&self) -> Self;
}

impl Clean for String {
    fn clean(&self) -> Self {
        one_line(self)
    }
}

impl Clean for Prose {
    fn clean(&self) -> Self {
        let lines: Vec<String> = self.0.trim().lines().map(keep_line).collect();
        Self(lines.join("\n"))
    }
}

macro_rules! clean_already {
    ($($type:ty),+) => {$(
        impl Clean for $type {
            fn clean(&self) -> Self {
                *self
            }
        }
    )+};
}

clean_already!(bool, u32, DateTime<Utc>);

// `$plain` comes from outside because of hygiene: askama takes from there the `self` of the code it
// writes, and the variants come from there too.
macro_rules! mails {
    ({ $($plain:tt)+ } $(
        $(#[$doc:meta])*
        $name:ident = $word:tt, $zh:tt, $en:tt { $($(#[$field_doc:meta])* $field:ident: $type:ty),+ $(,)? }
    )+) => {
        /// Every mail of the platform, with what it needs to know. Texts are in the words of the
        /// people concerned; links are whole addresses.
        #[derive(Clone, PartialEq, Eq)]
        pub enum Mail {$(
            $(#[$doc])*
            $name { $($(#[$field_doc])* $field: $type),+ }
        ),+}

        #[derive(Template)]
        $($plain)+
        enum Chinese {$( #[template(path = $zh)] $name { recipient: String, $($field: $type),+ } ),+}

        #[derive(Template)]
        $($plain)+
        enum English {$( #[template(path = $en)] $name { recipient: String, $($field: $type),+ } ),+}

        impl Mail {
            /// The stable word for this kind of mail, as stored in `outbox_mail.template`.
            pub fn template(&self) -> &'static str {
                match self {$( Mail::$name { .. } => $word ),+}
            }

            fn text(&self, recipient: String, language: Language) -> Result<String, askama::Error> {
                match (language, self) {$(
                    (Language::Zh, Mail::$name { $($field),+ }) => {
                        Chinese::$name { recipient, $($field: $field.clean()),+ }.render()
                    }
                    (Language::En, Mail::$name { $($field),+ }) => {
                        English::$name { recipient, $($field: $field.clean()),+ }.render()
                    }
                ),+}
            }
        }
    };
}

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To an enterprise that claims its account: the one-time link.
    RegistrationLink = "registration_link",
        "mail/registration_link.zh.txt", "mail/registration_link.en.txt" {
        /// The enterprise's name.
        enterprise: String,
        /// The one-time link. A secret until used.
        link: String,
        /// How long it stays good, in hours.
        valid_hours: u32,
    }
    /// To an enterprise: an officer approved its claim.
    RegistrationApproved = "registration_approved",
        "mail/registration_approved.zh.txt", "mail/registration_approved.en.txt" {
        /// The name to log in with.
        username: String,
    }
    /// To whoever claimed an enterprise: an officer rejected the claim.
    RegistrationRejected = "registration_rejected",
        "mail/registration_rejected.zh.txt", "mail/registration_rejected.en.txt" {
        /// Reason given, in the words of whoever gave it.
        reason: Prose,
    }
    /// To the address on record of an enterprise that has an account already: someone tried to claim it.
    AlreadyClaimed = "already_claimed",
        "mail/already_claimed.zh.txt", "mail/already_claimed.en.txt" {
        /// The enterprise's name.
        enterprise: String,
    }
    /// To an expert who applied: it has arrived.
    ApplicationReceived = "application_received",
        "mail/application_received.zh.txt", "mail/application_received.en.txt" {
        /// The expert's name.
        expert: String,
    }
    /// To an expert: approved, the platform is open.
    ApplicationApproved = "application_approved",
        "mail/application_approved.zh.txt", "mail/application_approved.en.txt" {
        /// Where to log in.
        login_link: String,
    }
    /// To an expert: not approved.
    ApplicationRejected = "application_rejected",
        "mail/application_rejected.zh.txt", "mail/application_rejected.en.txt" {
        /// Reason given, in the words of whoever gave it.
        reason: Prose,
    }
    /// To an expert: a consultation is offered.
    ConsultationOffered = "consultation_offered",
        "mail/consultation_offered.zh.txt", "mail/consultation_offered.en.txt" {
        /// The expert's name.
        expert: String,
        /// The consultation's subject.
        subject: String,
        /// Who asks.
        enterprise: String,
        /// The product that failed.
        product: String,
        /// When the offer ends, UTC; shown in Asia/Shanghai.
        until: DateTime<Utc>,
        /// Where to answer.
        link: String,
    }
    /// To an enterprise: an expert took the consultation.
    ConsultationAccepted = "consultation_accepted",
        "mail/consultation_accepted.zh.txt", "mail/consultation_accepted.en.txt" {
        /// The expert's name.
        expert: String,
        /// The consultation's subject.
        subject: String,
        /// Where the chat is.
        link: String,
    }
    /// To an enterprise: no expert fits yet; the consultation waits.
    ConsultationWaiting = "consultation_waiting",
        "mail/consultation_waiting.zh.txt", "mail/consultation_waiting.en.txt" {
        /// The consultation's subject.
        subject: String,
    }
    /// To the officers of a region: nobody was found for a consultation.
    ConsultationAlarm = "consultation_alarm",
        "mail/consultation_alarm.zh.txt", "mail/consultation_alarm.en.txt" {
        /// The consultation's subject.
        subject: String,
        /// Who asks.
        enterprise: String,
        /// Since when an expert is looked for, UTC; shown in Asia/Shanghai.
        since: DateTime<Utc>,
        /// Where to assign one.
        link: String,
    }
    /// To an enterprise: nobody is on duty, an answer is to be expected later.
    AnswerExpected = "answer_expected",
        "mail/answer_expected.zh.txt", "mail/answer_expected.en.txt" {
        /// The consultation's subject.
        subject: String,
        /// When the next shift begins, UTC; shown in Asia/Shanghai.
        from: DateTime<Utc>,
        /// Where the consultation is.
        link: String,
    }
    /// To an enterprise: its consultation goes from one expert to another.
    ConsultationReassigned = "consultation_reassigned",
        "mail/consultation_reassigned.zh.txt", "mail/consultation_reassigned.en.txt" {
        /// The consultation's subject.
        subject: String,
        /// The name of the expert who had it.
        expert: String,
        /// Whether that is because the expert stayed silent; else an officer decided so.
        silent: bool,
        /// Where the consultation is.
        link: String,
    }
    /// To an expert: a consultation is no longer theirs.
    ConsultationWithdrawn = "consultation_withdrawn",
        "mail/consultation_withdrawn.zh.txt", "mail/consultation_withdrawn.en.txt" {
        /// The consultation's subject.
        subject: String,
        /// Whether that is because they stayed silent.
        silent: bool,
        /// Why else; may be empty.
        reason: Prose,
    }
    /// To an expert: an officer assigned a consultation.
    ConsultationAssigned = "consultation_assigned",
        "mail/consultation_assigned.zh.txt", "mail/consultation_assigned.en.txt" {
        /// The consultation's subject.
        subject: String,
        /// Who asks.
        enterprise: String,
        /// Reason given, in the words of whoever gave it.
        reason: Prose,
        /// Where it is.
        link: String,
    }
    /// To an expert: invited to a panel.
    PanelInvitation = "panel_invitation",
        "mail/panel_invitation.zh.txt", "mail/panel_invitation.en.txt" {
        /// The consultation's subject.
        subject: String,
        /// Who asks.
        enterprise: String,
        /// What for; may be empty.
        note: Prose,
        /// Where it is.
        link: String,
    }
    /// To the expert and the enterprise: a concluded consultation goes on.
    ConsultationReopened = "consultation_reopened",
        "mail/consultation_reopened.zh.txt", "mail/consultation_reopened.en.txt" {
        /// The consultation's subject.
        subject: String,
        /// Who asks.
        enterprise: String,
        /// Reason given, in the words of whoever gave it.
        reason: Prose,
        /// Where it is.
        link: String,
    }
    /// To an enterprise: the expert concluded.
    ConsultationConcluded = "consultation_concluded",
        "mail/consultation_concluded.zh.txt", "mail/consultation_concluded.en.txt" {
        /// The consultation's subject.
        subject: String,
        /// What the expert concluded.
        conclusion: Prose,
        /// Where to rate it.
        link: String,
    }
    /// To an enterprise: a plan of circuit consultation assigned it an expert.
    RoundInvitation = "round_invitation",
        "mail/round_invitation.zh.txt", "mail/round_invitation.en.txt" {
        /// The enterprise's name.
        enterprise: String,
        /// The expert's name.
        expert: String,
        /// The expert's title.
        title: String,
        /// Whether the enterprise has claimed its account.
        claimed: bool,
        /// Where to open a consultation, or to claim the account first.
        link: String,
    }
    /// To an expert: whom a plan of circuit consultation assigned to the expert.
    RoundAssignment = "round_assignment",
        "mail/round_assignment.zh.txt", "mail/round_assignment.en.txt" {
        /// How many enterprises.
        count: u32,
        /// How many of them are not among the lines.
        unnamed: u32,
        /// The enterprises, a line for each.
        enterprises: Prose,
        /// Where the expert's consultations are.
        link: String,
    }
    /// To an expert: enterprises that a later plan gave to others, or left out.
    RoundRelease = "round_release",
        "mail/round_release.zh.txt", "mail/round_release.en.txt" {
        /// How many enterprises.
        count: u32,
        /// How many of them are not among the lines.
        unnamed: u32,
        /// The enterprises, a line for each.
        enterprises: Prose,
        /// Where the expert's consultations are.
        link: String,
    }
    /// To an enterprise: the outcome of a re-inspection.
    ReinspectionRecorded = "reinspection_recorded",
        "mail/reinspection_recorded.zh.txt", "mail/reinspection_recorded.en.txt" {
        /// Whether the correction holds.
        passed: bool,
        /// Number of the report that found the nonconformity.
        report_no: String,
        /// The product.
        product: String,
    }
    /// To everyone who has to do with a case: a deadline, or what was agreed, comes near or was missed.
    DeadlineNotice = "deadline_notice",
        "mail/deadline_notice.zh.txt", "mail/deadline_notice.en.txt" {
        /// Whether any of them is a deadline of the law.
        statutory: bool,
        /// Whether any of them is that of an action.
        agreed: bool,
        /// Whether the most urgent of them was missed.
        missed: bool,
        /// Whether the officer is of the level above, who is told because it was missed.
        escalated: bool,
        /// Whose case.
        enterprise: String,
        /// The product.
        product: String,
        /// Number of the report that found the nonconformity.
        report_no: String,
        /// The deadlines, a line for each.
        what: Prose,
        /// Where the case is.
        link: String,
    }
    /// To an officer with many such cases: all of them at once.
    DeadlineDigest = "deadline_digest",
        "mail/deadline_digest.zh.txt", "mail/deadline_digest.en.txt" {
        /// Cases of which a deadline comes near.
        near: u32,
        /// Cases of which one was missed.
        missed: u32,
        /// How many of them are not among the lines.
        unnamed: u32,
        /// The cases, a line for each.
        cases: Prose,
        /// Where all cases are.
        link: String,
    }
    /// To an enterprise: a case is closed as cleared.
    CaseCleared = "case_cleared",
        "mail/case_cleared.zh.txt", "mail/case_cleared.en.txt" {
        /// Number of the report that found the nonconformity.
        report_no: String,
        /// The product.
        product: String,
    }
}

/// Not derived: a link may be a secret, so only the kind is shown.
impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mail({})", self.template())
    }
}

impl Mail {
    /// The subject and text for a recipient of this name (may be empty) in a language.
    ///
    /// # Errors
    /// 500 when a template fails, which none does.
    pub fn render(&self, recipient: &str, language: Language) -> Result<Rendered, Problem> {
        let text = self.text(one_line(recipient), language).map_err(Problem::internal)?;
        let (subject, body) = text.split_once('\n').unwrap_or((&text, ""));
        Ok(Rendered { subject: one_line(subject), body: format!("{}\n", body.trim()) })
    }
}

/// A text as one line: line breaks and other control characters become spaces, runs of spaces one.
/// What is left can't end a header.
pub fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if breaks(c) { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn keep_line(line: &str) -> String {
    line.chars().map(|c| if breaks(c) { ' ' } else { c }).collect::<String>().trim_end().to_owned()
}

/// The separators of Unicode too, which some mail programs take for line breaks.
fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// A moment as Chinese mails show it: `2026年11月23日（星期一）14:30（北京时间）`, in Asia/Shanghai.
fn moment_zh(at: &DateTime<Utc>) -> String {
    use chrono::{Datelike, Timelike};
    let at = at.with_timezone(&Shanghai);
    let day = match at.weekday() {
        chrono::Weekday::Mon => "一",
        chrono::Weekday::Tue => "二",
        chrono::Weekday::Wed => "三",
        chrono::Weekday::Thu => "四",
        chrono::Weekday::Fri => "五",
        chrono::Weekday::Sat => "六",
        chrono::Weekday::Sun => "日",
    };
    format!(
        "{}年{}月{}日（星期{day}）{:02}:{:02}（北京时间）",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute()
    )
}

/// The same in English: `Monday, 23 November 2026, 14:30 (China Standard Time, UTC+8)`.
fn moment_en(at: &DateTime<Utc>) -> String {
    at.with_timezone(&Shanghai).format("%A, %-d %B %Y, %H:%M (China Standard Time, UTC+8)").to_string()
}

#[cfg(test)]
#[path = "templates_tests.rs"]
mod tests;
