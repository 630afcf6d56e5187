//! From a penalty to conduct: entered once its enterprise and its behaviour are known, and annulled with it.

use crate::conduct::enter::enter;
use crate::conduct::event::NewConductStep;
use crate::conduct::ids::ConductId;
use crate::conduct::new_conduct::NewConduct;
use crate::conduct::record::RecordConductStep;
use crate::conduct::settings::ConductSettings;
use crate::conduct::state::ConductStep;
use crate::conduct::words::{AnnulGround, ConductSource, ConductState, Intent};
use crate::core::ids::AccountId;
use crate::core::{Actor, Problem};
use crate::db::published::conduct;
use crate::db::schema::penalty_list;
use crate::db::{Command, Tx};
use crate::inspections::words::InspectedRole;
use crate::penalty_lists::list::acts::role;
use crate::penalty_lists::list::row::Fault;
use crate::penalty_lists::rows::{Changed, PenaltyRow, take};
use crate::penalty_lists::settings::{PenaltyListSettings, PenaltyRules};
use crate::penalty_lists::state::{PenaltyState, PenaltyStep};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::json;
use std::sync::Arc;

/// Most characters of the law that an entry cites.
const LONGEST_BASIS: usize = 200;
/// Most characters of the description of an entry.
const LONGEST_DESCRIPTION: usize = 500;

/// The rules in force on a day of decision.
///
/// # Errors
/// 500 where the settings have no rules, which they are checked for at the start.
pub fn rules_on(settings: &PenaltyListSettings, day: NaiveDate) -> Result<&PenaltyRules, Problem> {
    settings.rules_on(day).ok_or_else(|| Problem::internal("no rules of penalty lists in the settings"))
}

/// Enters a penalty as conduct where all is known that this needs; gives whether it did.
///
/// # Errors
/// What the rules of conduct have against the entry; when the database refuses.
pub fn settle(tx: &mut Tx, row: &mut PenaltyRow) -> Result<bool, Problem> {
    let (Some(enterprise_id), Some(behaviour)) = (row.enterprise_id, row.behaviour.clone()) else {
        return Ok(false);
    };
    if !matches!(row.state, PenaltyState::Open | PenaltyState::Dismissed) {
        return Ok(false);
    }
    let settings = Arc::clone(&tx.settings);
    let rules = rules_on(settings.section::<PenaltyListSettings>(), row.decided_on)?;
    let described: String = [Some(row.act.as_str()), row.content.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("；")
        .chars()
        .take(LONGEST_DESCRIPTION)
        .collect();
    let new = NewConduct {
        enterprise_id,
        role: acted_as(settings.section::<ConductSettings>(), row, &behaviour, rules),
        line: None,
        behaviour,
        intent: match row.fault {
            Some(Fault::Intentional) => Intent::Intentional,
            Some(Fault::Negligent) => Intent::Negligent,
            None => Intent::NotStated,
        },
        happened_on: row.happened_on.unwrap_or(row.decided_on),
        decided_on: row.decided_on,
        document_no: Some(row.document_no.clone()),
        authority: Some(row.authority.clone()),
        authority_region: Some(row.authority_region.clone().unwrap_or_else(|| row.scope.clone())),
        source: ConductSource::Import,
        matter: None,
        legal_basis: row.law.as_ref().map(|law| law.chars().take(LONGEST_BASIS).collect()),
        inspection_id: row.inspection_id,
        case_id: None,
        import_id: Some(row.import_id.0),
        entered_by: answerable(tx, row)?,
        fact_id: None,
        description: Some(described),
    };
    let entered = as_platform(tx, |tx| enter(tx, &new))?;
    let changed = Changed { conduct_id: Some(entered.id), ..Changed::default() };
    let told = json!({ "conduct": entered.id, "known": !entered.new });
    take(tx, row, PenaltyStep::Enter, changed, told)?;
    Ok(true)
}

/// The officer who answers for the entry: who decides what the penalty is, and of what the list itself tells, who sent it in. That one does not decide
/// the enterprise's objection to it.
fn answerable(tx: &mut Tx, row: &PenaltyRow) -> Result<Option<AccountId>, Problem> {
    if let Some(account) = tx.actor.account() {
        return Ok(Some(account));
    }
    let sent_in = penalty_list::table.find(row.import_id).select(penalty_list::requested_by);
    Ok(sent_in.first::<Option<AccountId>>(&mut *tx.conn).optional()?.flatten())
}

/// As what the party acted: by the act, unless the behaviour is one of other roles alone.
fn acted_as(
    settings: &ConductSettings,
    row: &PenaltyRow,
    behaviour: &str,
    rules: &PenaltyRules,
) -> InspectedRole {
    let told = role(&row.act, rules);
    let known = settings.rules_on(row.decided_on);
    let known = known.and_then(|rules| rules.behaviours.iter().find(|known| known.code == behaviour));
    match known {
        Some(known) if !known.is_for(told) => known.roles.first().copied().unwrap_or(told),
        _ => told,
    }
}

/// Why an entry of conduct is annulled.
#[derive(Debug, Clone, Copy)]
pub struct Annulled<'a> {
    /// On which ground.
    pub ground: AnnulGround,
    /// On which day; today where none is known.
    pub on: Option<NaiveDate>,
    /// Why, in words.
    pub reason: &'a str,
    /// The document that it rests on.
    pub document: Option<&'a str>,
}

/// Annuls the entry of conduct of a penalty, unless it is annulled already or another penalty that stands rests on it.
///
/// # Errors
/// What the rules of conduct have against it; when the database refuses.
pub fn annul_conduct(tx: &mut Tx, row: &PenaltyRow, why: Annulled<'_>) -> Result<(), Problem> {
    let Some(id) = row.conduct_id else { return Ok(()) };
    if state_of(tx, id)?.is_none_or(|state| state == ConductState::Annulled) || shared(tx, row, id)? {
        return Ok(());
    }
    let settings = Arc::clone(&tx.settings);
    let rules = rules_on(settings.section::<PenaltyListSettings>(), row.decided_on)?;
    let event = NewConductStep {
        occurred_on: why.on,
        reason: Some(why.reason.to_owned()),
        article: Some(rules.annulled_article.zh.to_string()),
        ground: Some(why.ground),
        document: why.document.map(str::to_owned),
        ..NewConductStep::new(ConductStep::Annul)
    };
    as_platform(tx, |tx| RecordConductStep { conduct: id, event }.run(tx))?;
    Ok(())
}

/// Does something as the platform: a penalty counts wherever its authority and its party are, while officers enter conduct of their own region
/// alone. Who sent the list in, and who decided what it is about, stands in the history of the penalty.
fn as_platform<T>(tx: &mut Tx, act: impl FnOnce(&mut Tx) -> Result<T, Problem>) -> Result<T, Problem> {
    let actor = std::mem::replace(&mut tx.actor, Actor::System);
    let done = act(tx);
    tx.actor = actor;
    done
}

fn state_of(tx: &mut Tx, id: ConductId) -> Result<Option<ConductState>, Problem> {
    Ok(conduct::table.find(id).select(conduct::state).first(&mut *tx.conn).optional()?)
}

/// Whether another penalty that stands came to the same entry: two lists may write one decision in two ways.
fn shared(tx: &mut Tx, row: &PenaltyRow, id: ConductId) -> Result<bool, Problem> {
    use crate::db::schema::penalty;
    let others = penalty::table
        .filter(penalty::conduct_id.eq(id))
        .filter(penalty::id.ne(row.id))
        .filter(penalty::state.eq(PenaltyState::Entered));
    Ok(diesel::select(diesel::dsl::exists(others)).get_result(&mut *tx.conn)?)
}
