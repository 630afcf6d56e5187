//! Files of an expert's application: uploaded behind its one-time link, when there is no account yet. They have no owner; they belong to the
//! application, whose id is later the expert's. Who may add, read and discard them is decided by `experts`, above.

use crate::attachments::Attachment;
use crate::attachments::ids::AttachmentId;
use crate::attachments::kind::safe_name;
use crate::attachments::scan::{ScanSettings, ScanState};
use crate::attachments::state::{AttachmentState, AttachmentStep, gone, transition};
use crate::attachments::store::{AttachmentRow, hex};
use crate::attachments::upload::StartUpload;
use crate::core::Problem;
use crate::db::Tx;
use crate::db::count_lock::{self, Counted};
use crate::db::schema::attachment;
use diesel::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

/// Enters a file that is about to be stored for an application, where it has fewer than `most`; else gives none. Waits for the application's
/// turn, so that uploads side by side can't pass together.
///
/// # Errors
/// When the database refuses.
pub fn enter(
    tx: &mut Tx,
    application: Uuid,
    file: &StartUpload,
    most: u32,
) -> Result<Option<Attachment>, Problem> {
    count_lock::wait(&mut tx.conn, Counted::Files, application)?;
    let there: i64 = attachment::table
        .filter(attachment::application_id.eq(application))
        .filter(attachment::scan.ne(ScanState::Infected))
        .count()
        .get_result(&mut *tx.conn)?;
    if there >= i64::from(most) {
        return Ok(None);
    }
    let made = Attachment {
        id: AttachmentId::new(),
        name: safe_name(&file.name, file.kind),
        content_type: file.kind.content_type().to_owned(),
        size: file.size,
        sha256: hex(&file.sha256),
        created_at: tx.now,
        scan: tx.settings.section::<ScanSettings>().first(),
    };
    diesel::insert_into(attachment::table)
        .values((
            attachment::id.eq(made.id),
            attachment::application_id.eq(application),
            attachment::name.eq(&made.name),
            attachment::content_type.eq(&made.content_type),
            attachment::size.eq(made.size),
            attachment::sha256.eq(&file.sha256),
            attachment::state.eq(AttachmentState::Uploading),
            attachment::created_at.eq(tx.now),
            attachment::scan.eq(made.scan),
        ))
        .execute(&mut *tx.conn)?;
    Ok(Some(made))
}

/// Notes that the bytes of an application's file are stored, whole.
///
/// # Errors
/// 409 where the file was discarded meanwhile.
pub fn finish(tx: &mut Tx, application: Uuid, id: AttachmentId) -> Result<(), Problem> {
    let state: AttachmentState = attachment::table
        .find(id)
        .filter(attachment::application_id.eq(application))
        .select(attachment::state)
        .for_update()
        .first(&mut *tx.conn)
        .optional()?
        .ok_or_else(gone)?;
    diesel::update(attachment::table.find(id))
        .set(attachment::state.eq(transition(state, AttachmentStep::Finish)?))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// The whole files of some applications in which nothing was found, the earliest first.
///
/// # Errors
/// When the database can't be asked.
pub fn of(conn: &mut PgConnection, applications: &[Uuid]) -> Result<HashMap<Uuid, Vec<Attachment>>, Problem> {
    let rows: Vec<AttachmentRow> = attachment::table
        .filter(attachment::application_id.eq_any(applications))
        .filter(attachment::state.eq(AttachmentState::Uploaded))
        .filter(attachment::scan.ne(ScanState::Infected))
        .order((attachment::created_at, attachment::id))
        .select(AttachmentRow::as_select())
        .load(conn)?;
    let mut found: HashMap<Uuid, Vec<Attachment>> = HashMap::new();
    for row in rows {
        let Some(application) = row.application_id else { continue };
        found.entry(application).or_default().push(row.into());
    }
    Ok(found)
}

/// Discards one file of an application: nobody can read it any more, and the job of housekeeping deletes its bytes. Says whether it was there.
///
/// # Errors
/// When the database refuses.
pub fn discard_one(tx: &mut Tx, application: Uuid, id: AttachmentId) -> Result<bool, Problem> {
    let removing = transition(AttachmentState::Uploaded, AttachmentStep::Remove)?;
    let file = attachment::table.find(id).filter(attachment::application_id.eq(application));
    let discarded = diesel::update(file)
        .set((attachment::application_id.eq(None::<Uuid>), attachment::state.eq(removing)))
        .execute(&mut *tx.conn)?;
    Ok(discarded > 0)
}

/// Discards all files of some applications, and says how many there were.
///
/// # Errors
/// When the database refuses.
pub fn discard(conn: &mut PgConnection, applications: &[Uuid]) -> Result<usize, Problem> {
    let removing = transition(AttachmentState::Uploaded, AttachmentStep::Remove)?;
    // Of what something was found in, the scanner's job deletes the bytes, and the row stays to say so.
    let files = attachment::table
        .filter(attachment::application_id.eq_any(applications))
        .filter(attachment::scan.ne(ScanState::Infected));
    Ok(diesel::update(files)
        .set((attachment::application_id.eq(None::<Uuid>), attachment::state.eq(removing)))
        .execute(conn)?)
}
