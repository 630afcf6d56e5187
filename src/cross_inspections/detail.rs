//! One round, as its reader may see it.

use crate::accounts::store::names;
use crate::attachments::store::hex;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::cross_inspections::ids::{ParticipantId, ProductId, RoundId};
use crate::cross_inspections::policy::Standing;
use crate::cross_inspections::queries::{RoundView, get};
use crate::cross_inspections::state::{RelationKind, RoundState, RoundStep, Verdict, allowed};
use crate::cross_inspections::store::{Participant, participants};
use crate::db::published::enterprise;
use crate::db::schema::{cross_event, cross_product, cross_relation, cross_round};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A round with what its reader may know of it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RoundDetail {
    /// The round.
    #[serde(flatten)]
    pub view: RoundView,
    /// The steps that its state allows.
    #[schema(inline)]
    pub allowed: Vec<RoundStep>,
    /// The word by which enterprises join; for the leader, while they may.
    pub join_code: Option<String>,
    /// The seed of the assignment and of the laboratory's share, in hexadecimal; for the leader.
    pub seed: Option<String>,
    /// Who takes part; for the leader. At most 100.
    pub participants: Vec<ParticipantView>,
    /// What the caller declared; for a participant.
    pub own: Option<ParticipantView>,
    /// All products for the leader, the own ones for a participant. At most 1,000.
    pub products: Vec<ProductView>,
    /// What the caller tests, by blind codes; for a participant.
    pub tasks: Vec<CodedResult>,
    /// What the caller tests of its share, by blind codes; for the laboratory.
    pub checks: Vec<CodedResult>,
    /// All results by blind codes; for a participant of a closed round.
    pub results: Vec<CodedResult>,
    /// The steps of the leader, the first one first.
    pub history: Vec<RoundEvent>,
}

/// An enterprise that takes part.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ParticipantView {
    /// Id of the participant.
    pub id: ParticipantId,
    /// The name of the enterprise.
    pub name: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// When it last declared its related and competing enterprises.
    pub declared_at: Option<DateTime<Utc>>,
    /// The credit codes of its kin.
    pub kin: Vec<String>,
    /// Those of its rivals.
    pub rivals: Vec<String>,
}

/// A product with what was found in it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProductView {
    /// Id of the product.
    pub id: ProductId,
    /// Its name.
    pub name: String,
    /// Its brand.
    pub brand: Option<String>,
    /// Whose it is; for the leader.
    pub owner: Option<String>,
    /// Who tests it; for the leader.
    pub tester: Option<String>,
    /// Its blind code; for the leader, who puts it on the sample.
    pub code: Option<String>,
    /// Whether the laboratory tests it as well; for the leader.
    pub to_check: Option<bool>,
    /// Whether the product passed, failed, or has no result yet.
    #[serde(flatten)]
    pub found: Found,
    /// When the owner corrected it.
    pub corrected_on: Option<NaiveDate>,
    /// The correction that the enterprise reported.
    pub correction: Option<String>,
}

/// A result by the blind code of its product.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CodedResult {
    /// The blind code.
    pub code: String,
    /// Whether the product passed, failed, or has no result yet.
    #[serde(flatten)]
    pub found: Found,
}

/// What was found in a product.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Found {
    /// By the participant that tested it.
    #[schema(inline)]
    pub result: Option<Verdict>,
    /// The faults that it found.
    pub faults: Vec<String>,
    /// The day of its test.
    pub tested_on: Option<NaiveDate>,
    /// By the laboratory.
    #[schema(inline)]
    pub check_result: Option<Verdict>,
    /// The faults that the laboratory found.
    pub check_faults: Vec<String>,
    /// The number of its report.
    pub check_report_no: Option<String>,
}

/// A step of the leader.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RoundEvent {
    /// The step.
    #[schema(inline)]
    pub step: RoundStep,
    /// The reason that was given.
    pub reason: Option<String>,
    /// Name of who took the step.
    pub by: String,
    /// The moment of the step.
    pub at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = cross_product, check_for_backend(Pg))]
struct ProductRow {
    id: ProductId,
    participant_id: ParticipantId,
    name: String,
    brand: Option<String>,
    code: Option<String>,
    tester_id: Option<ParticipantId>,
    checked: bool,
    result: Option<Verdict>,
    faults: Vec<String>,
    tested_on: Option<NaiveDate>,
    check_result: Option<Verdict>,
    check_faults: Vec<String>,
    check_report_no: Option<String>,
    corrected_on: Option<NaiveDate>,
    correction: Option<String>,
}

impl ProductRow {
    fn found(&self) -> Found {
        Found {
            result: self.result,
            faults: self.faults.clone(),
            tested_on: self.tested_on,
            check_result: self.check_result,
            check_faults: self.check_faults.clone(),
            check_report_no: self.check_report_no.clone(),
        }
    }

    /// What the laboratory may know: its own result.
    fn of_laboratory(&self) -> Option<CodedResult> {
        let mut coded = self.coded()?;
        (coded.found.result, coded.found.tested_on) = (None, None);
        coded.found.faults = Vec::new();
        Some(coded)
    }

    fn coded(&self) -> Option<CodedResult> {
        Some(CodedResult { code: self.code.clone()?, found: self.found() })
    }
}

/// Names and credit codes of enterprises.
type Named = HashMap<EnterpriseId, (String, String)>;

fn named(conn: &mut PgConnection, of: &[Participant]) -> QueryResult<Named> {
    let ids: Vec<EnterpriseId> = of.iter().map(|one| one.enterprise_id).collect();
    let rows: Vec<(EnterpriseId, String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(ids))
        .select((enterprise::id, enterprise::name, enterprise::uscc))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name, uscc)| (id, (name, uscc))).collect())
}

fn participant_views(
    conn: &mut PgConnection,
    of: &[Participant],
    named: &Named,
) -> Result<Vec<ParticipantView>, Problem> {
    use cross_relation as r;
    let ids: Vec<ParticipantId> = of.iter().map(|one| one.id).collect();
    let relations: Vec<(ParticipantId, RelationKind, String)> = r::table
        .filter(r::participant_id.eq_any(ids))
        .order(r::uscc)
        .select((r::participant_id, r::kind, r::uscc))
        .load(conn)?;
    let view = |one: &Participant| {
        let (name, uscc) = named.get(&one.enterprise_id).cloned().unwrap_or_default();
        let of_kind = |kind: RelationKind| {
            let found = relations.iter().filter(|(id, found, _)| *id == one.id && *found == kind);
            found.map(|(_, _, uscc)| uscc.clone()).collect()
        };
        ParticipantView {
            id: one.id,
            name,
            uscc,
            declared_at: one.declared_at,
            kin: of_kind(RelationKind::Kin),
            rivals: of_kind(RelationKind::Rival),
        }
    };
    Ok(of.iter().map(view).collect())
}

/// The steps that everybody who knows of the round may see: those of whoever leads it.
const OF_LEADER: [RoundStep; 6] = [
    RoundStep::Create,
    RoundStep::Change,
    RoundStep::Assign,
    RoundStep::TakeOver,
    RoundStep::Close,
    RoundStep::Withdraw,
];

type Step = (RoundStep, Option<String>, AccountId, DateTime<Utc>);

fn history(conn: &mut PgConnection, id: RoundId) -> Result<Vec<RoundEvent>, Problem> {
    use cross_event as e;
    let steps: Vec<Step> = e::table
        .filter(e::round_id.eq(id))
        .filter(e::step.eq_any(OF_LEADER))
        .order(e::ordinal)
        .limit(200)
        .select((e::step, e::reason, e::account_id, e::at))
        .load(conn)?;
    let people: Vec<AccountId> = steps.iter().map(|step| step.2).collect();
    let names = names(conn, &people)?;
    let event = |(step, reason, by, at): Step| RoundEvent {
        step,
        reason,
        by: names.get(&by).cloned().unwrap_or_default(),
        at,
    };
    Ok(steps.into_iter().map(event).collect())
}

/// One round, as its reader may see it.
///
/// # Errors
/// 403 for the operator, 404 where the actor may not know of it.
pub fn detail(conn: &mut PgConnection, actor: &Actor, id: RoundId) -> Result<RoundDetail, Problem> {
    let (view, standing, own) = get(conn, actor, id)?;
    let state = view.round.state;
    let mut detail = RoundDetail {
        allowed: allowed(state),
        join_code: None,
        seed: None,
        participants: Vec::new(),
        own: None,
        products: Vec::new(),
        tasks: Vec::new(),
        checks: Vec::new(),
        results: Vec::new(),
        history: history(conn, id)?,
        view,
    };
    if standing == Standing::Officer {
        return Ok(detail);
    }
    let products: Vec<ProductRow> = cross_product::table
        .filter(cross_product::round_id.eq(id))
        .order(cross_product::id)
        .select(ProductRow::as_select())
        .load(conn)?;
    let mut coded: Vec<CodedResult> = products.iter().filter_map(ProductRow::coded).collect();
    // In the order of the codes, which says nothing of who handed in when.
    coded.sort_by(|a, b| a.code.cmp(&b.code));
    if standing == Standing::Laboratory {
        let share = products.iter().filter(|product| product.checked);
        detail.checks = share.filter_map(ProductRow::of_laboratory).collect();
        detail.checks.sort_by(|a, b| a.code.cmp(&b.code));
        return Ok(detail);
    }
    let all = participants(conn, id)?;
    let named = named(conn, &all)?;
    let name = |id: ParticipantId| {
        let enterprise = all.iter().find(|one| one.id == id)?.enterprise_id;
        named.get(&enterprise).map(|(name, _)| name.clone())
    };
    let leads = standing == Standing::Leader;
    let mine: Option<&Participant> = all.iter().find(|one| Some(one.enterprise_id) == own);
    let shown =
        products.iter().filter(|product| leads || mine.is_some_and(|own| own.id == product.participant_id));
    detail.products = shown
        .map(|product| ProductView {
            id: product.id,
            name: product.name.clone(),
            brand: product.brand.clone(),
            owner: leads.then(|| name(product.participant_id)).flatten(),
            tester: product.tester_id.filter(|_| leads).and_then(name),
            code: product.code.clone().filter(|_| leads),
            to_check: leads.then_some(product.checked),
            found: product.found(),
            corrected_on: product.corrected_on,
            correction: product.correction.clone(),
        })
        .collect();
    if leads {
        let (join_code, seed): (String, Option<Vec<u8>>) =
            cross_round::table.find(id).select((cross_round::join_code, cross_round::seed)).first(conn)?;
        detail.join_code = (state == RoundState::Gathering).then_some(join_code);
        detail.seed = seed.as_deref().map(hex);
        detail.participants = participant_views(conn, &all, &named)?;
    }
    if let Some(mine) = mine.filter(|_| !leads) {
        detail.own = participant_views(conn, std::slice::from_ref(mine), &named)?.into_iter().next();
        let mut tasks: Vec<CodedResult> = products
            .iter()
            .filter(|product| product.tester_id == Some(mine.id))
            .filter_map(ProductRow::coded)
            .collect();
        tasks.sort_by(|a, b| a.code.cmp(&b.code));
        // What the laboratory found is told to the owner at once, and to the others when the round is closed.
        if state != RoundState::Closed {
            for task in &mut tasks {
                task.found.check_result = None;
                task.found.check_faults = Vec::new();
                task.found.check_report_no = None;
            }
        }
        detail.tasks = tasks;
        if state == RoundState::Closed {
            detail.results = coded;
        }
    }
    Ok(detail)
}
