//! What is published of a draw, without a log-in: all that is needed to repeat it. Who was drawn is named once the programme is closed; until then
//! only the ids of rows are shown, since nobody may be told of a sampling beforehand.

use crate::core::Problem;
use crate::core::page::MAX_LIMIT;
use crate::db::schema::{programme, programme_draw, programme_drawn, programme_frame, programme_target};
use crate::programmes::draw::frame::hex;
use crate::programmes::draw::queries;
use crate::programmes::ids::{DrawId, FrameId, ProgrammeId};
use crate::programmes::state::{OperatorRole, ProgrammeLevel, ProgrammeState};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::Value;

/// A draw as it is published.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PublicDraw {
    /// Id of the draw.
    pub id: DrawId,
    /// The name of the recipe by which it is repeated (`docs/draws.md`).
    pub recipe: String,
    /// The programme.
    pub programme: PublicProgramme,
    /// The target for which was drawn.
    pub target: PublicTarget,
    /// The first draw of the target is 1.
    pub ordinal: i32,
    /// Whether it is the last one of its target.
    pub in_force: bool,
    /// Why the target was drawn again; absent for its first draw.
    pub reason: Option<String>,
    /// When the frame was fixed.
    pub frame_taken_at: DateTime<Utc>,
    /// How the rows of the frame were found.
    #[schema(value_type = Object)]
    pub frame_query: Value,
    /// How many rows the frame has.
    pub frame_rows: i32,
    /// SHA-256 of the text of the frame, 64 hexadecimal digits.
    pub frame_sha256: String,
    /// Where the text of the frame is downloaded.
    pub frame_url: String,
    /// The seed, 64 hexadecimal digits.
    pub seed: String,
    /// The public event that gave the seed; absent where the system drew it after the frame was fixed.
    pub seed_event: Option<String>,
    /// The version of the weights, which stand in the frame.
    pub weights_version: String,
    /// How many operators were wanted.
    pub wanted: i32,
    /// The rows that were drawn, in their order.
    pub drawn: Vec<PublicDrawn>,
    /// When it was drawn.
    pub drawn_at: DateTime<Utc>,
    /// With what the ids of rows were made, as hexadecimal digits; published once the programme is closed.
    pub salt: Option<String>,
    /// All draws of the target, the first one first.
    pub draws: Vec<PublicDrawOf>,
}

/// A programme as it is published.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PublicProgramme {
    /// Its name.
    pub name: String,
    /// The level that organises it.
    #[schema(inline)]
    pub level: ProgrammeLevel,
    /// Code of the region whose authority organises it.
    pub organiser_region: String,
    /// The number of the document that orders it.
    pub document_no: Option<String>,
    /// Its first day.
    pub period_from: NaiveDate,
    /// Its last day.
    pub period_until: NaiveDate,
    /// Whether it is closed, so that names are shown.
    pub closed: bool,
}

/// A target as it is published.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = programme_target, check_for_backend(Pg))]
pub struct PublicTarget {
    /// Code of the region.
    pub region: String,
    /// Code of the product kind.
    pub product_kind: Option<String>,
    /// Code of the product class.
    pub product_class: Option<String>,
    /// As what the operators are sampled.
    #[schema(inline)]
    pub role: OperatorRole,
    /// How many samples.
    pub samples: i32,
}

/// A row that was drawn.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PublicDrawn {
    /// Its place in the draw, from 1.
    pub ordinal: i32,
    /// The id of its row in the frame.
    pub row_id: String,
    /// The name of the operator; once the programme is closed.
    pub name: Option<String>,
}

/// A draw of the same target.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = programme_draw, check_for_backend(Pg))]
pub struct PublicDrawOf {
    /// Id of the draw.
    pub id: DrawId,
    /// The first is 1.
    pub ordinal: i32,
    /// Why the target was drawn again; absent for the first.
    pub reason: Option<String>,
    /// When it was drawn.
    pub drawn_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = programme, check_for_backend(Pg))]
struct Programme {
    name: String,
    level: ProgrammeLevel,
    organiser_region: String,
    document_no: Option<String>,
    period_from: NaiveDate,
    period_until: NaiveDate,
    state: ProgrammeState,
    salt: Vec<u8>,
}

fn programme(conn: &mut PgConnection, id: ProgrammeId) -> Result<(PublicProgramme, Option<String>), Problem> {
    let p: Programme = programme::table.find(id).select(Programme::as_select()).first(conn)?;
    let closed = p.state == ProgrammeState::Closed;
    let salt = closed.then(|| hex(&p.salt));
    let programme = PublicProgramme {
        name: p.name,
        level: p.level,
        organiser_region: p.organiser_region,
        document_no: p.document_no,
        period_from: p.period_from,
        period_until: p.period_until,
        closed,
    };
    Ok((programme, salt))
}

/// A draw as it is published.
///
/// # Errors
/// 404 where there is none.
pub fn get(conn: &mut PgConnection, id: DrawId) -> Result<PublicDraw, Problem> {
    let draw = queries::published(conn, id)?;
    let (programme, salt) = programme(conn, draw.programme_id)?;
    let target: PublicTarget =
        programme_target::table.find(draw.target_id).select(PublicTarget::as_select()).first(conn)?;
    let rows: Vec<(i32, String, String)> = programme_drawn::table
        .filter(programme_drawn::draw_id.eq(id))
        .order(programme_drawn::ordinal)
        .select((programme_drawn::ordinal, programme_drawn::row_id, programme_drawn::name))
        .load(conn)?;
    let draws: Vec<PublicDrawOf> = programme_draw::table
        .filter(programme_draw::target_id.eq(draw.target_id))
        .order(programme_draw::ordinal)
        .limit(MAX_LIMIT)
        .select(PublicDrawOf::as_select())
        .load(conn)?;
    let drawn = |(ordinal, row_id, name): (i32, String, String)| PublicDrawn {
        ordinal,
        row_id,
        name: Some(name).filter(|_| programme.closed),
    };
    Ok(PublicDraw {
        id,
        recipe: draw.recipe,
        drawn: rows.into_iter().map(drawn).collect(),
        programme,
        target,
        ordinal: draw.ordinal,
        in_force: draw.in_force,
        reason: draw.reason,
        frame_taken_at: draw.frame.taken_at,
        frame_query: draw.frame.query,
        frame_rows: draw.frame.rows,
        frame_sha256: draw.frame.sha256,
        frame_url: format!("/api/v1/public/draws/{id}/frame"),
        seed: draw.seed,
        seed_event: draw.seed_event,
        weights_version: draw.weights_version,
        wanted: draw.wanted,
        drawn_at: draw.drawn_at,
        salt,
        draws,
    })
}

/// The text of the frame of a draw, as it was hashed.
///
/// # Errors
/// 404 where there is no such draw.
pub fn frame(conn: &mut PgConnection, id: DrawId) -> Result<String, Problem> {
    let frame: FrameId = programme_draw::table.find(id).select(programme_draw::frame_id).first(conn)?;
    Ok(programme_frame::table.find(frame).select(programme_frame::content).first(conn)?)
}
