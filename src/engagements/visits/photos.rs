//! Photos of a visit. The same photo is of one enterprise and of no other.

use crate::attachments::ids::AttachmentId;
use crate::attachments::store::{find, use_for};
use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::core::{Code, Problem, Text};
use crate::db::schema::{engagement, engagement_photo};
use crate::db::{Command, Tx};
use crate::engagements::common::photo::of_enterprise;
use crate::engagements::ids::EngagementId;
use crate::engagements::policy::{Standing, standing, visible_to};
use crate::engagements::state::{EngagementKind, EngagementState};
use crate::engagements::store::{account, audit, enterprise_of, lock_visible};
use diesel::dsl::{exists, select};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// The most photos of a visit.
const MOST: usize = 50;

/// The most photos of one call.
const AT_ONCE: usize = 10;

/// Adds photos, which their expert has uploaded, to a visit. One that it has already stays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddPhotos {
    /// The visit.
    pub id: EngagementId,
    /// The uploads, 1 to 10.
    pub attachments: Vec<AttachmentId>,
}

/// Adds one photo of an enterprise; `at` says where it stands in what was sent.
fn add(
    tx: &mut Tx,
    id: EngagementId,
    enterprise: EnterpriseId,
    (attachment, at): (AttachmentId, usize),
) -> Result<(), Problem> {
    use engagement_photo as p;
    let pointer = format!("/attachments/{at}");
    let own = use_for(tx, id.0, attachment)?;
    let file = if own { find(&mut tx.conn, attachment).ok() } else { None };
    let Some(file) = file.filter(|file| file.content_type.starts_with("image/")) else {
        let (zh, en) =
            ("不是您上传的、可用于本次上门的照片", "is not a photo of yours that can be used here");
        return Err(Problem::field(&pointer, Text::new(zh, en)));
    };
    let sha256 = file.digest();
    of_enterprise(tx, enterprise, &sha256)?;
    let same = p::table.filter(p::engagement_id.eq(id)).filter(p::sha256.eq(&sha256));
    if select(exists(same)).get_result(&mut *tx.conn)? {
        let text = Text::new("本次上门已有这张照片", "the visit has this photo already");
        return Err(Problem::field(&pointer, text));
    }
    diesel::insert_into(p::table)
        .values((
            p::engagement_id.eq(id),
            p::attachment_id.eq(attachment),
            p::sha256.eq(&sha256),
            p::enterprise_id.eq(enterprise),
            p::added_by.eq(account(tx)?),
            p::added_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

impl Command for AddPhotos {
    type Output = EngagementId;
    const NAME: &'static str = "add_visit_photos";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        use engagement_photo as p;
        let (row, standing) = lock_visible(tx, self.id)?;
        if standing != Standing::Expert || row.kind != EngagementKind::Visit {
            return Err(Problem::forbidden());
        }
        if !(1..=AT_ONCE).contains(&self.attachments.len()) {
            let text = Text::new("一次须有 1 到 10 张照片", "must name 1 to 10 photos");
            return Err(Problem::field("/attachments", text));
        }
        let known: Vec<AttachmentId> =
            p::table.filter(p::engagement_id.eq(self.id)).select(p::attachment_id).load(&mut *tx.conn)?;
        let new: Vec<(AttachmentId, usize)> =
            self.attachments.iter().copied().zip(0..).filter(|(one, _)| !known.contains(one)).collect();
        if new.is_empty() {
            return Ok(self.id);
        }
        if !matches!(row.state, EngagementState::Started | EngagementState::Held) {
            return Err(Problem::new(
                Code::EngagementState,
                Text::new(
                    "到场之后、纪要确认之前方可添加照片",
                    "photos are added from the beginning of the visit until the minutes are confirmed",
                ),
            ));
        }
        if known.len().saturating_add(new.len()) > MOST {
            let text = Text::new("一次上门最多 50 张照片", "a visit has at most 50 photos");
            return Err(Problem::field("/attachments", text));
        }
        let enterprise = enterprise_of(&mut tx.conn, self.id)?;
        let count = new.len();
        for one in new {
            add(tx, self.id, enterprise, one)?;
        }
        audit(tx, &row, Self::NAME, json!({ "photos": count }))?;
        Ok(self.id)
    }
}

/// Whether the actor takes part in an engagement of which a file is a photo. Officers see none.
///
/// # Errors
/// When the database can't be asked.
pub fn sees(conn: &mut PgConnection, actor: &Actor, file: Uuid) -> Result<bool, Problem> {
    if !standing(actor).reads_findings() {
        return Ok(false);
    }
    let of = engagement_photo::table
        .filter(engagement_photo::attachment_id.eq(AttachmentId(file)))
        .select(engagement_photo::engagement_id);
    Ok(select(exists(visible_to(actor).filter(engagement::id.eq_any(of)))).get_result(conn)?)
}
