//! What the chat asks of the domain that owns consultations.
//!
//! The chat is below `consultations`: it owns the messages of a consultation, not the consultation. Who may read, who
//! takes part and what an offer is are decided above, by an implementation of [`ConsultationPort`] that the server is
//! started with. Whether a sender may write is asked inside the statement that stores (`chat_append`), by the SQL
//! functions of `consultations`.

use crate::app::App;
use crate::core::Problem;
use crate::core::actor::{Actor, Caller};
use crate::core::ids::{AccountId, ConsultationId};
use diesel::prelude::*;

/// A consultation, as far as the chat needs to know it for one reader.
#[derive(Debug, Clone)]
pub struct ConsultationInfo {
    /// The status, as the `subscribed` frame shows it.
    pub status: String,
    /// Whether it is offered to an expert who has not answered yet.
    pub is_offered: bool,
    /// Whether the reader may see the notes, too.
    pub sees_notes: bool,
}

/// The questions of the chat to the domain that owns consultations.
pub trait ConsultationPort: Send + Sync {
    /// A consultation for a reader. Called again whenever the right to read must be confirmed.
    ///
    /// # Errors
    /// 404 where the reader may not know of it.
    fn find(
        &self,
        conn: &mut PgConnection,
        reader: &Actor,
        id: ConsultationId,
    ) -> Result<ConsultationInfo, Problem>;

    /// The accounts of the experts who take part in a consultation.
    ///
    /// # Errors
    /// When the database is unavailable.
    fn experts(&self, conn: &mut PgConnection, id: ConsultationId) -> QueryResult<Vec<AccountId>>;

    /// Whether all who see a consultation see that the reader, who sees it as well, is there: its enterprise and the experts who
    /// take part. An expert to whom it is only offered, and an officer who looks on, are known to those who see the notes.
    ///
    /// # Errors
    /// When the database is unavailable.
    fn is_shown(&self, conn: &mut PgConnection, reader: &Actor, id: ConsultationId) -> QueryResult<bool>;

    /// The consultations under way that these accounts take part in.
    ///
    /// # Errors
    /// When the database is unavailable.
    fn open_consultations(
        &self,
        conn: &mut PgConnection,
        accounts: &[AccountId],
    ) -> QueryResult<Vec<(AccountId, ConsultationId)>>;

    /// An expert opened an offered consultation or types in it, which extends the time to answer. Gives whether the
    /// offer is still open.
    ///
    /// # Errors
    /// When the database is unavailable.
    fn hold_offer(&self, app: &App, expert: &Caller, id: ConsultationId) -> Result<bool, Problem>;
}
