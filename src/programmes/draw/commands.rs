//! Drawing operators for a target of a programme.

use crate::core::fields::Fields;
use crate::core::{Problem, Text};
use crate::db::officer_steps::officer;
use crate::db::schema::{programme_draw, programme_drawn, programme_frame, programme_target};
use crate::db::{Command, Tx};
use crate::programmes::draw::algorithm::{Seed, draw};
use crate::programmes::draw::frame::{Frame, hex, seed_of};
use crate::programmes::draw::register::{OperatorInput, Wanted, from_list, from_register};
use crate::programmes::draw::risk_index::{IndexOf, weigh};
use crate::programmes::ids::{DrawId, DrawnId, FrameId, LaboratoryId, ProgrammeId, TargetId};
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::settings::ProgrammeSettings;
use crate::programmes::state::{OperatorRole, ProgrammeStep, transition};
use crate::programmes::store::{self, Row};
use diesel::dsl::max;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

/// The most operators of a draw.
const MOST_DRAWN: i32 = 20_000;
/// Rows of one statement: PostgreSQL takes 65,535 values, a row has ten.
const ROWS_AT_ONCE: usize = 5_000;

/// Draws operators for a target of a programme that is approved or running.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DrawSample {
    /// The programme.
    pub programme: ProgrammeId,
    /// What is asked for.
    pub request: DrawRequest,
}

/// What is asked of a draw.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DrawRequest {
    /// The target for which is drawn.
    pub target_id: TargetId,
    /// How many operators, 1 to 20,000; as many as the target says where none is given. All of the frame where it has fewer.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 20_000)]
    pub count: Option<i32>,
    /// The seed, 64 hexadecimal digits, where a public event gives it. Else the system draws it once the frame is fixed.
    #[serde(default)]
    pub seed: Option<String>,
    /// The public event that gave the seed, at most 500 characters. Needed with a seed; published.
    #[serde(default)]
    pub seed_event: Option<String>,
    /// The operators of the frame, at most 2,000. Where none are named: the operating enterprises of the register, in the region of
    /// the target, that have a record of its kind or class.
    #[serde(default)]
    pub operators: Option<Vec<OperatorInput>>,
    /// Why another draw is made, at most 1,000 characters. Needed where the target was drawn before; published. The draw before it stays.
    #[serde(default)]
    pub reason: Option<String>,
}

/// The part of a target by which is drawn.
#[derive(Queryable, Selectable)]
#[diesel(table_name = programme_target, check_for_backend(Pg))]
struct Target {
    id: TargetId,
    region: String,
    product_kind: Option<String>,
    product_class: Option<String>,
    role: OperatorRole,
    samples: i32,
    operators: Option<i32>,
}

#[derive(Insertable)]
#[diesel(table_name = programme_drawn)]
struct NewDrawn<'a> {
    id: DrawnId,
    draw_id: DrawId,
    ordinal: i32,
    row_id: &'a str,
    enterprise_id: Option<Uuid>,
    uscc: &'a str,
    name: &'a str,
    region: &'a str,
    role: OperatorRole,
    product_kind: &'a str,
    laboratory_id: Option<LaboratoryId>,
}

/// A request that was checked: how many, the seed with its event where one was given, and the reason of another draw.
struct Checked {
    wanted: i32,
    given: Option<(Seed, String)>,
    reason: Option<String>,
}

impl Checked {
    /// The seed: the one that a public event gave, or one of the system's randomness.
    fn seed(&self) -> Result<(Seed, Option<String>), Problem> {
        if let Some((seed, event)) = &self.given {
            return Ok((*seed, Some(event.clone())));
        }
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        Ok((seed, None))
    }
}

impl DrawRequest {
    fn check(&self, target: &Target, before: i32) -> Result<Checked, Problem> {
        let mut fields = Fields::new();
        let wanted = self.count.or(target.operators).unwrap_or(target.samples);
        fields.require(
            (1..=MOST_DRAWN).contains(&wanted),
            "/count",
            "须为 1 到 20000 的整数",
            "must be a whole number from 1 to 20000",
        );
        let event = fields.optional_text("/seed_event", self.seed_event.as_deref(), 500);
        let given = match self.seed.as_deref().map(str::trim).filter(|seed| !seed.is_empty()) {
            None => {
                fields.require(
                    event.is_none(),
                    "/seed",
                    "写明公开事件时须填写其给出的种子",
                    "is needed where a public event is named",
                );
                None
            }
            Some(text) => {
                let seed = seed_of(text);
                fields.require(
                    seed.is_some(),
                    "/seed",
                    "须为 64 位十六进制数字",
                    "must be 64 hexadecimal digits",
                );
                fields.require(
                    event.is_some(),
                    "/seed_event",
                    "须写明给出种子的公开事件",
                    "name the public event that gave the seed",
                );
                seed.zip(event)
            }
        };
        let reason = fields.optional_text("/reason", self.reason.as_deref(), 1_000);
        fields.require(
            before == 0 || reason.is_some(),
            "/reason",
            "该任务已抽取过，重新抽取须说明原因",
            "the target was drawn before; say why it is drawn again",
        );
        fields.done()?;
        Ok(Checked { wanted, given, reason: reason.filter(|_| before > 0) })
    }
}

/// A target of the programme, and how often it was drawn before.
fn target(tx: &mut Tx, row: &Row, id: TargetId) -> Result<(Target, i32), Problem> {
    use programme_target as t;
    let target: Option<Target> = t::table
        .filter(t::programme_id.eq(row.id))
        .filter(t::id.eq(id))
        .select(Target::as_select())
        .first(&mut *tx.conn)
        .optional()?;
    let target = target.ok_or_else(|| {
        Problem::field("/target_id", Text::new("本计划没有这项任务", "is no target of this programme"))
    })?;
    let before: Option<i32> = programme_draw::table
        .filter(programme_draw::target_id.eq(target.id))
        .select(max(programme_draw::ordinal))
        .first(&mut *tx.conn)?;
    Ok((target, before.unwrap_or(0)))
}

/// How the rows of a frame were found, for whoever repeats it.
fn query(tx: &Tx, wanted: &Wanted, listed: Option<&[OperatorInput]>, index: Option<&IndexOf>) -> Value {
    let mut query = json!({
        "source": if listed.is_some() { "list" } else { "register" },
        "region": wanted.region,
        "role": wanted.role,
        "product_kind": wanted.kind,
        "product_class": wanted.class,
        "as_of": tx.today(),
    });
    if let (None, Some(fields)) = (listed, query.as_object_mut()) {
        fields.insert("operating_status".to_owned(), json!("operating"));
    }
    // By which index the rows are weighted, where one is kept.
    if let (Some(index), Some(fields)) = (index, query.as_object_mut()) {
        fields.insert("risk_index_as_of".to_owned(), json!(index.day));
        fields.insert("risk_rules".to_owned(), json!(index.rules_version));
    }
    query
}

impl Command for DrawSample {
    type Output = DrawId;
    const NAME: &'static str = "draw_sample";

    fn run(&self, tx: &mut Tx) -> Result<DrawId, Problem> {
        let row = store::load_of_kind(tx, self.programme, ProgrammeKind::Sampling)?;
        let by = officer(tx)?;
        transition(row.state, ProgrammeStep::Draw)?;
        let request = &self.request;
        let (target, before) = target(tx, &row, request.target_id)?;
        let checked = request.check(&target, before)?;
        let wanted = Wanted {
            region: target.region.clone(),
            kind: target.product_kind.clone(),
            class: target.product_class.clone(),
            role: target.role,
        };
        let listed = request.operators.as_deref();
        let mut operators = match listed {
            Some(listed) => from_list(tx, &wanted, listed)?,
            None => from_register(tx, &wanted)?,
        };
        let index = weigh(tx, &mut operators)?;
        let table = tx.settings.section::<ProgrammeSettings>().regimes_on(tx.today()).cloned();
        let table = table.ok_or_else(|| Problem::internal("there are no regimes"))?;
        let frame = Frame::of(operators, &row.salt, &table);
        let query = query(tx, &wanted, listed, index.as_ref());
        let frame_id = keep_frame(tx, &row, target.id, &frame, &query)?;
        let (seed, event) = checked.seed()?;
        let id = DrawId::new();
        diesel::insert_into(programme_draw::table)
            .values((
                programme_draw::id.eq(id),
                programme_draw::programme_id.eq(row.id),
                programme_draw::target_id.eq(target.id),
                programme_draw::ordinal.eq(before + 1),
                programme_draw::frame_id.eq(frame_id),
                programme_draw::seed.eq(seed.to_vec()),
                programme_draw::seed_event.eq(&event),
                programme_draw::weights_version.eq(&table.version),
                programme_draw::wanted.eq(checked.wanted),
                programme_draw::reason.eq(&checked.reason),
                programme_draw::drawn_by.eq(by),
                programme_draw::drawn_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let drawn = keep_drawn(tx, id, &frame, &seed, checked.wanted)?;
        store::step(tx, &row, ProgrammeStep::Draw, checked.reason.as_deref())?;
        let data = json!({
            "draw": id, "target": target.id, "rows": frame.rows.len(), "drawn": drawn,
            "sha256": hex(&frame.sha256), "seed_event": event, "reason": checked.reason,
        });
        store::audit(tx, &row, Self::NAME, data)?;
        Ok(id)
    }
}

fn keep_frame(
    tx: &mut Tx,
    row: &Row,
    target: TargetId,
    frame: &Frame,
    query: &Value,
) -> Result<FrameId, Problem> {
    use programme_frame as f;
    let id = FrameId::new();
    diesel::insert_into(f::table)
        .values((
            f::id.eq(id),
            f::programme_id.eq(row.id),
            f::target_id.eq(target),
            f::taken_at.eq(tx.now),
            f::query.eq(query),
            f::rows.eq(i32::try_from(frame.rows.len()).unwrap_or(i32::MAX)),
            f::sha256.eq(&frame.sha256),
            f::content.eq(&frame.content),
            f::identities.eq(&frame.identities),
        ))
        .execute(&mut *tx.conn)?;
    Ok(id)
}

fn keep_drawn(tx: &mut Tx, id: DrawId, frame: &Frame, seed: &Seed, wanted: i32) -> Result<usize, Problem> {
    let places = draw(seed, &frame.weighted(), usize::try_from(wanted).unwrap_or_default());
    let rows = (1_i32..).zip(places.iter().filter_map(|place| frame.rows.get(*place)));
    let rows: Vec<NewDrawn<'_>> = rows
        .map(|(ordinal, row)| NewDrawn {
            id: DrawnId::new(),
            draw_id: id,
            ordinal,
            row_id: &row.id,
            enterprise_id: row.operator.enterprise,
            uscc: &row.operator.uscc,
            name: &row.operator.name,
            region: &row.operator.region,
            role: row.operator.role,
            product_kind: &row.operator.product_kind,
            laboratory_id: None,
        })
        .collect();
    for part in rows.chunks(ROWS_AT_ONCE) {
        diesel::insert_into(programme_drawn::table).values(part).execute(&mut *tx.conn)?;
    }
    Ok(rows.len())
}
