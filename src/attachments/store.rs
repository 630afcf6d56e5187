//! An attachment's row.

use crate::attachments::ids::AttachmentId;
use crate::attachments::scan::ScanState;
use crate::attachments::state::AttachmentState;
use crate::core::Problem;
use crate::core::ids::{AccountId, ConsultationId};
use crate::db::Tx;
use crate::db::schema::attachment;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use uuid::Uuid;

/// A row of `attachment`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = attachment, check_for_backend(Pg))]
pub struct AttachmentRow {
    /// Id of the attachment.
    pub id: AttachmentId,
    /// Who uploaded it; nobody for a certificate of an application.
    pub owner_id: Option<AccountId>,
    /// A safe name.
    pub name: String,
    /// The media type, by content.
    pub content_type: String,
    /// Size of the file, in bytes.
    pub size: i64,
    /// SHA-256 of the bytes.
    pub sha256: Vec<u8>,
    /// The state.
    pub state: AttachmentState,
    /// The consultation in whose chat it is used.
    pub consultation_id: Option<ConsultationId>,
    /// The stream of that chat.
    pub stream: Option<String>,
    /// The case for which it is used.
    pub case_id: Option<Uuid>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// What the scanner for malicious software says.
    pub scan: ScanState,
    /// The application of an expert to which it belongs.
    pub application_id: Option<Uuid>,
    /// The recording of an inspection to which it belongs.
    pub recording_id: Option<Uuid>,
    /// The thing of a higher domain for which it is used: an inspection, an entry of conduct, an engagement.
    pub used_for: Option<Uuid>,
}

impl AttachmentRow {
    /// Whether it is used nowhere yet.
    pub fn is_unused(&self) -> bool {
        self.consultation_id.is_none()
            && self.case_id.is_none()
            && self.application_id.is_none()
            && self.recording_id.is_none()
            && self.used_for.is_none()
    }

    /// SHA-256 in hexadecimal digits.
    pub fn digest(&self) -> String {
        hex(&self.sha256)
    }
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// A whole attachment by its id. Says nothing of who may read it.
///
/// # Errors
/// 404 where there is none.
pub fn find(conn: &mut PgConnection, id: AttachmentId) -> Result<AttachmentRow, Problem> {
    Ok(attachment::table
        .find(id)
        .filter(attachment::state.eq(AttachmentState::Uploaded))
        .select(AttachmentRow::as_select())
        .first(conn)?)
}

/// Whole attachments by their ids. Says nothing of who may read them.
///
/// # Errors
/// When the database can't be asked.
pub fn find_all(conn: &mut PgConnection, ids: &[AttachmentId]) -> Result<Vec<AttachmentRow>, Problem> {
    Ok(attachment::table
        .filter(attachment::id.eq_any(ids))
        .filter(attachment::state.eq(AttachmentState::Uploaded))
        .select(AttachmentRow::as_select())
        .load(conn)?)
}

/// A whole file in the store, as a back-up names it.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, serde::Serialize, serde::Deserialize)]
pub struct Stored {
    /// Id of the attachment.
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub id: AttachmentId,
    /// Size of the file, in bytes.
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    pub size: i64,
    /// SHA-256 in hexadecimal digits.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub sha256: String,
}

/// All whole files whose bytes are kept. Reads the tables of an earlier version, too: a back-up is taken before an upgrade.
///
/// # Errors
/// When the database can't be asked.
pub fn stored(conn: &mut PgConnection) -> QueryResult<Vec<Stored>> {
    diesel::sql_query(
        "SELECT a.id, a.size, encode(a.sha256, 'hex') AS sha256 FROM attachment a
         WHERE a.state = 'uploaded' AND to_jsonb(a) ->> 'scan' IS DISTINCT FROM 'infected' ORDER BY a.id",
    )
    .load(conn)
}

/// Whether something was found in a file, or the file is gone.
///
/// # Errors
/// When the database can't be asked.
pub fn is_quarantined(conn: &mut PgConnection, id: AttachmentId) -> QueryResult<bool> {
    let scan: Option<ScanState> =
        attachment::table.find(id).select(attachment::scan).first(conn).optional()?;
    Ok(scan.is_none_or(|scan| scan == ScanState::Infected))
}

/// Uses an attachment of the actor's own for a case. Gives whether it could be: it is there, whole, the
/// actor's, in no other case and no internal notes, and nothing was found in it.
///
/// # Errors
/// When the database refuses.
pub fn use_for_case(tx: &mut Tx, case: Uuid, id: AttachmentId) -> Result<bool, Problem> {
    let Some(owner) = tx.actor.account() else { return Ok(false) };
    let used = diesel::update(attachment::table.find(id))
        .filter(attachment::owner_id.eq(owner))
        .filter(attachment::state.eq(AttachmentState::Uploaded))
        .filter(attachment::scan.ne(ScanState::Infected))
        .filter(attachment::recording_id.is_null().and(attachment::used_for.is_null()))
        .filter(attachment::case_id.is_null().or(attachment::case_id.eq(case)))
        .filter(attachment::stream.is_null().or(attachment::stream.ne("notes")))
        .set(attachment::case_id.eq(case))
        .execute(&mut *tx.conn)?;
    Ok(used == 1)
}

/// Uses an attachment of the actor's own for a thing of a higher domain, by its id. Gives whether it could be: it is there, whole, the actor's, used
/// nowhere else, and nothing was found in it.
///
/// # Errors
/// When the database refuses.
pub fn use_for(tx: &mut Tx, thing: Uuid, id: AttachmentId) -> Result<bool, Problem> {
    let Some(owner) = tx.actor.account() else { return Ok(false) };
    let used = diesel::update(attachment::table.find(id))
        .filter(attachment::owner_id.eq(owner))
        .filter(attachment::state.eq(AttachmentState::Uploaded))
        .filter(attachment::scan.ne(ScanState::Infected))
        .filter(attachment::case_id.is_null().and(attachment::consultation_id.is_null()))
        .filter(attachment::application_id.is_null().and(attachment::recording_id.is_null()))
        .filter(attachment::used_for.is_null().or(attachment::used_for.eq(thing)))
        .set(attachment::used_for.eq(thing))
        .execute(&mut *tx.conn)?;
    Ok(used == 1)
}
