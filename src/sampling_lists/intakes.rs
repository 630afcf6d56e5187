//! What `inspections` is handed of a sample: its registration, and that a list gives the result.

use crate::catalogue::{Catalogue, RegionLevel, Regions};
use crate::core::clock::shanghai_date;
use crate::core::fields::Fields;
use crate::core::ids::LaboratoryId;
use crate::core::{Problem, Text};
use crate::db::count_lock::{self, Counted};
use crate::db::published::laboratory;
use crate::db::{Command, Tx};
use crate::inspections::RecordInspectionStep;
use crate::inspections::breach::refusal;
use crate::inspections::event::NewStep;
use crate::inspections::fact::Fact;
use crate::inspections::ids::InspectionId;
use crate::inspections::intake::{self, Intake};
use crate::inspections::law::law_on;
use crate::inspections::particulars::{OnlineShop, ReportItem, SampleTaken, TestResult};
use crate::inspections::policy::may_take;
use crate::inspections::references::check_level;
use crate::inspections::registration::{KnownByCode, Registration};
use crate::inspections::settings::InspectionSettings;
use crate::inspections::state::InspectionStep;
use crate::inspections::store;
use crate::inspections::texts;
use crate::inspections::words::{InspectedRole, Method, Purpose, Source};
use crate::programmes::state::ProgrammeLevel;
use crate::sampling_lists::list::row::Row;
use crate::sampling_lists::list::samples::Sample;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// How many events a sample of a list has: its registration, and the result.
pub const EVENTS: i32 = 2;

/// Waits until no other list of the region goes in.
///
/// # Errors
/// When the database can't be asked.
pub fn lock(tx: &mut Tx, region: &str) -> Result<(), Problem> {
    let key = crate::core::secret::sha256(region.as_bytes());
    let key = key.first_chunk::<16>().map_or(Uuid::nil(), |bytes| Uuid::from_bytes(*bytes));
    count_lock::wait(&mut tx.conn, Counted::SamplingLists, key)
}

/// The laboratories of the register by the names that a list gives.
///
/// # Errors
/// When the database can't be asked.
pub fn laboratories(
    conn: &mut PgConnection,
    samples: &[Sample],
) -> Result<HashMap<String, LaboratoryId>, Problem> {
    let names: Vec<&str> = samples.iter().filter_map(|sample| sample.row.laboratory.as_deref()).collect();
    let found: Vec<(String, Uuid)> = laboratory::table
        .filter(laboratory::name.eq_any(names))
        .select((laboratory::name, laboratory::id))
        .load(conn)?;
    Ok(found.into_iter().map(|(name, id)| (name, LaboratoryId(id))).collect())
}

/// The level that the authority of a region organises.
fn level_of(regions: &Regions, region: &str) -> ProgrammeLevel {
    match regions.get(region).map(|region| region.level) {
        Some(RegionLevel::City) => ProgrammeLevel::Municipal,
        Some(RegionLevel::District) => ProgrammeLevel::County,
        Some(RegionLevel::Province) | None => ProgrammeLevel::Provincial,
    }
}

/// The enterprises of the register by the credit codes that a list gives.
///
/// # Errors
/// When the database can't be asked.
pub fn register(conn: &mut PgConnection, samples: &[Sample]) -> Result<KnownByCode, Problem> {
    let parties = samples
        .iter()
        .flat_map(|sample| std::iter::once(&sample.row.operator).chain(sample.row.producer.as_ref()));
    let usccs: Vec<String> = parties.filter_map(|named| Some(named.uscc.as_ref()?.to_string())).collect();
    KnownByCode::load(conn, usccs.iter().map(String::as_str))
}

/// What is handed over of a sample, or why it can't be.
pub fn of(
    sample: &Sample,
    region: &str,
    (laboratories, register): (&HashMap<String, LaboratoryId>, &KnownByCode),
    tx: &Tx,
) -> Result<Intake, Text> {
    let row = &sample.row;
    let today = shanghai_date(tx.now);
    let begun = row.sampled_on.or(row.reported_on).unwrap_or(today);
    let registration = registration(sample, region, laboratories, begun, &tx.catalogue);
    let mut fields = Fields::new();
    let first = registration.rows_of_many(register, &mut fields, region, Source::Import, tx.now);
    check_level(&mut fields, registration.level, region, &tx.catalogue);
    fields.done().map_err(|problem| said(&problem))?;
    let on = row.reported_on.unwrap_or(begun);
    let facts = vec![Fact::listed(on, row.sampled_on, result(row))];
    Ok(Intake { first, drawn_on: begun, facts })
}

/// What a refusal says: of its fields the first.
fn said(problem: &Problem) -> Text {
    problem.errors.first().map_or_else(|| problem.detail.clone(), |error| error.detail.clone())
}

fn registration(
    sample: &Sample,
    region: &str,
    laboratories: &HashMap<String, LaboratoryId>,
    begun: NaiveDate,
    catalogue: &Catalogue,
) -> Registration {
    let row = &sample.row;
    let own = row.role == InspectedRole::Producer
        && row.producer.as_ref().is_none_or(|producer| producer.name == row.operator.name);
    let producer = row.producer.as_ref().filter(|_| !own);
    Registration {
        number: sample.number.clone(),
        organiser_region: Some(region.to_owned()),
        programme: None,
        target: None,
        method: Method::Sampling,
        purpose: row.purpose.unwrap_or(Purpose::Routine),
        level: row.level.unwrap_or_else(|| level_of(&catalogue.regions, region)),
        role: row.role,
        operator: None,
        operator_name: Some(row.operator.name.clone()),
        operator_uscc: row.operator.uscc.as_ref().map(ToString::to_string).or_else(|| {
            let own = row.producer.as_ref().filter(|_| own);
            own.and_then(|producer| producer.uscc.as_ref()).map(ToString::to_string)
        }),
        operator_address: row.operator.address.clone(),
        place_region: row.place_region.clone(),
        producer: None,
        producer_name: producer.map(|producer| producer.name.clone()),
        producer_uscc: producer.and_then(|producer| producer.uscc.as_ref()).map(ToString::to_string),
        producer_address: producer.and_then(|producer| producer.address.clone()),
        producer_region: producer.and_then(|producer| producer.region.clone()),
        product_kind: row.product_kind.clone(),
        product_name: row.product_name.clone(),
        trademark: row.trademark.clone(),
        model: row.model.clone(),
        standard: row.standard.clone(),
        client: row.parties.client.clone(),
        contractor: row.parties.contractor.clone(),
        laboratory: row.laboratory.as_ref().and_then(|name| laboratories.get(name)).copied(),
        sampler: None,
        drawn_on: Some(begun),
        sample: Some(taken(row)),
        follows: None,
    }
}

/// What the test found.
fn result(row: &Row) -> TestResult {
    TestResult {
        report_no: row.report_no.clone(),
        outcome: row.outcome,
        signed_by: row.signed_by.clone(),
        items: row
            .items
            .iter()
            .map(|item| ReportItem {
                item: item.name.clone(),
                method: None,
                requirement: item.requirement.clone(),
                measured: item.measured.clone(),
                unit: None,
                ok: item.ok == Some(true),
                safety: false,
            })
            .collect(),
    }
}

/// The sample as the list describes it.
fn taken(row: &Row) -> SampleTaken {
    let online = &row.online;
    let any = online.platform.is_some()
        || online.shop.is_some()
        || online.url.is_some()
        || online.order_no.is_some();
    SampleTaken {
        batch: row.batch.clone(),
        produced_on: row.produced_on,
        base_quantity: row.quantities.base,
        test_quantity: row.quantities.test,
        reserve_quantity: row.quantities.reserve,
        unit: row.quantities.unit.clone(),
        price_fen: row.quantities.price_fen,
        channel: row.channel,
        online: any.then(|| OnlineShop {
            platform: online.platform.clone(),
            shop: online.shop.clone(),
            url: online.url.clone(),
            order_no: online.order_no.clone(),
        }),
        ..SampleTaken::default()
    }
}

/// Brings the result of a sample to its inspection, which was drawn or registered before the list came, and writes it where that is wanted. Gives the
/// number of the last event, or why the result can't be brought.
///
/// # Errors
/// When the settings have no rules, or something fails.
pub fn bring_result(
    tx: &mut Tx,
    id: InspectionId,
    sample: &Sample,
    write: bool,
) -> Result<Result<i32, Text>, Problem> {
    let row = &sample.row;
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    let loaded = store::load(tx, id)?;
    if !may_take(&tx.actor, &loaded.row, loaded.course.retest_laboratory, InspectionStep::Listed, &catalogue)
    {
        let text = Text::new("无权登记该检查的结果", "the result of this inspection is not yours to enter");
        return Ok(Err(text));
    }
    let law = loaded.law(settings.section::<InspectionSettings>(), &catalogue)?;
    let begun = row.sampled_on.or(row.reported_on).unwrap_or_else(|| shanghai_date(tx.now));
    let mut fact = Fact::listed(row.reported_on.unwrap_or(begun), row.sampled_on, result(row));
    fact.particulars.sample = Some(taken(row)).filter(|sample| *sample != SampleTaken::default());
    let mut fields = Fields::new();
    texts::check(&mut fields, &fact.particulars);
    if let Err(problem) = fields.done() {
        return Ok(Err(said(&problem)));
    }
    if let Err(breach) = loaded.course.clone().take(&fact, law) {
        return Ok(Err(said(&refusal(fact.step, &breach, law.rules))));
    }
    if write {
        let event = NewStep {
            occurred_on: Some(fact.on),
            result: fact.particulars.result.clone(),
            sample: fact.particulars.sample.clone(),
            sampled_on: row.sampled_on,
            ..NewStep::new(InspectionStep::Listed)
        };
        RecordInspectionStep { inspection: id, event }.run(tx)?;
    }
    Ok(Ok(loaded.row.version.saturating_add(1)))
}

/// Why the rules do not allow what a list says of a sample; none where they do.
///
/// # Errors
/// When the settings have no rules, or something fails.
pub fn check(made: &Intake, tx: &Tx) -> Result<Option<Text>, Problem> {
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    let law = law_on(made.drawn_on, &made.basics(), settings.section::<InspectionSettings>(), &catalogue)?;
    match intake::check(made, law) {
        Ok(_) => Ok(None),
        Err(unlawful) => Ok(Some(said(&refusal(unlawful.step, &unlawful.breach, law.rules)))),
    }
}
