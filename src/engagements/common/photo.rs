//! The same photo is of one enterprise and of no other, whichever of its engagements it belongs to.

use crate::attachments::ids::AttachmentId;
use crate::attachments::store::find_all;
use crate::core::ids::EnterpriseId;
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::schema::engagement_photo_of;
use diesel::prelude::*;

/// Keeps that a photo, by its SHA-256 in hexadecimal digits, is of an enterprise. Of two who use the same photo at once the second waits here for the first.
///
/// # Errors
/// 409 `photo_used_elsewhere` where it is of another one.
pub fn of_enterprise(tx: &mut Tx, enterprise: EnterpriseId, sha256: &str) -> Result<(), Problem> {
    use engagement_photo_of as p;
    diesel::insert_into(p::table)
        .values((p::sha256.eq(sha256), p::enterprise_id.eq(enterprise)))
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    let of: EnterpriseId = p::table.find(sha256).select(p::enterprise_id).first(&mut *tx.conn)?;
    if of == enterprise {
        return Ok(());
    }
    let text = Text::new("同一张照片不能用于两家企业", "one photo is not of two enterprises");
    Err(Problem::new(Code::PhotoUsedElsewhere, text))
}

/// The same for the photos among some files.
///
/// # Errors
/// As [`of_enterprise`].
pub fn all_of_enterprise(
    tx: &mut Tx,
    enterprise: EnterpriseId,
    files: &[AttachmentId],
) -> Result<(), Problem> {
    let files = find_all(&mut tx.conn, files)?;
    let photos = files.iter().filter(|file| file.content_type.starts_with("image/"));
    let mut digests: Vec<String> = photos.map(|file| file.digest()).collect();
    // In one order, so that two who use the same photos wait for each other.
    digests.sort_unstable();
    for digest in digests {
        of_enterprise(tx, enterprise, &digest)?;
    }
    Ok(())
}
