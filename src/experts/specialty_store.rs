//! The rows of specialties and of their changes.

use crate::core::Problem;
use crate::core::ids::ExpertId;
use crate::db::Tx;
use crate::db::schema::{expert_specialty as s, expert_specialty_change as c};
use crate::experts::application::KnownSpecialty;
use crate::experts::ids::SpecialtyChangeId;
use crate::experts::specialty_change::{SpecialtyChangeKind, SpecialtyChangeState};
use diesel::dsl::{max, not};
use diesel::prelude::*;

diesel::define_sql_function! {
    /// How many consultations of a kind or class of products an expert is offered, holds or sits on; `consultations` answers.
    fn expert_open_for(
        expert: diesel::sql_types::Uuid,
        kind: diesel::sql_types::Nullable<diesel::sql_types::Text>,
        class: diesel::sql_types::Nullable<diesel::sql_types::Text>,
    ) -> diesel::sql_types::Integer;
}

type SpecialtyRow = (Option<String>, Option<String>, i32, Vec<String>);

fn known((kind, class, level, items): SpecialtyRow) -> KnownSpecialty {
    KnownSpecialty { kind, class, level, items }
}

/// The specialties of an expert, in their order.
pub(super) fn present(tx: &mut Tx, id: ExpertId) -> Result<Vec<KnownSpecialty>, Problem> {
    let rows: Vec<SpecialtyRow> = s::table
        .filter(s::expert_id.eq(id))
        .order(s::ordinal)
        .select((s::product_kind, s::product_class, s::level, s::items))
        .load(&mut *tx.conn)?;
    Ok(rows.into_iter().map(known).collect())
}

/// What an expert has proposed and nobody has decided on.
pub(super) fn open(tx: &mut Tx, id: ExpertId) -> Result<Vec<(SpecialtyChangeId, KnownSpecialty)>, Problem> {
    let rows: Vec<(SpecialtyChangeId, SpecialtyRow)> = c::table
        .filter(c::expert_id.eq(id))
        .filter(c::state.eq(SpecialtyChangeState::Proposed))
        .order(c::id)
        .select((c::id, (c::product_kind, c::product_class, c::level, c::items)))
        .load(&mut *tx.conn)?;
    Ok(rows.into_iter().map(|(id, row)| (id, known(row))).collect())
}

/// Whether an expert has ever had a specialty, or asked for one.
pub(super) fn is_new(tx: &mut Tx, id: ExpertId) -> Result<bool, Problem> {
    let changes: i64 = c::table.filter(c::expert_id.eq(id)).count().get_result(&mut *tx.conn)?;
    let specialties: i64 = s::table.filter(s::expert_id.eq(id)).count().get_result(&mut *tx.conn)?;
    Ok(changes == 0 && specialties == 0)
}

/// Adds a specialty, or replaces the one of the same kind or class.
pub(super) fn put(tx: &mut Tx, id: ExpertId, one: &KnownSpecialty) -> Result<(), Problem> {
    let place = same(id, one).select(s::ordinal).first::<i32>(&mut *tx.conn).optional()?;
    let ordinal = match place {
        Some(ordinal) => {
            diesel::delete(s::table.find((id, ordinal))).execute(&mut *tx.conn)?;
            ordinal
        }
        None => {
            let last: Option<i32> =
                s::table.filter(s::expert_id.eq(id)).select(max(s::ordinal)).first(&mut *tx.conn)?;
            last.unwrap_or(0) + 1
        }
    };
    diesel::insert_into(s::table)
        .values((
            s::expert_id.eq(id),
            s::ordinal.eq(ordinal),
            s::product_kind.eq(one.kind.as_deref()),
            s::product_class.eq(one.class.as_deref()),
            s::level.eq(one.level),
            s::items.eq(&one.items),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Removes a specialty, and says how many consultations of the expert were open for it.
pub(super) fn remove(tx: &mut Tx, id: ExpertId, one: &KnownSpecialty) -> Result<i32, Problem> {
    let count = expert_open_for(id.0, one.kind.as_deref(), one.class.as_deref());
    let open: i32 = diesel::select(count).get_result(&mut *tx.conn)?;
    let ordinals: Vec<i32> = same(id, one).select(s::ordinal).load(&mut *tx.conn)?;
    diesel::delete(s::table.filter(s::expert_id.eq(id)).filter(s::ordinal.eq_any(ordinals)))
        .execute(&mut *tx.conn)?;
    Ok(open)
}

fn same(id: ExpertId, one: &KnownSpecialty) -> s::BoxedQuery<'static, diesel::pg::Pg> {
    let own = s::table.filter(s::expert_id.eq(id)).into_boxed();
    match (&one.kind, &one.class) {
        (Some(kind), _) => own.filter(s::product_kind.eq(kind.clone())),
        (None, Some(class)) => own.filter(s::product_class.eq(class.clone())),
        (None, None) => own.filter(not(s::level.eq(s::level))),
    }
}

/// A change to be noted.
pub(super) struct NewChange<'a> {
    /// What it does.
    pub kind: SpecialtyChangeKind,
    /// Its state.
    pub state: SpecialtyChangeState,
    /// The expert's reason.
    pub note: Option<&'a str>,
    /// The reason of the decision.
    pub reason: Option<&'a str>,
    /// How many consultations were open for what was removed.
    pub open: Option<i32>,
}

/// Notes a change of a specialty. Whoever acts has proposed it, or decided on it.
pub(super) fn note(
    tx: &mut Tx,
    id: ExpertId,
    one: &KnownSpecialty,
    change: &NewChange<'_>,
) -> Result<SpecialtyChangeId, Problem> {
    let made = SpecialtyChangeId::new();
    let account = tx.actor.account();
    let decided = change.state != SpecialtyChangeState::Proposed;
    // What stood in the application was proposed by nobody who had an account.
    let by_expert = matches!(tx.actor.scope(), Some(crate::core::actor::Scope::Expert(me)) if *me == id);
    diesel::insert_into(c::table)
        .values((
            c::id.eq(made),
            c::expert_id.eq(id),
            c::change.eq(change.kind),
            c::product_kind.eq(one.kind.as_deref()),
            c::product_class.eq(one.class.as_deref()),
            c::level.eq(one.level),
            c::items.eq(&one.items),
            c::state.eq(change.state),
            c::note.eq(change.note),
            c::open_consultations.eq(change.open),
            c::proposed_by.eq(account.filter(|_| by_expert)),
            c::proposed_at.eq(tx.now),
            c::decided_by.eq(account.filter(|_| decided)),
            c::decided_at.eq(Some(tx.now).filter(|_| decided)),
            c::reason.eq(change.reason),
        ))
        .execute(&mut *tx.conn)?;
    Ok(made)
}

/// Ends a proposal.
pub(super) fn end(
    tx: &mut Tx,
    id: SpecialtyChangeId,
    state: SpecialtyChangeState,
    reason: Option<&str>,
) -> Result<(), Problem> {
    diesel::update(c::table.find(id))
        .set((
            c::state.eq(state),
            c::decided_by.eq(tx.actor.account()),
            c::decided_at.eq(tx.now),
            c::reason.eq(reason),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}
