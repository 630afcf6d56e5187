//! The preview: what would go now of each kind, by the periods in force or by others that are tried.

use diesel::PgConnection;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::problem::FieldError;
use crate::core::{Actor, Problem, Text};
use crate::retention::due::{KindPreview, preview};
use crate::retention::queries::permit_overview;
use crate::retention::rules::{Kind, fits, least};
use crate::retention::settings::RetentionSettings;

/// Periods that are tried instead of those in force. 0 keeps everything.
#[derive(Debug, Default, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Tried {
    /// Months after the conclusion of a consultation, of its messages and notes: 0, or 36 to 1200.
    messages_months: Option<u32>,
    /// Months after the conclusion, of files that only the conversation uses: 0, or 36 to 1200.
    files_months: Option<u32>,
    /// Months after the deactivation, of people of enterprises: 0, or 36 to 1200.
    accounts_months: Option<u32>,
    /// Days after its end, of a log-in: 0, or 184 to 36500.
    sessions_days: Option<u32>,
    /// Days after its writing, of a mail that was sent or given up: 0, or 184 to 36500.
    mails_days: Option<u32>,
    /// Days after the final result, of recordings of samplings that passed: 0, or 30 to 36500.
    recordings_passed_days: Option<u32>,
    /// Months after the final result, of recordings of samplings that failed: 0, or 36 to 1200.
    recordings_failed_months: Option<u32>,
    /// Months after it counts no more, of texts and files of credit conduct: 0, or 36 to 1200.
    conduct_months: Option<u32>,
}

impl Tried {
    /// The same as the parameters of a page.
    ///
    /// # Errors
    /// Those of `period`.
    pub fn new(period: impl Fn(&str) -> Result<Option<u32>, Problem>) -> Result<Self, Problem> {
        Ok(Self {
            messages_months: period(Kind::Messages.key())?,
            files_months: period(Kind::Files.key())?,
            accounts_months: period(Kind::Accounts.key())?,
            sessions_days: period(Kind::Sessions.key())?,
            mails_days: period(Kind::Mails.key())?,
            recordings_passed_days: period(Kind::RecordingsPassed.key())?,
            recordings_failed_months: period(Kind::RecordingsFailed.key())?,
            conduct_months: period(Kind::Conduct.key())?,
        })
    }

    fn of(&self, kind: Kind) -> Option<u32> {
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

/// Counts what would go now of each kind, by the periods in force where no others are tried.
///
/// # Errors
/// 403 for who may not know, 422 for a period that could not be set.
pub fn count(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    tried: &Tried,
) -> Result<Vec<KindPreview>, Problem> {
    permit_overview(actor, app.catalogue())?;
    let wrong = |kind: &&Kind| tried.of(**kind).is_some_and(|period| !fits(**kind, period));
    let errors = Kind::ALL.iter().filter(wrong).map(|kind| {
        let least = least(*kind);
        let text = Text::new(
            format!("须为 0（永久保存）或不小于 {least} 的整数，且不超过上限"),
            format!("must be 0, which keeps everything, or a number from {least} to the greatest period"),
        );
        FieldError::query(kind.key(), text)
    });
    Problem::unless_empty(errors.collect())?;
    let (now, settings) = (app.clock().now(), app.settings().section::<RetentionSettings>());
    let one = |kind: &Kind| {
        let in_force = settings.period(*kind);
        preview(conn, *kind, (tried.of(*kind).unwrap_or(in_force), in_force), (now, shanghai_date(now)))
    };
    Kind::ALL.iter().map(one).collect()
}
