//! Looking at recordings: a view is opened with a reason, logged, and shown to the enterprise concerned.

use crate::attachments::AttachmentRow;
use crate::attachments::ids::AttachmentId;
use crate::attachments::recordings as files;
use crate::core::actor::Actor;
use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::core::page::{Page, Slice, Total};
use crate::core::{Code, Problem, Text};
use crate::db::schema::recording_view;
use crate::db::{Command, Tx};
use crate::inspections::ids::InspectionId;
use crate::recordings::ids::{SegmentId, ViewId};
use crate::recordings::inspected;
use crate::recordings::policy;
use crate::recordings::settings::{RecordingRules, rules_on};
use crate::recordings::store::{self, RecordingRow, SegmentRow};
use crate::settings::Settings;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text as SqlText, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of a reason.
const MAX_REASON: usize = 500;

crate::word_enum! {
    /// Which file of a segment.
    pub enum Rendition {
        /// What was recorded.
        Original = "original",
        /// Without what would let others be recognised.
        Blurred = "blurred",
    }
}

/// Opens a view of the recordings of an inspection, for a reason. Each view is logged.
#[derive(Debug, Clone, Serialize)]
pub struct OpenView {
    /// The inspection.
    pub inspection: InspectionId,
    /// Why, at most 500 characters.
    pub reason: String,
}

/// A view that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OpenedView {
    /// Its id, which the segments are asked for with.
    pub id: ViewId,
    /// Until when it is open, UTC.
    pub until: DateTime<Utc>,
    /// Whether the role sees the originals; else the blurred renditions alone.
    pub originals: bool,
}

impl Command for OpenView {
    type Output = OpenedView;
    const NAME: &'static str = "view_recordings";

    fn run(&self, tx: &mut Tx) -> Result<OpenedView, Problem> {
        policy::require_seen(&mut tx.conn, &tx.actor, self.inspection)?;
        let Some(account) = tx.actor.account() else { return Err(Problem::forbidden()) };
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, MAX_REASON);
        fields.done()?;
        let inspected = inspected::load(&mut tx.conn, self.inspection)?;
        let settings = std::sync::Arc::clone(&tx.settings);
        let rules = rules_on(&settings, tx.today())?;
        let role = tx.actor.role_word();
        let originals = tx.actor.scope().is_some_and(|scope| rules.originals.contains(&scope.role()));
        let until = tx.now + Duration::minutes(i64::from(rules.view_minutes));
        let id = ViewId::new();
        diesel::insert_into(recording_view::table)
            .values((
                recording_view::id.eq(id),
                recording_view::inspection_id.eq(inspected.id),
                recording_view::account_id.eq(account),
                recording_view::role.eq(role),
                recording_view::reason.eq(&reason),
                recording_view::originals.eq(originals),
                recording_view::at.eq(tx.now),
                recording_view::until.eq(until),
            ))
            .execute(&mut *tx.conn)?;
        store::audit(tx, &inspected, Self::NAME, json!({ "reason": reason, "originals": originals }))?;
        Ok(OpenedView { id, until, originals })
    }
}

/// The rendition of a segment that a reader gets; none where there is none for the reader.
pub fn rendition(
    actor: &Actor,
    row: &RecordingRow,
    segment: &SegmentRow,
    rules: &RecordingRules,
) -> Option<Rendition> {
    if row.erased_at.is_some() {
        None
    } else if policy::sees_originals(actor, row.began_by, rules) {
        Some(Rendition::Original)
    } else {
        segment.blurred_id.map(|_| Rendition::Blurred)
    }
}

/// The file of a segment, for who has an open view of its inspection.
///
/// # Errors
/// 404 for who may not know of it and where there is no such rendition, 403 without an open view and for an original that is not for the reader.
pub fn file(
    conn: &mut PgConnection,
    settings: &Settings,
    actor: &Actor,
    (id, view): (SegmentId, ViewId),
    wanted: Option<Rendition>,
    now: DateTime<Utc>,
) -> Result<AttachmentRow, Problem> {
    let (row, segment) = store::segment(conn, id)?;
    policy::require_seen(conn, actor, row.inspection_id)?;
    let open: Option<(InspectionId, AccountId, DateTime<Utc>)> = recording_view::table
        .find(view)
        .select((recording_view::inspection_id, recording_view::account_id, recording_view::until))
        .first(conn)
        .optional()?;
    let is_open = open.is_some_and(|(inspection, account, until)| {
        inspection == row.inspection_id && actor.account() == Some(account) && now < until
    });
    if !is_open {
        let text = Text::new("请先填写查看原因", "give a reason for the view first");
        return Err(Problem::new(Code::Forbidden, text));
    }
    let rules = rules_on(settings, crate::core::clock::shanghai_date(now))?;
    let allowed = rendition(actor, &row, &segment, rules);
    let shown = match (wanted, allowed) {
        (Some(Rendition::Original), Some(Rendition::Blurred)) => {
            let text = Text::new(
                "原始录像仅供取证查看，您可查看模糊处理版",
                "originals are evidence; the blurred rendition is open to you",
            );
            return Err(Problem::new(Code::Forbidden, text));
        }
        (Some(Rendition::Blurred), Some(_)) | (None, Some(Rendition::Blurred)) => segment.blurred_id,
        (Some(Rendition::Original) | None, Some(Rendition::Original)) => Some(segment.attachment_id),
        (_, None) if row.erased_at.is_some() => None,
        (_, None) => {
            let text = Text::new(
                "原始录像仅供取证查看，该分段没有模糊处理版",
                "originals are evidence, and the segment has no blurred rendition",
            );
            return Err(Problem::new(Code::Forbidden, text));
        }
    };
    let Some(shown) = shown else { return Err(Problem::not_found()) };
    files::of(conn, &[row.id.0])?.remove(&AttachmentId(shown)).ok_or_else(Problem::not_found)
}

/// Who looked, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, QueryableByName, utoipa::ToSchema)]
pub struct ViewView {
    /// Its id.
    #[diesel(sql_type = SqlUuid)]
    pub id: ViewId,
    /// The name of who looked.
    #[diesel(sql_type = SqlText)]
    pub by: String,
    /// The role of that person.
    #[diesel(sql_type = SqlText)]
    pub role: String,
    /// The reason that was given.
    #[diesel(sql_type = SqlText)]
    pub reason: String,
    /// Whether the originals were open to the person.
    #[diesel(sql_type = Bool)]
    pub originals: bool,
    /// When, UTC.
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
}

/// The views of the recordings of an inspection, the newest first.
///
/// # Errors
/// 404 for who may not know of the inspection, 403 for who does not read the log.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    inspection: InspectionId,
    slice: Slice,
) -> Result<Page<ViewView>, Problem> {
    require_log(conn, actor, inspection)?;
    let rows = diesel::sql_query(
        "SELECT v.id, a.name AS by, v.role, v.reason, v.originals, v.at
         FROM recording_view v JOIN published.account a ON a.id = v.account_id
         WHERE v.inspection_id = $1 AND ($2 IS NULL OR v.id < $2)
         ORDER BY v.id DESC LIMIT $3",
    )
    .bind::<SqlUuid, _>(inspection.0)
    .bind::<Nullable<SqlUuid>, _>(slice.after)
    .bind::<BigInt, _>(slice.limit.saturating_add(1))
    .load::<ViewView>(conn)?;
    Ok(Page::cut(rows, slice, |view: &ViewView| view.id.0))
}

fn require_log(conn: &mut PgConnection, actor: &Actor, inspection: InspectionId) -> Result<(), Problem> {
    policy::require_seen(conn, actor, inspection)?;
    if policy::reads_log(actor) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// How many views there are.
///
/// # Errors
/// As [`list`].
pub fn count(conn: &mut PgConnection, actor: &Actor, inspection: InspectionId) -> Result<Total, Problem> {
    require_log(conn, actor, inspection)?;
    let of = recording_view::table.filter(recording_view::inspection_id.eq(inspection));
    Ok(Total { rows: of.count().get_result(conn)?, more: false })
}
