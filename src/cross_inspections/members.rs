//! Who takes part in a round: joining by its word, saying who one's related enterprises and competitors are, handing products in. All of it before the assignment.

use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::{Problem, Text};
use crate::cross_inspections::commands::MAX_NAME;
use crate::cross_inspections::ids::{ParticipantId, ProductId, RoundId};
use crate::cross_inspections::policy::Standing;
use crate::cross_inspections::state::{RelationKind, RoundStep, transition};
use crate::cross_inspections::store::{self, Row};
use crate::db::schema::{cross_participant, cross_product, cross_relation, cross_round};
use crate::db::{Command, Tx};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most enterprises of a round.
pub const MOST_PARTICIPANTS: usize = 100;
/// The most products that one enterprise hands in.
pub const MOST_PRODUCTS: i64 = 10;
/// The most kin, and the most rivals, that one enterprise names.
const MOST_RELATIONS: usize = 50;

/// Joins a round by the word that its leader gave out.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinRound {
    /// The word.
    pub join_code: String,
}

impl Command for JoinRound {
    type Output = RoundId;
    const NAME: &'static str = "join_cross_round";

    fn run(&self, tx: &mut Tx) -> Result<RoundId, Problem> {
        let Some(Scope::Enterprise(enterprise)) = tx.actor.scope().cloned() else {
            return Err(Problem::forbidden());
        };
        let code = self.join_code.trim().to_uppercase();
        let row: Option<Row> = cross_round::table
            .filter(cross_round::join_code.eq(code))
            .for_update()
            .select(Row::as_select())
            .first(&mut *tx.conn)
            .optional()?;
        let Some(row) = row else {
            let text = Text::new("没有使用此加入码的互检轮次", "no round has this joining code");
            return Err(Problem::field("/join_code", text));
        };
        transition(row.state, RoundStep::Join)?;
        let known = store::participants(&mut tx.conn, row.id)?;
        // Joining twice changes nothing.
        if known.iter().any(|one| one.enterprise_id == enterprise) {
            return Ok(row.id);
        }
        if known.len() >= MOST_PARTICIPANTS {
            let text = Text::new("该轮次的企业已满", "the round is full");
            return Err(Problem::field("/join_code", text));
        }
        diesel::insert_into(cross_participant::table)
            .values((
                cross_participant::id.eq(ParticipantId::new()),
                cross_participant::round_id.eq(row.id),
                cross_participant::enterprise_id.eq(enterprise),
                cross_participant::joined_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        store::step(tx, &row, RoundStep::Join, None)?;
        store::audit(tx, &row, Self::NAME, json!({}))?;
        Ok(row.id)
    }
}

/// Leaves a round, with the products that were handed in; its leader can take a participant out as well.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LeaveRound {
    /// The round.
    pub id: RoundId,
    /// Whom the leader takes out; none for oneself.
    pub participant: Option<ParticipantId>,
}

impl Command for LeaveRound {
    type Output = ();
    const NAME: &'static str = "leave_cross_round";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let loaded = store::load(tx, self.id)?;
        let participant = loaded.participant(tx, self.participant)?.id;
        store::step(tx, &loaded.row, RoundStep::Leave, None)?;
        diesel::delete(cross_product::table.filter(cross_product::participant_id.eq(participant)))
            .execute(&mut *tx.conn)?;
        diesel::delete(cross_participant::table.find(participant)).execute(&mut *tx.conn)?;
        store::audit(tx, &loaded.row, Self::NAME, json!({}))
    }
}

/// Declares one's related enterprises and competitors, in place of the earlier declaration. Nobody is a declaration, too.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeclareRelations {
    /// The round.
    pub id: RoundId,
    /// For whom the leader says it, where it is known otherwise; none for oneself.
    pub participant: Option<ParticipantId>,
    /// Unified social credit codes of parents, subsidiaries and enterprises of the same parent.
    pub kin: Vec<String>,
    /// Those of rivals.
    pub rivals: Vec<String>,
}

fn codes(fields: &mut Fields, pointer: &str, given: &[String]) -> Vec<String> {
    fields.require(given.len() <= MOST_RELATIONS, pointer, "最多 50 家", "at most 50");
    let mut found: Vec<String> = Vec::new();
    for (at, code) in given.iter().enumerate().take(MOST_RELATIONS) {
        let code = code.trim().to_uppercase();
        let fits = code.len() == 18 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !fits {
            fields.fault(
                format!("{pointer}/{at}"),
                "须为 18 位统一社会信用代码",
                "must be a unified social credit code of 18 characters",
            );
        } else if !found.contains(&code) {
            found.push(code);
        }
    }
    found
}

impl Command for DeclareRelations {
    type Output = ();
    const NAME: &'static str = "declare_cross_relations";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let loaded = store::load(tx, self.id)?;
        let participant = loaded.participant(tx, self.participant)?.id;
        let mut fields = Fields::new();
        let kin = codes(&mut fields, "/kin", &self.kin);
        let rivals = codes(&mut fields, "/rivals", &self.rivals);
        fields.done()?;
        store::step(tx, &loaded.row, RoundStep::Declare, None)?;
        diesel::delete(cross_relation::table.filter(cross_relation::participant_id.eq(participant)))
            .execute(&mut *tx.conn)?;
        let kin = kin.into_iter().map(|code| (RelationKind::Kin, code));
        let rivals = rivals.into_iter().map(|code| (RelationKind::Rival, code));
        let rows: Vec<_> = kin
            .chain(rivals)
            .map(|(kind, code)| {
                (
                    cross_relation::participant_id.eq(participant),
                    cross_relation::kind.eq(kind),
                    cross_relation::uscc.eq(code),
                )
            })
            .collect();
        diesel::insert_into(cross_relation::table).values(rows).execute(&mut *tx.conn)?;
        diesel::update(cross_participant::table.find(participant))
            .set(cross_participant::declared_at.eq(tx.now))
            .execute(&mut *tx.conn)?;
        store::audit(tx, &loaded.row, Self::NAME, json!({}))
    }
}

/// Hands a product in, to be tested by another participant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddProduct {
    /// The round.
    pub id: RoundId,
    /// The name of the product, at most 200 characters.
    pub name: String,
    /// Its brand.
    pub brand: Option<String>,
}

impl Command for AddProduct {
    type Output = ProductId;
    const NAME: &'static str = "add_cross_product";

    fn run(&self, tx: &mut Tx) -> Result<ProductId, Problem> {
        let loaded = store::load(tx, self.id)?;
        let participant = loaded.participant(tx, None)?.id;
        let mut fields = Fields::new();
        let name = fields.text("/name", &self.name, MAX_NAME);
        let brand = fields.optional_text("/brand", self.brand.as_deref(), MAX_NAME);
        let count: i64 = cross_product::table
            .filter(cross_product::participant_id.eq(participant))
            .count()
            .get_result(&mut *tx.conn)?;
        fields.require(count < MOST_PRODUCTS, "/name", "每家企业最多 10 个产品", "at most 10 products each");
        fields.done()?;
        store::step(tx, &loaded.row, RoundStep::AddProduct, None)?;
        let id = ProductId::new();
        diesel::insert_into(cross_product::table)
            .values((
                cross_product::id.eq(id),
                cross_product::round_id.eq(self.id),
                cross_product::participant_id.eq(participant),
                cross_product::name.eq(name),
                cross_product::brand.eq(brand),
                cross_product::created_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        store::audit(tx, &loaded.row, Self::NAME, json!({}))?;
        Ok(id)
    }
}

/// Takes a product back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoveProduct {
    /// The round.
    pub id: RoundId,
    /// The product.
    pub product: ProductId,
}

impl Command for RemoveProduct {
    type Output = ();
    const NAME: &'static str = "remove_cross_product";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let loaded = store::load(tx, self.id)?;
        let own = match loaded.standing {
            Standing::Leader => None,
            _ => Some(loaded.participant(tx, None)?.id),
        };
        store::step(tx, &loaded.row, RoundStep::RemoveProduct, None)?;
        let products = cross_product::table.filter(cross_product::round_id.eq(self.id));
        let one = products.filter(cross_product::id.eq(self.product));
        let gone = match own {
            None => diesel::delete(one).execute(&mut *tx.conn)?,
            Some(own) => {
                diesel::delete(one.filter(cross_product::participant_id.eq(own))).execute(&mut *tx.conn)?
            }
        };
        if gone == 0 {
            return Err(Problem::not_found());
        }
        store::audit(tx, &loaded.row, Self::NAME, json!({}))
    }
}
