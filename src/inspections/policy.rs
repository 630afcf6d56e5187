//! Who may know of an inspection, and who may take which step of it.
//!
//! - Officers: where the organiser's region, the place or the nominal producer's region lies in theirs.
//! - An enterprise: its own. As the operator once somebody was there (nobody is notified of a sampling beforehand), as the nominal producer once it
//!   was asked.
//! - A laboratory: what is assigned to it to be tested, or to be tested again after a challenge; a body that takes samples: what is assigned to it
//!   to be sampled.
//!
//! [`visible_to`] and [`sees`] are the same decision, for lists and for a loaded row; a test holds them together.

use crate::catalogue::{Catalogue, span};
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{EnterpriseId, LaboratoryId};
use crate::db::schema::inspection;
use crate::inspections::fact::root;
use crate::inspections::ids::InspectionId;
use crate::inspections::rows::{EventRow, InspectionRow};
use crate::inspections::state::{InspectionState, InspectionStep};
use crate::inspections::words::Party;
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text, Uuid as SqlUuid};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The states in which an operator does not know of it yet, or never will.
fn hidden_from_operators() -> Vec<InspectionState> {
    vec![InspectionState::Drawn, InspectionState::Assigned, InspectionState::Withdrawn]
}

/// A condition on inspections.
type InspectionCondition = Box<dyn BoxableExpression<inspection::table, Pg, SqlType = Bool>>;

/// That a column holds the code of a region or of one under it.
pub(super) fn lies_in(column: &'static str, region: &str) -> InspectionCondition {
    let (from, until) = span(region);
    Box::new(
        sql::<Bool>(&format!("({column} BETWEEN "))
            .bind::<Text, _>(from)
            .sql(" AND ")
            .bind::<Text, _>(until)
            .sql(")"),
    )
}

/// That an enterprise knows the result: it was delivered, and what is nonconforming to this party itself, whose days to challenge it run from then on.
pub(super) fn is_told_to(own: EnterpriseId) -> InspectionCondition {
    Box::new(
        sql::<Bool>(
            "(inspection_is_known(inspection.state) AND coalesce((
                SELECT bool_or(t.party = CASE WHEN inspection.operator_id = ",
        )
        .bind::<SqlUuid, _>(own.0)
        .sql(
            " THEN 'operator' ELSE 'producer' END)
                FROM inspection_term t WHERE t.inspection_id = inspection.id AND t.term = 'challenge'), TRUE))",
        ),
    )
}

/// Those of some inspections, of which the actor may know, whose result it may know as well: a party once it was told, all others at once.
///
/// # Errors
/// When the database can't be asked.
pub fn told(
    conn: &mut PgConnection,
    actor: &Actor,
    ids: &[InspectionId],
) -> QueryResult<BTreeSet<InspectionId>> {
    let Some(Scope::Enterprise(own)) = actor.scope() else { return Ok(ids.iter().copied().collect()) };
    let told: Vec<InspectionId> = inspection::table
        .filter(inspection::id.eq_any(ids))
        .filter(is_told_to(*own))
        .select(inspection::id)
        .load(conn)?;
    Ok(told.into_iter().collect())
}

/// The inspections that the actor may know of. [`sees`] decides the same for one.
pub fn visible_to(actor: &Actor) -> inspection::BoxedQuery<'static, Pg> {
    let query = inspection::table.into_boxed();
    match (actor, actor.scope()) {
        (Actor::System, _) => query,
        (_, Some(Scope::Admin(scope))) => query.filter(
            lies_in("inspection.organiser_region", scope)
                .or(lies_in("inspection.place_region", scope))
                .or(lies_in("inspection.producer_region", scope)),
        ),
        (_, Some(Scope::Enterprise(id))) => query.filter(
            inspection::operator_id
                .assume_not_null()
                .eq(*id)
                .and(inspection::state.ne_all(hidden_from_operators()))
                .or(inspection::producer_id
                    .assume_not_null()
                    .eq(*id)
                    .and(inspection::confirmation.is_not_null())
                    .and(inspection::state.ne(InspectionState::Withdrawn))),
        ),
        (_, Some(Scope::Laboratory(id))) => {
            // As an array, so that two indexes are asked instead of going through all.
            let again = sql::<Bool>(
                "inspection.id = ANY (ARRAY(SELECT c.inspection_id FROM inspection_challenge c WHERE c.laboratory_id = ",
            )
            .bind::<SqlUuid, _>(id.0)
            .sql("))");
            query.filter(inspection::laboratory_id.assume_not_null().eq(*id).or(again))
        }
        (_, Some(Scope::Sampler(id))) => query.filter(inspection::sampler_id.assume_not_null().eq(*id)),
        _ => query.filter(sql::<Bool>("FALSE")),
    }
}

/// Whether the actor may know of the inspection of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let own = visible_to(actor).filter(inspection::id.eq(InspectionId(id)));
    Ok(diesel::select(exists(own)).get_result(conn)?)
}

/// Whether the actor may know of the inspection, whose reserve sample `retest` tests again.
pub fn sees(actor: &Actor, row: &InspectionRow, retest: Option<LaboratoryId>, catalogue: &Catalogue) -> bool {
    match (actor, actor.scope()) {
        (Actor::System, _) => true,
        (_, Some(Scope::Admin(scope))) => {
            [Some(&row.organiser_region), Some(&row.place_region), row.producer_region.as_ref()]
                .into_iter()
                .flatten()
                .any(|region| catalogue.regions.contains(scope, region))
        }
        (_, Some(Scope::Enterprise(id))) => party_of(row, *id).is_some(),
        (_, Some(Scope::Laboratory(id))) => [row.laboratory_id, retest].contains(&Some(*id)),
        (_, Some(Scope::Sampler(id))) => row.sampler_id == Some(*id),
        _ => false,
    }
}

/// As what an enterprise knows of the inspection; none where it may not know of it. Who is both is the operator.
pub fn party_of(row: &InspectionRow, id: EnterpriseId) -> Option<Party> {
    let operator = row.operator_id == Some(id) && !hidden_from_operators().contains(&row.state);
    let producer =
        row.producer_id == Some(id) && row.confirmation.is_some() && row.state != InspectionState::Withdrawn;
    match (operator, producer) {
        (true, _) => Some(Party::Operator),
        (false, true) => Some(Party::Producer),
        (false, false) => None,
    }
}

/// The side whose step it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Office {
    /// Who is there: the officers of organiser and place, the body that takes the sample.
    Field,
    /// Who tests: the laboratory; officers of the organiser enter it for one without accounts.
    Test,
    /// Who tests again: that laboratory; officers of the organiser enter it for one without accounts.
    Retest,
    /// Who delivers: the officers of organiser, place and producer.
    Delivery,
    /// The nominal producer; officers of the organiser and of its region enter what it sent on paper.
    Producer,
    /// A party that has the result; officers of organiser, place and producer enter what it sent on paper.
    Challenge,
    /// The organiser.
    Organiser,
    /// The organiser, or the laboratory that keeps the sample.
    Sample,
    /// Who entered what was wrong, by [`may_correct`].
    Correction,
    /// Nobody: the platform does it by itself.
    Platform,
}

fn office(step: InspectionStep) -> Office {
    use InspectionStep as E;
    match step {
        E::Attempt | E::Refuse | E::NotFind | E::Bar | E::Sample | E::Seal | E::Check | E::QuickTest => {
            Office::Field
        }
        E::LinkFormal | E::Explain => Office::Field,
        E::Receive | E::ReceiveBroken | E::Test | E::Report => Office::Test,
        E::Uphold | E::Overturn => Office::Retest,
        E::Correct => Office::Correction,
        E::Deliver | E::AskProducer => Office::Delivery,
        E::Confirm | E::Deny => Office::Producer,
        E::Contest => Office::Challenge,
        E::ReturnSample | E::DestroySample => Office::Sample,
        E::Draw | E::Deem => Office::Platform,
        E::Assign
        | E::Listed
        | E::RejectDenial
        | E::OrderRetest
        | E::RefuseRetest
        | E::HandOver
        | E::Finalise
        | E::Publish
        | E::Void
        | E::Withdraw => Office::Organiser,
    }
}

/// Whether the actor, who sees the inspection, may take a step of this kind; `retest` tests its reserve sample again. The state is judged elsewhere,
/// and which event may be corrected by [`may_correct`].
pub fn may_take(
    actor: &Actor,
    row: &InspectionRow,
    retest: Option<LaboratoryId>,
    step: InspectionStep,
    catalogue: &Catalogue,
) -> bool {
    let within = |scope: &str, region: &str| catalogue.regions.contains(scope, region);
    let office = office(step);
    match (actor, actor.scope()) {
        (Actor::System, _) => true,
        (_, Some(Scope::Admin(scope))) => {
            let organises = within(scope, &row.organiser_region);
            let there = within(scope, &row.place_region);
            let makes = row.producer_region.as_deref().is_some_and(|region| within(scope, region));
            match office {
                Office::Field => organises || there,
                Office::Test | Office::Retest | Office::Organiser | Office::Sample | Office::Correction => {
                    organises
                }
                Office::Delivery | Office::Challenge => organises || there || makes,
                Office::Producer => organises || makes,
                Office::Platform => false,
            }
        }
        (_, Some(Scope::Enterprise(id))) => match office {
            Office::Producer => row.producer_id == Some(*id) && row.confirmation.is_some(),
            Office::Challenge => party_of(row, *id).is_some(),
            _ => false,
        },
        (_, Some(Scope::Laboratory(id))) => match office {
            Office::Test | Office::Sample => row.laboratory_id == Some(*id),
            Office::Retest => retest == Some(*id),
            Office::Correction => [row.laboratory_id, retest].contains(&Some(*id)),
            _ => false,
        },
        (_, Some(Scope::Sampler(id))) => {
            row.sampler_id == Some(*id) && matches!(office, Office::Field | Office::Correction)
        }
        _ => false,
    }
}

/// Refuses who may not take a step of this kind.
///
/// # Errors
/// 401 without a log-in, else 403.
pub fn permit_step(
    actor: &Actor,
    row: &InspectionRow,
    retest: Option<LaboratoryId>,
    step: InspectionStep,
    catalogue: &Catalogue,
) -> Result<(), Problem> {
    if *actor == Actor::Anonymous {
        return Err(Problem::unauthenticated());
    }
    if may_take(actor, row, retest, step, catalogue) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// Whether the actor, who may correct at all by [`may_take`], may correct this event: an officer of the organiser every one; a sampler or a laboratory
/// what its own body entered, as long as nobody else has entered anything after it. The registration is corrected by officers alone.
pub fn may_correct(
    actor: &Actor,
    row: &InspectionRow,
    events: &[EventRow],
    ordinal: i32,
    catalogue: &Catalogue,
) -> bool {
    match (actor, actor.scope()) {
        (Actor::System, _) => true,
        (_, Some(Scope::Admin(scope))) => catalogue.regions.contains(scope, &row.organiser_region),
        (_, Some(Scope::Laboratory(body) | Scope::Sampler(body))) => {
            let own = |event: &EventRow| event.actor_body == Some(*body);
            root(events, ordinal)
                .filter(|first| *first > 1)
                .is_some_and(|first| events.iter().filter(|event| event.ordinal >= first).all(own))
        }
        _ => false,
    }
}
