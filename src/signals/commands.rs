//! What officers do with signals that are there: match, triage, dismiss, open again.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::db::officer_steps::reason;
use crate::db::schema::signal;
use crate::db::{Command, Tx};
use crate::signals::create::check_match;
use crate::signals::hazard::Hazard;
use crate::signals::ids::SignalId;
use crate::signals::matched::region_of;
use crate::signals::policy::own_region;
use crate::signals::recognise::{MatchPart, MatchReason, RecognisedPart};
use crate::signals::state::{SignalState, SignalStep};
use crate::signals::store::{MatchedBy, Row, audit, load, nothing, require_version, take};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Signals that are triaged at once at most.
pub const MOST_AT_ONCE: usize = 100;

/// Says what a signal is about, by a person: what is said here stands in place of all that a rule believed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MatchSignal {
    /// The signal.
    pub id: SignalId,
    /// Code of the product kind; none where none is meant.
    pub product_kind: Option<String>,
    /// The enterprise; none where none is meant.
    pub enterprise_id: Option<EnterpriseId>,
    /// Code of the region; that of the enterprise, or the one that it had, where none is given.
    pub region: Option<String>,
    /// The hazard; what it had where none is given.
    pub hazard: Option<Hazard>,
    /// The severity, from 1 to 4; what it had where none is given.
    pub severity: Option<i32>,
    /// The version that the caller saw; none where it does not matter.
    pub version: Option<i32>,
}

impl Command for MatchSignal {
    type Output = SignalId;
    const NAME: &'static str = "match_signal";

    fn run(&self, tx: &mut Tx) -> Result<SignalId, Problem> {
        let mut row = load(tx, self.id)?;
        require_version(&row, self.version)?;
        let mut fields = Fields::new();
        let said = self.product_kind.is_some() || self.enterprise_id.is_some();
        let (zh, en) = ("产品种类和企业至少填写一项", "a product kind or an enterprise must be named");
        fields.require(said, "/product_kind", zh, en);
        let severity = self.severity.is_none_or(|severity| (1..=4).contains(&severity));
        fields.require(severity, "/severity", "须为 1 到 4 的整数", "must be a whole number from 1 to 4");
        check_match(
            tx,
            &mut fields,
            self.product_kind.as_deref(),
            self.enterprise_id,
            self.region.as_deref(),
        )?;
        fields.done()?;
        let of_firm = match self.enterprise_id {
            Some(id) => region_of(&mut tx.conn, id)?,
            None => None,
        };
        let region = self.region.clone().or(of_firm).or_else(|| row.region.clone());
        let scope = region.clone().unwrap_or_else(|| row.home.clone());
        let mut believed = Vec::new();
        let person = MatchReason::Person;
        believed.extend(
            self.product_kind.iter().map(|code| RecognisedPart::of(MatchPart::Kind, code, 100, person)),
        );
        believed.extend(
            self.enterprise_id
                .iter()
                .map(|id| RecognisedPart::of(MatchPart::Enterprise, id.to_string(), 100, person)),
        );
        believed.extend(region.iter().map(|code| RecognisedPart::of(MatchPart::Region, code, 100, person)));
        let believed = serde_json::to_value(&believed)?;
        take(tx, &mut row, SignalStep::Match, None, json!({ "believed": believed }))?;
        diesel::update(signal::table.find(row.id))
            .set((
                signal::product_kind.eq(&self.product_kind),
                signal::enterprise_id.eq(self.enterprise_id),
                signal::region.eq(&region),
                signal::scope.eq(&scope),
                signal::match_confidence.eq(100_i32),
                signal::matched_by.eq(MatchedBy::Person),
                signal::match_reasons.eq(&believed),
                signal::hazard.eq(self.hazard.or(row.hazard)),
                signal::severity.eq(self.severity.or(row.severity)),
            ))
            .execute(&mut *tx.conn)?;
        audit(tx, &row, Self::NAME, json!({ "believed": believed }))?;
        Ok(self.id)
    }
}

/// Holds signals for relevant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TriageSignals {
    /// The signals, 1 to 100.
    pub ids: Vec<SignalId>,
    /// The version that the caller saw, of a single one.
    pub version: Option<i32>,
}

impl Command for TriageSignals {
    type Output = usize;
    const NAME: &'static str = "triage_signal";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        own_region(&tx.actor)?;
        let mut ids = self.ids.clone();
        // In one order, so that two who triage the same wait for each other.
        ids.sort();
        ids.dedup();
        let mut fields = Fields::new();
        let fits = (1..=MOST_AT_ONCE).contains(&self.ids.len());
        fields.require(fits, "/ids", "一次须为 1 到 100 条", "must be 1 to 100 at once");
        fields.done()?;
        for id in &ids {
            let mut row = load(tx, *id)?;
            require_version(&row, self.version)?;
            triage(tx, &mut row)?;
        }
        Ok(ids.len())
    }
}

fn triage(tx: &mut Tx, row: &mut Row) -> Result<(), Problem> {
    if row.state == SignalState::Triaged {
        return Ok(());
    }
    take(tx, row, SignalStep::Triage, None, json!({}))?;
    diesel::update(signal::table.find(row.id)).set(signal::triaged_at.eq(tx.now)).execute(&mut *tx.conn)?;
    audit(tx, row, TriageSignals::NAME, nothing())
}

/// Dismisses a signal as irrelevant, with the reason.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DismissSignal {
    /// The signal.
    pub id: SignalId,
    /// Why, at most 1,000 characters.
    pub reason: String,
    /// The version that the caller saw; none where it does not matter.
    pub version: Option<i32>,
}

impl Command for DismissSignal {
    type Output = SignalId;
    const NAME: &'static str = "dismiss_signal";

    fn run(&self, tx: &mut Tx) -> Result<SignalId, Problem> {
        let mut row = load(tx, self.id)?;
        require_version(&row, self.version)?;
        let reason = reason(&self.reason)?;
        take(tx, &mut row, SignalStep::Dismiss, Some(&reason), json!({}))?;
        audit(tx, &row, Self::NAME, json!({ "reason": reason }))?;
        Ok(self.id)
    }
}

/// Looks at a dismissed or triaged signal again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReopenSignal {
    /// The signal.
    pub id: SignalId,
    /// The version that the caller saw; none where it does not matter.
    pub version: Option<i32>,
}

impl Command for ReopenSignal {
    type Output = SignalId;
    const NAME: &'static str = "reopen_signal";

    fn run(&self, tx: &mut Tx) -> Result<SignalId, Problem> {
        let mut row = load(tx, self.id)?;
        require_version(&row, self.version)?;
        take(tx, &mut row, SignalStep::Reopen, None, json!({}))?;
        diesel::update(signal::table.find(row.id))
            .set(signal::triaged_at.eq(None::<chrono::DateTime<chrono::Utc>>))
            .execute(&mut *tx.conn)?;
        if row.matched_by.is_some() {
            take(tx, &mut row, SignalStep::Match, None, json!({}))?;
        }
        audit(tx, &row, Self::NAME, nothing())?;
        Ok(self.id)
    }
}
