//! Entering signals: the one door, for officers, files, feeds and other domains. What they bring is stripped of persons (`new_signal`) before anything is
//! stored.

use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::db::Tx;
use crate::db::schema::signal;
use crate::list_files::imports::Outcome;
use crate::signals::doubles::Compared;
use crate::signals::ids::SignalId;
use crate::signals::matched::{Asked, look, region_of};
use crate::signals::merge;
use crate::signals::new_signal::{DIGEST, NewSignal};
use crate::signals::recognise::{MatchPart, MatchReason, Recognised, RecognisedPart};
use crate::signals::settings::{SignalRules, SignalSettings};
use crate::signals::state::{SignalState, SignalStep};
use crate::signals::store::{MatchedBy, Row, event, take};
use diesel::prelude::*;
use serde_json::{Value, json};
use std::sync::Arc;

/// What became of a signal that was entered.
#[derive(Debug, Clone)]
pub struct Entered {
    /// The signal.
    pub id: SignalId,
    /// Whether it is new, changed, or was known as it is.
    pub outcome: Outcome,
    /// The signal with the same content, where it was merged.
    pub merged_into: Option<SignalId>,
    /// The number of its last event.
    pub version: i32,
    /// What stood before it was changed.
    pub before: Option<Value>,
}

/// Enters a signal: new, changed, or known. The caller is the actor of the transaction, and has checked what it may say.
///
/// # Errors
/// 500 where a date is in the future or a code unknown, which callers look at before; when the database refuses.
pub fn enter(tx: &mut Tx, new: &NewSignal) -> Result<Entered, Problem> {
    if new.published_on > tx.today() || new.external_id.trim().is_empty() {
        return Err(Problem::internal("a signal without a day or a name of its own"));
    }
    let new = new.cleaned();
    let settings = Arc::clone(&tx.settings);
    let today = tx.today();
    let rules = settings.section::<SignalSettings>().on(today);
    let rules = rules.ok_or_else(|| Problem::internal("no rules of signals"))?;
    if let Some(row) = known(tx, &new)? {
        return again(tx, row, &new, rules);
    }
    match insert(tx, &new, rules)? {
        Some(entered) => Ok(entered),
        // Another one entered it at the same time, and is done by now.
        None => {
            let row =
                known(tx, &new)?.ok_or_else(|| Problem::internal("a signal that is there and is not"))?;
            again(tx, row, &new, rules)
        }
    }
}

/// The signal, where it is known just as it is notified here.
///
/// # Errors
/// When the database can't be asked.
pub fn known_as_told(tx: &mut Tx, new: &NewSignal) -> Result<Option<Entered>, Problem> {
    let new = new.cleaned();
    let digest = new.digest()?;
    Ok(known(tx, &new)?.filter(|row| is_same(row, &digest)).map(|row| unchanged(&row)))
}

/// The signal, where something is known of it that was published later than what is notified here.
///
/// # Errors
/// When the database can't be asked.
pub fn known_newer(tx: &mut Tx, new: &NewSignal) -> Result<Option<Entered>, Problem> {
    let newer = |row: &Row| row.state != SignalState::Withdrawn && row.published_on > new.published_on;
    Ok(known(tx, &new.cleaned())?.filter(newer).map(|row| unchanged(&row)))
}

/// Whether a signal stands as its source tells it by this digest.
fn is_same(row: &Row, digest: &str) -> bool {
    row.state != SignalState::Withdrawn && row.named.get(DIGEST).and_then(Value::as_str) == Some(digest)
}

fn unchanged(row: &Row) -> Entered {
    let (id, merged_into, version) = (row.id, row.merged_into, row.version);
    Entered { id, outcome: Outcome::Unchanged, merged_into, version, before: None }
}

fn known(tx: &mut Tx, new: &NewSignal) -> Result<Option<Row>, Problem> {
    Ok(signal::table
        .filter(signal::source.eq(new.source))
        .filter(signal::external_id.eq(&new.external_id))
        .select(Row::as_select())
        .for_update()
        .first(&mut *tx.conn)
        .optional()?)
}

/// What a signal is about: what its source knows, and by rule what it does not say.
struct About {
    region: Option<String>,
    kind: Option<String>,
    enterprise: Option<EnterpriseId>,
    confidence: i32,
    by: Option<MatchedBy>,
    believed: Vec<RecognisedPart>,
}

fn about(tx: &mut Tx, new: &NewSignal, rules: &SignalRules) -> Result<About, Problem> {
    let catalogue = Arc::clone(&tx.catalogue);
    let asked = Asked {
        source: new.source,
        title: &new.title,
        text: &new.text,
        named: &new.named,
        barcode: new.barcode.as_deref(),
        least: rules.least_confidence,
    };
    let Recognised { kind, enterprise, region, confidence, mut believed } =
        look(&mut tx.conn, &catalogue, asked)?;
    let said = new.product_kind.is_some() || new.enterprise.is_some();
    let mut about = About { region, kind, enterprise, confidence, by: None, believed: Vec::new() };
    if said {
        // What is said stands alone: a rule adds nothing to what somebody knows, but for the region where none is said.
        believed.retain(|believed| believed.part == MatchPart::Region);
        about.kind = new.product_kind.clone();
        about.enterprise = new.enterprise;
        about.confidence = 100;
        about.by = Some(new.said_by);
        let reason =
            if new.said_by == MatchedBy::Person { MatchReason::Person } else { MatchReason::KindCode };
        believed.extend(
            new.product_kind.iter().map(|code| RecognisedPart::of(MatchPart::Kind, code, 100, reason)),
        );
        let reason = if new.said_by == MatchedBy::Person { MatchReason::Person } else { MatchReason::Code };
        let firm = new
            .enterprise
            .iter()
            .map(|id| RecognisedPart::of(MatchPart::Enterprise, id.to_string(), 100, reason));
        believed.extend(firm);
        let lies = match new.enterprise.filter(|_| new.region.is_none()) {
            Some(id) => region_of(&mut tx.conn, id)?,
            None => None,
        };
        if let Some(region) = lies {
            believed.retain(|believed| believed.part != MatchPart::Region);
            believed.push(RecognisedPart::of(MatchPart::Region, &region, 100, MatchReason::RegionOfFirm));
            about.region = Some(region);
        }
    } else if about.kind.is_some() || about.enterprise.is_some() {
        about.by = Some(MatchedBy::Rule);
    }
    // What an officer enters stays with that office: a region elsewhere that a rule believes in is shown, and taken when somebody says so.
    let elsewhere = |region: &String| !catalogue.regions.contains(&new.home, region);
    if new.said_by == MatchedBy::Person && about.region.as_ref().is_some_and(elsewhere) {
        about.region = None;
    }
    if let Some(region) = &new.region {
        believed.retain(|believed| believed.part != MatchPart::Region);
        believed.push(RecognisedPart::of(MatchPart::Region, region, 100, MatchReason::RegionNamed));
        about.region = Some(region.clone());
    }
    about.believed = believed;
    if about.by.is_none() {
        about.confidence = 0;
    }
    Ok(about)
}

fn banded(compared: Option<&Compared>) -> Option<Vec<i64>> {
    compared?.bands()
}

fn insert(tx: &mut Tx, new: &NewSignal, rules: &SignalRules) -> Result<Option<Entered>, Problem> {
    let About { region, kind, enterprise, confidence, by, believed } = about(tx, new, rules)?;
    let compared = new.compared();
    let bands = banded(compared.as_ref());
    let id = SignalId::new();
    let scope = region.clone().unwrap_or_else(|| new.home.clone());
    let named = new.stored(&new.digest()?)?;
    let written = diesel::insert_into(signal::table)
        .values((
            (
                signal::id.eq(id),
                signal::source.eq(new.source),
                signal::external_id.eq(&new.external_id),
                signal::url.eq(&new.url),
                signal::published_on.eq(new.published_on),
                signal::observed_on.eq(new.observed_on.unwrap_or(new.published_on)),
                signal::region.eq(&region),
                signal::product_kind.eq(&kind),
                signal::enterprise_id.eq(enterprise),
                signal::scope.eq(&scope),
                signal::home.eq(&new.home),
                signal::named.eq(&named),
                signal::barcode.eq(&new.barcode),
            ),
            (
                signal::hazard.eq(new.hazard),
                signal::severity.eq(new.severity),
                signal::title.eq(&new.title),
                signal::text.eq(&new.text),
                signal::reliability.eq(new.reliability),
                signal::match_confidence.eq(confidence),
                signal::matched_by.eq(by),
                signal::match_reasons.eq(serde_json::to_value(&believed)?),
                signal::state.eq(SignalState::New),
                signal::doubles_checked.eq(bands.is_none()),
                signal::bands.eq(bands),
                signal::version.eq(1),
                signal::created_at.eq(tx.now),
            ),
        ))
        .on_conflict((signal::source, signal::external_id))
        .do_nothing()
        .execute(&mut *tx.conn)?;
    if written == 0 {
        return Ok(None);
    }
    event(tx, id, 1, (SignalStep::Enter, None, SignalState::New), None, json!({}))?;
    let mut row = signal::table.find(id).select(Row::as_select()).first(&mut *tx.conn)?;
    if by.is_some() {
        take(tx, &mut row, SignalStep::Match, None, json!({ "believed": believed }))?;
    }
    let merged_into = match compared {
        // Where the other one is being changed, the job looks again.
        Some(compared) => merge::by_text(tx, &mut row, &compared, rules)?.root(),
        None => None,
    };
    Ok(Some(Entered { id, outcome: Outcome::Inserted, merged_into, version: row.version, before: None }))
}

/// A signal that is known already.
fn again(tx: &mut Tx, mut row: Row, new: &NewSignal, rules: &SignalRules) -> Result<Entered, Problem> {
    let digest = new.digest()?;
    if is_same(&row, &digest) {
        return Ok(unchanged(&row));
    }
    let before = json!({
        "title": row.title, "text": row.text, "named": row.named, "published_on": row.published_on, "state": row.state,
        "hazard": row.hazard, "severity": row.severity, "barcode": row.barcode, "url": row.url, "observed_on": row.observed_on,
        "reliability": row.reliability, "region": row.region, "product_kind": row.product_kind, "enterprise_id": row.enterprise_id,
        "scope": row.scope, "match_confidence": row.match_confidence, "matched_by": row.matched_by, "match_reasons": row.match_reasons,
        "version": row.version,
    });
    let named = new.stored(&digest)?;
    let bands = banded(new.compared().as_ref());
    // What a person said of it stays.
    let by_person = row.matched_by == Some(MatchedBy::Person);
    let was = row.state;
    let details = json!({ "published_on": new.published_on, "before": { "title": &row.title, "published_on": row.published_on } });
    take(tx, &mut row, SignalStep::Update, None, details)?;
    diesel::update(signal::table.find(row.id))
        .set((
            signal::url.eq(&new.url),
            signal::published_on.eq(new.published_on),
            signal::observed_on.eq(new.observed_on.unwrap_or(new.published_on)),
            signal::named.eq(&named),
            signal::barcode.eq(&new.barcode),
            signal::hazard.eq(new.hazard),
            signal::severity.eq(new.severity),
            signal::title.eq(&new.title),
            signal::text.eq(&new.text),
            signal::reliability.eq(new.reliability),
            signal::bands.eq(bands),
            signal::erased_at.eq(None::<chrono::DateTime<chrono::Utc>>),
        ))
        .execute(&mut *tx.conn)?;
    let rematch = !by_person && matches!(row.state, SignalState::New | SignalState::Matched);
    if rematch {
        let About { region, kind, enterprise, confidence, by, believed } = about(tx, new, rules)?;
        let scope = region.clone().unwrap_or_else(|| row.home.clone());
        diesel::update(signal::table.find(row.id))
            .set((
                signal::region.eq(region),
                signal::product_kind.eq(kind),
                signal::enterprise_id.eq(enterprise),
                signal::scope.eq(scope),
                signal::match_confidence.eq(confidence),
                signal::matched_by.eq(by),
                signal::match_reasons.eq(serde_json::to_value(&believed)?),
            ))
            .execute(&mut *tx.conn)?;
        if by.is_some() && row.state == SignalState::New {
            take(tx, &mut row, SignalStep::Match, None, json!({ "believed": believed }))?;
        }
    } else if by_person && row.state == SignalState::New {
        take(tx, &mut row, SignalStep::Match, None, json!({}))?;
    }
    // A signal that came back after its file was withdrawn counts as new: nothing of it stood.
    let outcome = if was == SignalState::Withdrawn { Outcome::Inserted } else { Outcome::Updated };
    Ok(Entered {
        id: row.id,
        outcome,
        merged_into: row.merged_into,
        version: row.version,
        before: Some(before),
    })
}
