//! One inspection with its history, its terms and what follows from it, as the actor may see it.

use crate::accounts::store::names;
use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::AccountId;
use crate::db::schema::{inspection, inspection_link, inspection_term};
use crate::inspections::consequences::{due, findings};
use crate::inspections::fact::root;
use crate::inspections::files;
use crate::inspections::ids::InspectionId;
use crate::inspections::law::Law;
use crate::inspections::offer::{By, offered};
use crate::inspections::policy::{may_correct, may_take, party_of, told, visible_to};
use crate::inspections::queries::views;
use crate::inspections::rows::{EventRow, InspectionRow, LinkRow, TermRow};
use crate::inspections::settings::{InspectionSettings, Reason};
use crate::inspections::state::InspectionStep as E;
use crate::inspections::store::{Loaded, items, read};
use crate::inspections::view::{
    EventView, FindingView, InspectionDetail, ItemView, LinkView, ReasonView, SubjectView, TermView,
};
use crate::inspections::words::Party;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::{Value, json};
use std::collections::HashMap;

/// What a reading needs besides the database.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The settings of inspections.
    pub settings: &'a InspectionSettings,
    /// Reference data.
    pub catalogue: &'a Catalogue,
    /// Today, in Asia/Shanghai.
    pub today: NaiveDate,
}

/// One inspection.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn detail(
    conn: &mut PgConnection,
    actor: &Actor,
    id: InspectionId,
    context: &Context<'_>,
) -> Result<InspectionDetail, Problem> {
    let row: InspectionRow =
        visible_to(actor).filter(inspection::id.eq(id)).select(InspectionRow::as_select()).first(conn)?;
    let loaded = read(conn, row, context.settings, context.catalogue)?;
    let law = loaded.law(context.settings, context.catalogue)?;
    let found = views(conn, actor, context.today, vec![loaded.row.clone()])?.into_iter().next();
    let view = found.ok_or_else(Problem::not_found)?;
    let known = told(conn, actor, &[id])?.contains(&id);
    let terms: Vec<TermRow> = inspection_term::table
        .filter(inspection_term::inspection_id.eq(id))
        .order((inspection_term::begins_on, inspection_term::term, inspection_term::party))
        .select(TermRow::as_select())
        .load(conn)?;
    let reasons = law.rules.refusals.iter().chain(&law.rules.not_found).chain(&law.rules.bars);
    let reason = loaded.course.reason.as_deref();
    let reason: Option<&Reason> = reasons.into_iter().find(|known| Some(known.key.as_str()) == reason);
    let item = |row: crate::inspections::rows::ItemRow| ItemView {
        round: row.round,
        item: row.item,
        method: row.method,
        requirement: row.requirement,
        measured: row.measured,
        unit: row.unit,
        ok: row.ok,
        safety: row.safety,
    };
    let finding = |row: crate::inspections::rows::FindingRow| FindingView {
        party: row.party,
        nonconformity_id: row.nonconformity_id,
        case_id: row.case_id,
        opened_at: row.opened_at,
        taken_back_at: row.taken_back_at,
        reason: row.reason,
    };
    let own = |row: &crate::inspections::rows::FindingRow| match actor.scope() {
        Some(Scope::Enterprise(id)) => row.enterprise_id == *id,
        Some(Scope::Laboratory(_) | Scope::Sampler(_)) => false,
        _ => true,
    };
    Ok(InspectionDetail {
        subject: subject(&loaded, actor),
        events: events(conn, &loaded, actor, known, context.catalogue)?,
        items: if known { items(id, &loaded.course).into_iter().map(item).collect() } else { Vec::new() },
        terms: terms.iter().map(|term| TermView::of(term, context.today)).collect(),
        findings: findings(conn, id)?.into_iter().filter(own).map(finding).collect(),
        links: links(conn, actor, id)?,
        effects: law.effects,
        delivered: loaded.course.delivered.clone(),
        reason: reason.map(shown_reason),
        rules_version: law.rules.version.clone(),
        waits_for_kind: loaded.row.product_kind.is_none() && !due(&loaded.course, law).is_empty(),
        allowed: allowed(&loaded, actor, law, context),
        inspection: view,
    })
}

fn shown_reason(reason: &Reason) -> ReasonView {
    ReasonView {
        key: reason.key.clone(),
        zh: reason.text.zh.to_string(),
        en: reason.text.en.to_string(),
        article_zh: reason.article.zh.to_string(),
        article_en: reason.article.en.to_string(),
    }
}

/// The steps that can be taken today, of those that the actor may take.
fn allowed(loaded: &Loaded, actor: &Actor, law: Law<'_>, context: &Context<'_>) -> Vec<E> {
    let (course, row, catalogue) = (&loaded.course, &loaded.row, context.catalogue);
    let by = match actor.scope() {
        Some(Scope::Enterprise(id)) => party_of(row, *id).map_or(By::Office, By::Party),
        _ => By::Office,
    };
    let possible = |step: E| match step {
        E::Correct => loaded.events.iter().any(|event| is_correctable(loaded, actor, event, catalogue)),
        _ => offered(course, step, law, context.today, by),
    };
    E::ALL
        .iter()
        .copied()
        .filter(|step| may_take(actor, row, course.retest_laboratory, *step, catalogue) && possible(*step))
        .collect()
}

/// Whether the actor may correct an event: it stands as it is, and is the actor's to be corrected.
fn is_correctable(loaded: &Loaded, actor: &Actor, event: &EventRow, catalogue: &Catalogue) -> bool {
    let corrected = loaded.events.iter().any(|other| other.corrects == Some(event.ordinal));
    let first = root(&loaded.events, event.ordinal);
    let stands = loaded.facts.iter().any(|fact| Some(fact.ordinal) == first);
    !corrected && stands && may_correct(actor, &loaded.row, &loaded.events, event.ordinal, catalogue)
}

/// Whether the actor may know who was present for the operator: personal data, which neither a laboratory nor another enterprise needs.
fn knows_people(loaded: &Loaded, actor: &Actor) -> bool {
    match actor.scope() {
        Some(Scope::Laboratory(_)) => false,
        Some(Scope::Enterprise(id)) => loaded.row.operator_id == Some(*id),
        _ => true,
    }
}

/// Takes out who was present for the operator.
fn without_people(details: &mut Value) {
    match details {
        Value::Object(fields) => {
            fields.remove("witness");
            fields.values_mut().for_each(without_people);
        }
        Value::Array(values) => values.iter_mut().for_each(without_people),
        _ => {}
    }
}

fn subject(loaded: &Loaded, actor: &Actor) -> SubjectView {
    let s = loaded.subject.clone();
    // A laboratory sees no more of whom it is about than it needs.
    let whole = !matches!(actor.scope(), Some(Scope::Laboratory(_)));
    let people = knows_people(loaded, actor);
    SubjectView {
        operator_uscc: s.operator_uscc.filter(|_| whole),
        operator_address: s.operator_address.filter(|_| whole),
        producer_uscc: s.producer_uscc.filter(|_| whole),
        producer_address: s.producer_address.filter(|_| whole),
        client: s.client,
        contractor: s.contractor,
        trademark: s.trademark,
        model: s.model,
        standard: s.standard,
        batch: s.batch,
        produced_on: s.produced_on,
        base_quantity: s.base_quantity,
        test_quantity: s.test_quantity,
        reserve_quantity: s.reserve_quantity,
        unit: s.unit,
        price_fen: s.price_fen,
        channel: s.channel,
        online: s.online.and_then(|online| serde_json::from_value(online).ok()),
        samplers: s.samplers,
        witness: s.witness.filter(|_| people),
        seals: s.seals,
        reserve_kept_at: s.reserve_kept_at,
        signed_by: s.signed_by,
    }
}

fn events(
    conn: &mut PgConnection,
    loaded: &Loaded,
    actor: &Actor,
    known: bool,
    catalogue: &Catalogue,
) -> Result<Vec<EventView>, Problem> {
    let enterprise = matches!(actor.scope(), Some(Scope::Enterprise(_)));
    let authors: Vec<AccountId> = loaded.events.iter().filter_map(|event| event.actor_id).collect();
    let names: HashMap<AccountId, String> = names(conn, &authors)?;
    // What another enterprise wrote, such as why a product is not its own, is not for this one.
    let others = match actor.scope() {
        Some(Scope::Enterprise(id)) => files::of_others(conn, *id, &authors)?,
        _ => Vec::new(),
    };
    let mut attachments = files::of(conn, actor, loaded.row.id)?;
    let hidden =
        |event: &EventRow| !known && event.step.parse().is_ok_and(|step: E| files::RESULTS.contains(&step));
    let corrected =
        |event: &EventRow| loaded.events.iter().any(|other| other.corrects == Some(event.ordinal));
    let people = knows_people(loaded, actor);
    let mut views = Vec::with_capacity(loaded.events.len());
    for event in loaded.events.iter().filter(|event| !hidden(event)) {
        let private = is_private(event, loaded, actor);
        let foreign = private || event.actor_id.is_some_and(|id| others.contains(&id));
        let own = !enterprise || (event.actor_role == "enterprise" && !foreign);
        let shown = !private && (own || (event.corrects.is_none() && !foreign));
        let mut details = if shown { event.details.clone() } else { json!({}) };
        if !people {
            without_people(&mut details);
        }
        views.push(EventView {
            ordinal: event.ordinal,
            step: event.step.parse().map_err(Problem::internal)?,
            to: event.to_state.parse().map_err(Problem::internal)?,
            occurred_on: event.occurred_on,
            occurred_at: event.occurred_at,
            recorded_at: event.recorded_at,
            late: event.late,
            by: event.actor_id.filter(|_| own).and_then(|id| names.get(&id).cloned()),
            role: event.actor_role.clone(),
            document: event.document.clone().filter(|_| !private),
            note: event.note.clone().filter(|_| own && !private),
            details,
            attachments: attachments.remove(&event.ordinal).filter(|_| !private).unwrap_or_default(),
            corrects: event.corrects,
            corrected: corrected(event),
            correctable: is_correctable(loaded, actor, event, catalogue),
        });
    }
    Ok(views)
}

/// Whether an event says what is not for the actor, whoever entered it: what one party answers or challenges is not for the other one, and what the
/// producer answers not for who samples or tests. A correction may repeat it.
fn is_private(event: &EventRow, loaded: &Loaded, actor: &Actor) -> bool {
    let of = match event.corrects {
        Some(corrected) => {
            let earlier = loaded.events.iter().find(|other| other.ordinal == corrected);
            return earlier.is_some_and(|earlier| is_private(earlier, loaded, actor));
        }
        None => match event.step.parse::<E>() {
            Ok(E::Confirm | E::Deny | E::RejectDenial) => Party::Producer,
            Ok(E::Contest) => match event.details.get("party").and_then(Value::as_str) {
                Some(party) if party == Party::Producer.as_str() => Party::Producer,
                _ => Party::Operator,
            },
            _ => return false,
        },
    };
    let row = &loaded.row;
    match actor.scope() {
        Some(Scope::Enterprise(id)) => match of {
            Party::Producer => row.producer_id != Some(*id),
            _ => row.operator_id != Some(*id),
        },
        Some(Scope::Laboratory(_) | Scope::Sampler(_)) => event.step != E::Contest.as_str(),
        _ => false,
    }
}

fn links(conn: &mut PgConnection, actor: &Actor, id: InspectionId) -> Result<Vec<LinkView>, Problem> {
    let rows: Vec<LinkRow> = inspection_link::table
        .filter(inspection_link::ended_at.is_null())
        .filter(inspection_link::inspection_id.eq(id).or(inspection_link::follows_id.eq(id)))
        .order(inspection_link::linked_at)
        .limit(100)
        .select(LinkRow::as_select())
        .load(conn)?;
    let other = |row: &LinkRow| if row.inspection_id == id { row.follows_id } else { row.inspection_id };
    let others: Vec<InspectionId> = rows.iter().map(other).collect();
    let numbers: HashMap<InspectionId, String> = visible_to(actor)
        .filter(inspection::id.eq_any(others))
        .select((inspection::id, inspection::number))
        .load::<(InspectionId, String)>(conn)?
        .into_iter()
        .collect();
    let view = |row: &LinkRow| {
        let inspection = other(row);
        let number = numbers.get(&inspection)?.clone();
        Some(LinkView { inspection, number, kind: row.kind, follows: row.follows_id == id })
    };
    Ok(rows.iter().filter_map(view).collect())
}
