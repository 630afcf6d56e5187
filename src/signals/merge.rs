//! Near-duplicates become one: by their texts as they come, by a person, and apart again by a person.
//!
//! Two that come at the same time do not see each other. A job looks again behind the storing, one signal after the other, so at the end the same
//! news is one, however many bring it at once. What a person took apart is not merged by itself again.
//!
//! By its text nothing is merged into one of another kind of product, nor into one that the office that brought it may not know of: its officers
//! would lose sight of it. What is relied on more is not merged into a dismissed one.

use crate::app::App;
use crate::catalogue::Regions;
use crate::core::fields::Fields;
use crate::core::{Actor, Caller, Code, Problem, Text};
use crate::db::schema::signal;
use crate::db::{Command, Tx};
use crate::signals::compare::compared;
use crate::signals::doubles::{Compared, alike};
use crate::signals::ids::SignalId;
use crate::signals::settings::{SignalRules, SignalSettings};
use crate::signals::source::Reliability;
use crate::signals::state::{SignalState, SignalStep, transition};
use crate::signals::store::{Named, Row, audit, find, load, require_version, take};
use crate::web::room::Job;
use chrono::Days;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Jsonb, Nullable, Text as SqlText, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Signals with a band in common that are compared at most.
const MOST_CANDIDATES: i64 = 200;
/// Signals that the job looks at in one transaction.
const BATCH: i64 = 200;
/// How often the job looks.
const POLL: Duration = Duration::from_secs(5);

#[derive(QueryableByName)]
struct Candidate {
    #[diesel(sql_type = SqlUuid)]
    id: SignalId,
    #[diesel(sql_type = SqlText)]
    title: String,
    #[diesel(sql_type = SqlText)]
    text: String,
    #[diesel(sql_type = Jsonb)]
    named: Value,
    #[diesel(sql_type = Nullable<SqlText>)]
    barcode: Option<String>,
    #[diesel(sql_type = Nullable<SqlText>)]
    product_kind: Option<String>,
    #[diesel(sql_type = SqlText)]
    scope: String,
    #[diesel(sql_type = SqlText)]
    state: SignalState,
    #[diesel(sql_type = SqlText)]
    reliability: Reliability,
}

impl Candidate {
    /// Whether a signal may be merged into it, as far as that does not depend on their texts.
    fn takes(&self, row: &Row, regions: &Regions) -> bool {
        let kinds = row.product_kind.as_ref().zip(self.product_kind.as_ref());
        let dismissed = self.state == SignalState::Dismissed;
        kinds.is_none_or(|(own, other)| own == other)
            && regions.contains(&row.home, &self.scope)
            && !(dismissed && row.reliability.weight() > self.reliability.weight())
    }
}

/// Those that may have the same content: a band in common, the same family of sources, published about the same time, not merged themselves. The bands are
/// looked for by themselves: the planner, who does not know how rare one is, would else go through all signals in the order of their ids. Those with
/// the most bands in common come first: many may share a band that are written in the same words about other things.
const CANDIDATES: &str = "
    WITH near AS MATERIALIZED (
        SELECT s.id, s.source, s.state, s.published_on,
               (SELECT count(*) FROM unnest(s.bands) AS b (band) WHERE b.band = ANY ($1)) AS common
        FROM signal s
        WHERE s.bands && $1 AND s.bands IS NOT NULL AND s.merged_into IS NULL),
    first AS MATERIALIZED (
        SELECT n.id
        FROM near n
        WHERE n.source = ANY ($2) AND n.state <> 'withdrawn' AND n.published_on BETWEEN $3 AND $4 AND n.id <> $5
        ORDER BY n.common DESC, n.id
        LIMIT $6)
    SELECT s.id, s.title, s.text, s.named, s.barcode, s.product_kind, s.scope, s.state, s.reliability
    FROM first f JOIN signal s ON s.id = f.id
    ORDER BY s.id";

/// A signal with the same content, the most alike one and of those the first.
///
/// # Errors
/// When the database can't be asked.
pub fn double_of(
    conn: &mut PgConnection,
    row: &Row,
    text: &Compared,
    rules: &SignalRules,
    regions: &Regions,
) -> Result<Option<(SignalId, u32)>, Problem> {
    let (id, source, published_on) = (row.id, row.source, row.published_on);
    let Some(bands) = text.bands() else { return Ok(None) };
    let days = Days::new(rules.near_double_days.into());
    let from = published_on.checked_sub_days(days).unwrap_or(published_on);
    let until = published_on.checked_add_days(days).unwrap_or(published_on);
    let sources: Vec<&str> = source.alike().iter().map(|source| source.as_str()).collect();
    let candidates: Vec<Candidate> = diesel::sql_query(CANDIDATES)
        .bind::<Array<BigInt>, _>(bands)
        .bind::<Array<SqlText>, _>(sources)
        .bind::<Date, _>(from)
        .bind::<Date, _>(until)
        .bind::<SqlUuid, _>(id)
        .bind::<BigInt, _>(MOST_CANDIDATES)
        .load(conn)?;
    let mut best: Option<(SignalId, u32)> = None;
    for candidate in candidates.into_iter().filter(|candidate| candidate.takes(row, regions)) {
        let named: Named = serde_json::from_value(candidate.named).unwrap_or_default();
        let other = compared(&candidate.title, &candidate.text, &named, candidate.barcode.as_deref());
        if let Some(percent) = alike(text, &other, rules.near_double_percent)
            && best.is_none_or(|(_, known)| percent > known)
        {
            best = Some((candidate.id, percent));
        }
    }
    Ok(best)
}

/// Result of the search for an earlier signal with the same content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeOutcome {
    /// There is none.
    Alone,
    /// It was merged into this one.
    Merged(SignalId),
    /// The other one is locked by somebody else: search again.
    Busy,
}

impl MergeOutcome {
    /// The one that it was merged into.
    #[must_use]
    pub fn root(self) -> Option<SignalId> {
        match self {
            Self::Merged(root) => Some(root),
            Self::Alone | Self::Busy => None,
        }
    }
}

/// Merges a signal into an earlier one with the same content, if there is one. The row is locked by the caller, the other one here.
///
/// # Errors
/// When the database refuses.
pub fn by_text(
    tx: &mut Tx,
    row: &mut Row,
    text: &Compared,
    rules: &SignalRules,
) -> Result<MergeOutcome, Problem> {
    let catalogue = Arc::clone(&tx.catalogue);
    let found = double_of(&mut tx.conn, row, text, rules, &catalogue.regions)?;
    let Some((root, percent)) = found else { return Ok(MergeOutcome::Alone) };
    if transition(row.state, SignalStep::Merge).is_err() {
        return Ok(MergeOutcome::Alone);
    }
    // Whoever waited for it here, and held its own row meanwhile, might be waited for by the other one.
    let locked: Option<SignalState> = signal::table
        .find(root)
        .select(signal::state)
        .for_update()
        .skip_locked()
        .first(&mut *tx.conn)
        .optional()?;
    if locked.is_none_or(|state| matches!(state, SignalState::Merged | SignalState::Withdrawn)) {
        return Ok(MergeOutcome::Busy);
    }
    into(tx, row, root, None, json!({ "shared_percent": percent }))?;
    Ok(MergeOutcome::Merged(root))
}

/// Merges one into another, with all that were merged into it.
fn into(
    tx: &mut Tx,
    row: &mut Row,
    root: SignalId,
    reason: Option<&str>,
    mut details: Value,
) -> Result<(), Problem> {
    if let Some(details) = details.as_object_mut() {
        details.insert("into".to_owned(), json!(root));
    }
    row.merged_into = Some(root);
    take(tx, row, SignalStep::Merge, reason, details)?;
    let moved = diesel::update(signal::table.filter(signal::merged_into.eq(row.id)))
        .set(signal::merged_into.eq(root))
        .execute(&mut *tx.conn)?;
    let moved = i32::try_from(moved).unwrap_or(i32::MAX);
    diesel::update(signal::table.find(row.id)).set(signal::doubles.eq(0)).execute(&mut *tx.conn)?;
    diesel::update(signal::table.find(root))
        .set(signal::doubles.eq(signal::doubles + moved.saturating_add(1)))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Takes one out of the one that it was merged into; its match, if it had one, holds again.
///
/// # Errors
/// 409 where it is not merged; when the database refuses.
pub fn apart(tx: &mut Tx, row: &mut Row, details: &Value) -> Result<(), Problem> {
    let root = row.merged_into;
    row.merged_into = None;
    take(tx, row, SignalStep::Unmerge, None, details.clone())?;
    diesel::update(signal::table.find(row.id))
        .set(signal::doubles_checked.eq(true))
        .execute(&mut *tx.conn)?;
    if let Some(root) = root {
        // Nor is the other of the two merged into this one.
        diesel::update(signal::table.find(root))
            .set(signal::doubles_checked.eq(true))
            .execute(&mut *tx.conn)?;
        diesel::update(signal::table.find(root).filter(signal::doubles.gt(0)))
            .set(signal::doubles.eq(signal::doubles - 1))
            .execute(&mut *tx.conn)?;
    }
    if row.state == SignalState::New && row.matched_by.is_some() {
        take(tx, row, SignalStep::Match, None, details.clone())?;
    }
    Ok(())
}

fn refused(zh: &'static str, en: &'static str) -> Problem {
    Problem::new(Code::SignalMerge, Text::new(zh, en))
}

/// Merges a signal into another one with the same content, by a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MergeSignal {
    /// The signal.
    pub id: SignalId,
    /// The one that it is merged into.
    pub into: SignalId,
    /// The version that the caller saw; none where it does not matter.
    pub version: Option<i32>,
}

impl Command for MergeSignal {
    type Output = SignalId;
    const NAME: &'static str = "merge_signal";

    fn run(&self, tx: &mut Tx) -> Result<SignalId, Problem> {
        // In one order, so that two who merge the same pair wait for each other.
        let (row, root) = if self.id < self.into {
            let row = find(tx, self.id)?;
            (row, find(tx, self.into)?)
        } else {
            let root = find(tx, self.into)?;
            (find(tx, self.id)?, root)
        };
        let mut row = row.ok_or_else(Problem::not_found)?;
        let mut fields = Fields::new();
        fields.require(self.id != self.into, "/into", "不能与自身合并", "must be another signal");
        fields.require(root.is_some(), "/into", "没有该信息", "there is no such signal");
        fields.done()?;
        let root = root.ok_or_else(Problem::not_found)?;
        require_version(&row, self.version)?;
        if matches!(root.state, SignalState::Merged | SignalState::Dismissed | SignalState::Withdrawn) {
            return Err(refused(
                "不能并入已合并、已撤回或不予采用的信息",
                "nothing is merged into one that is merged, dismissed or withdrawn",
            ));
        }
        into(tx, &mut row, root.id, None, json!({}))?;
        audit(tx, &row, Self::NAME, json!({ "into": root.id }))?;
        Ok(self.id)
    }
}

/// Takes a signal out of the one that it was merged into. It is not merged by itself again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UnmergeSignal {
    /// The signal.
    pub id: SignalId,
    /// The version that the caller saw; none where it does not matter.
    pub version: Option<i32>,
}

impl Command for UnmergeSignal {
    type Output = SignalId;
    const NAME: &'static str = "unmerge_signal";

    fn run(&self, tx: &mut Tx) -> Result<SignalId, Problem> {
        let mut row = load(tx, self.id)?;
        require_version(&row, self.version)?;
        let root = row.merged_into;
        apart(tx, &mut row, &json!({ "from": root }))?;
        audit(tx, &row, Self::NAME, json!({ "from": root }))?;
        Ok(self.id)
    }
}

/// Looks for near-duplicates of signals behind their storing. Says how many it looked at.
#[derive(Debug, Serialize)]
pub struct SweepDoubles {}

impl Command for SweepDoubles {
    type Output = usize;
    const NAME: &'static str = "sweep_signal_doubles";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        let settings = Arc::clone(&tx.settings);
        let Some(rules) = settings.section::<SignalSettings>().on(tx.today()) else { return Ok(0) };
        let rows: Vec<Row> = signal::table
            .filter(signal::doubles_checked.eq(false))
            .order(signal::id)
            .limit(BATCH)
            .for_update()
            .skip_locked()
            .select(Row::as_select())
            .load(&mut *tx.conn)?;
        let mut done: Vec<SignalId> = Vec::with_capacity(rows.len());
        // The newest first, so that the oldest of those that came together stays.
        for row in rows.iter().rev() {
            // Another of this batch may have been merged into it meanwhile.
            let mut row: Row = signal::table.find(row.id).select(Row::as_select()).first(&mut *tx.conn)?;
            if row.state.waits() && !row.source.alike().is_empty() {
                let text = compared(&row.title, &row.text, &row.names(), row.barcode.as_deref());
                if by_text(tx, &mut row, &text, rules)? == MergeOutcome::Busy {
                    continue;
                }
            }
            done.push(row.id);
        }
        diesel::update(signal::table.filter(signal::id.eq_any(&done)))
            .set(signal::doubles_checked.eq(true))
            .execute(&mut *tx.conn)?;
        Ok(done.len())
    }
}

/// Looks for near-duplicates that came at the same time.
pub const JOB: Job = Job {
    name: "signal_doubles",
    wake: None,
    poll: POLL,
    start: |_, _| {
        let sweep = |app: &App| app.execute(&Caller::system(), &SweepDoubles {});
        Ok(Box::new(move |app| {
            let looked = sweep(app)?;
            Ok(i64::try_from(looked).is_ok_and(|looked| looked == BATCH))
        }))
    },
};
