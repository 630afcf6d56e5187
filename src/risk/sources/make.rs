//! What a failure or a penalty says as a signal.

use crate::core::Problem;
use crate::core::clock::shanghai_date;
use crate::core::ids::EnterpriseId;
use crate::db::published::{
    conduct, conduct_line, enterprise, inspection, inspection_item, inspection_subject,
};
use crate::db::{Command, Tx};
use crate::inspections::effects::Signal;
use crate::inspections::ids::InspectionId;
use crate::inspections::settings::InspectionSettings;
use crate::inspections::words::{Method, Outcome, Purpose};
use crate::signals::enter::enter;
use crate::signals::new_signal::NewSignal;
use crate::signals::source::{Reliability, SignalSource};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::Serialize;
use std::sync::Arc;
use uuid::Uuid;

crate::word_enum! {
    /// What a signal is made of.
    pub enum Origin {
        /// An inspection.
        Inspection = "inspection",
        /// An entry of credit conduct: a penalty.
        Conduct = "conduct",
    }
}

/// The most items that a signal names.
const ITEMS: i64 = 20;

/// Makes a signal of an inspection or a penalty, where one comes of it. Done by the platform, once for each: a second time changes nothing.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct MakeSignal {
    /// The record of which the signal is made.
    pub origin: Origin,
    /// Its id.
    pub id: Uuid,
}

impl Command for MakeSignal {
    type Output = bool;
    const NAME: &'static str = "make_risk_signal";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let new = match self.origin {
            Origin::Inspection => of_inspection(tx, InspectionId(self.id))?,
            Origin::Conduct => of_penalty(tx, self.id)?,
        };
        match new {
            Some(new) => enter(tx, &new).map(|_| true),
            None => Ok(false),
        }
    }
}

/// An inspection, as far as a signal needs it.
#[derive(Queryable)]
struct Seen {
    number: String,
    method: Method,
    purpose: Purpose,
    place_region: String,
    operator_id: Option<EnterpriseId>,
    producer_id: Option<EnterpriseId>,
    product_kind: Option<String>,
    sampled_on: Option<NaiveDate>,
    final_on: Option<NaiveDate>,
    outcome: Option<Outcome>,
    created_at: DateTime<Utc>,
}

fn of_inspection(tx: &mut Tx, id: InspectionId) -> Result<Option<NewSignal>, Problem> {
    use inspection as i;
    let seen: Option<Seen> = i::table
        .find(id)
        .select((
            i::number,
            i::method,
            i::purpose,
            i::place_region,
            i::operator_id,
            i::producer_id,
            i::product_kind,
            i::sampled_on,
            i::final_on,
            i::outcome,
            i::created_at,
        ))
        .first(&mut *tx.conn)
        .optional()?;
    let Some(seen) = seen else { return Ok(None) };
    let entered = shanghai_date(seen.created_at);
    let (settings, today) = (Arc::clone(&tx.settings), tx.today());
    let effects = settings.section::<InspectionSettings>().effects_on(seen.sampled_on.unwrap_or(entered));
    let signal = effects.map_or(Signal::None, |effects| effects.of(seen.method, seen.purpose).signal);
    let failed = matches!(seen.outcome, Some(Outcome::Nonconforming | Outcome::Suspect));
    if signal != Signal::Single || !failed {
        return Ok(None);
    }
    let product: Option<String> = inspection_subject::table
        .find(id)
        .select(inspection_subject::product_name)
        .first(&mut *tx.conn)
        .optional()?;
    let items: Vec<String> = inspection_item::table
        .filter(inspection_item::inspection_id.eq(id))
        .filter(inspection_item::ok.eq(false))
        .order(inspection_item::ordinal)
        .select(inspection_item::item)
        .limit(ITEMS)
        .load(&mut *tx.conn)?;
    let mut named: Vec<String> = Vec::new();
    for item in items {
        if !named.contains(&item) {
            named.push(item);
        }
    }
    let product = product.unwrap_or_default();
    let what = match seen.outcome {
        Some(Outcome::Suspect) => "快速检测结果可疑",
        _ => "检查结果不合格",
    };
    let of_items =
        if named.is_empty() { String::new() } else { format!("不合格项目：{}。", named.join("、")) };
    let how = (seen.method.text().zh, seen.purpose.text().zh);
    let published_on = seen.final_on.unwrap_or(entered).min(today);
    let title = format!("{what}：{product}");
    Ok(Some(NewSignal {
        observed_on: seen.sampled_on.map(|day| day.min(today)),
        region: Some(seen.place_region.clone()),
        product_kind: seen.product_kind,
        enterprise: seen.producer_id.or(seen.operator_id),
        text: format!("{of_items}{}（{}），单号 {}。", how.0, how.1, seen.number),
        reliability: Reliability::Official,
        ..NewSignal::new(SignalSource::Sampling, &id.0.to_string(), &seen.place_region, published_on, &title)
    }))
}

/// A penalty: whose it is, its line, when it was decided, its number.
type Penalty = (EnterpriseId, Option<crate::conduct::ids::LineId>, NaiveDate, NaiveDate, Option<String>);

fn of_penalty(tx: &mut Tx, id: Uuid) -> Result<Option<NewSignal>, Problem> {
    use conduct as c;
    let found: Option<Penalty> = c::table
        .find(crate::conduct::ids::ConductId(id))
        .select((c::enterprise_id, c::line_id, c::happened_on, c::decided_on, c::document_no))
        .first(&mut *tx.conn)
        .optional()?;
    let Some((enterprise_id, line, happened_on, decided_on, document_no)) = found else { return Ok(None) };
    let region: Option<String> =
        enterprise::table.find(enterprise_id).select(enterprise::region).first(&mut *tx.conn).optional()?;
    let line: Option<(Option<String>, String)> = match line {
        Some(line) => conduct_line::table
            .find(line)
            .select((conduct_line::product_kind, conduct_line::product_name))
            .first(&mut *tx.conn)
            .optional()?,
        None => None,
    };
    let today = tx.today();
    let of_product = line.as_ref().map(|(_, name)| format!("：{name}")).unwrap_or_default();
    let Some(region) = region else { return Ok(None) };
    let number = document_no.unwrap_or_else(|| "文号未登记".to_owned());
    let title = format!("行政处罚{of_product}（{number}）");
    Ok(Some(NewSignal {
        observed_on: Some(happened_on.min(today)),
        region: Some(region.clone()),
        product_kind: line.and_then(|(kind, _)| kind),
        enterprise: Some(enterprise_id),
        reliability: Reliability::Official,
        ..NewSignal::new(SignalSource::Penalty, &id.to_string(), &region, decided_on.min(today), &title)
    }))
}
