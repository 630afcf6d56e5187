//! The settings of retention: the periods for which data are kept.

use crate::retention::rules::{Kind, least};
use crate::settings::Checks;

crate::settings_section! {
    /// How long data are kept. 0 keeps them for ever. What has a legal hold, or belongs to a case whose course has not ended, is kept whatever
    /// stands here, and so are histories of cases, dossiers and the audit. `/retention` shows what would go before a period is changed.
    pub RetentionSettings in "retention" checked by check {
        /// Months after the conclusion of a consultation after which the texts of its messages and notes are erased; 0, or at least 36.
        /// (provisional: by analogy with E-Commerce Law art. 31, three years)
        messages_months: u32 = 0, 0..=1_200;
        /// Months after the conclusion after which files are erased that only the conversation uses; 0, or at least 36. (provisional, as above)
        files_months: u32 = 0, 0..=1_200;
        /// Months after which name and addresses of a deactivated person of an enterprise are erased; 0, or at least 36. (provisional, as above)
        accounts_months: u32 = 0, 0..=1_200;
        /// Days after which a log-in that has ended is deleted; 0, or at least 184: network logs are kept for six months at least (Cybersecurity Law).
        sessions_days: u32 = 0, 0..=36_500;
        /// Days after which a mail that was sent, or was given up, is deleted; 0, or at least 184. (provisional: as for log-ins)
        mails_days: u32 = 0, 0..=36_500;
        /// Days after the result of a sampling became final, which it does when the term for challenges has passed, after which its recordings are
        /// erased where it passed or came to no result; 0, or at least 30. (provisional: PIPL art. 19, as short as the purpose allows)
        recordings_passed_days: u32 = 0, 0..=36_500;
        /// Months after the result became final after which the recordings of a sampling are erased that failed or was handed over; 0, or at least
        /// 36. A case whose course has not ended keeps them. (provisional: as long as the case)
        recordings_failed_months: u32 = 0, 0..=1_200;
        /// Months after an entry of credit conduct counts no more (its validity is over, it was repaired or annulled) after which its description, the
        /// reasons in its history and its files are erased; 0, or at least 36. A case whose course has not ended keeps them. (provisional: PIPL art. 19)
        conduct_months: u32 = 0, 0..=1_200;
    }
}

impl RetentionSettings {
    /// The period of a kind, in its unit; 0: for ever.
    pub fn period(&self, kind: Kind) -> u32 {
        match kind {
            Kind::Messages => self.messages_months,
            Kind::Files => self.files_months,
            Kind::Accounts => self.accounts_months,
            Kind::Sessions => self.sessions_days,
            Kind::Mails => self.mails_days,
            Kind::RecordingsPassed => self.recordings_passed_days,
            Kind::RecordingsFailed => self.recordings_failed_months,
            Kind::Conduct => self.conduct_months,
        }
    }
}

fn check(settings: &RetentionSettings, checks: &mut Checks<'_>) {
    for kind in Kind::ALL {
        let (period, least) = (settings.period(*kind), least(*kind));
        checks.check(
            period == 0 || period >= least,
            &format!("retention.{}", kind.key()),
            format!("must be 0, which keeps everything, or at least {least}"),
        );
    }
}
