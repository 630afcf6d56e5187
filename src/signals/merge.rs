//! Near-doubles become one: by their texts as they come, by a person, and apart again by a person.
//!
//! Two that come at the same time do not see each other. A job looks again behind the storing, one signal after the other, so at the end the same
//! news is one, however many bring it at once. What a person took apart is not merged by itself again.

use crate::app::App;
use crate::core::fields::Fields;
use crate::core::{Actor, Caller, Code, Problem, Text};
use crate::db::schema::signal;
use crate::db::{Command, Tx};
use crate::signals::compare::compared;
use crate::signals::doubles::{Compared, alike};
use crate::signals::ids::SignalId;
use crate::signals::settings::{SignalRules, SignalSettings};
use crate::signals::source::SignalSource;
use crate::signals::state::{SignalState, SignalStep, transition};
use crate::signals::store::{Named, Row, audit, find, load, require_version, take};
use crate::web::room::Job;
use chrono::{Days, NaiveDate};
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
}

/// Those that may tell the same: a band in common, the same family of sources, published about the same time, not merged themselves. The bands are
/// looked for by themselves: the planner, who does not know how rare one is, would else go through all signals in the order of their ids.
const CANDIDATES: &str = "
    WITH near AS MATERIALIZED (
        SELECT s.id, s.title, s.text, s.named, s.barcode, s.source, s.state, s.published_on
        FROM signal s
        WHERE s.bands && $1 AND s.bands IS NOT NULL AND s.merged_into IS NULL)
    SELECT n.id, n.title, n.text, n.named, n.barcode
    FROM near n
    WHERE n.source = ANY ($2) AND n.state <> 'withdrawn' AND n.published_on BETWEEN $3 AND $4 AND n.id <> $5
    ORDER BY n.id
    LIMIT $6";

/// A signal that tells the same, the most alike one and of those the first.
///
/// # Errors
/// When the database can't be asked.
pub fn double_of(
    conn: &mut PgConnection,
    (id, source, published_on): (SignalId, SignalSource, NaiveDate),
    text: &Compared,
    rules: &SignalRules,
) -> Result<Option<(SignalId, u32)>, Problem> {
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
    for candidate in candidates {
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

/// Merges a signal into the one that tells the same, if there is one.
///
/// # Errors
/// When the database refuses.
pub fn by_text(
    tx: &mut Tx,
    row: &mut Row,
    text: &Compared,
    rules: &SignalRules,
) -> Result<Option<SignalId>, Problem> {
    let found = double_of(&mut tx.conn, (row.id, row.source, row.published_on), text, rules)?;
    let Some((root, percent)) = found else { return Ok(None) };
    if transition(row.state, SignalStep::Merge).is_err() {
        return Ok(None);
    }
    into(tx, row, root, None, json!({ "shared_percent": percent }))?;
    Ok(Some(root))
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
pub fn apart(tx: &mut Tx, row: &mut Row, step: SignalStep, reason: Option<&str>) -> Result<(), Problem> {
    let root = row.merged_into;
    row.merged_into = None;
    take(tx, row, step, reason, json!({ "from": root }))?;
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
        take(tx, row, SignalStep::Match, None, json!({}))?;
    }
    Ok(())
}

fn refused(zh: &'static str, en: &'static str) -> Problem {
    Problem::new(Code::SignalMerge, Text::new(zh, en))
}

/// Merges a signal into another one that tells the same, by a person.
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
        apart(tx, &mut row, SignalStep::Unmerge, None)?;
        audit(tx, &row, Self::NAME, json!({ "from": root }))?;
        Ok(self.id)
    }
}

/// Looks for near-doubles of signals behind their storing. Says how many it looked at.
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
        // The newest first, so that the oldest of those that came together stays.
        for row in rows.iter().rev() {
            // Another of this batch may have been merged into it meanwhile.
            let mut row: Row = signal::table.find(row.id).select(Row::as_select()).first(&mut *tx.conn)?;
            if row.state.waits() && !row.source.alike().is_empty() {
                let text = compared(&row.title, &row.text, &row.names(), row.barcode.as_deref());
                by_text(tx, &mut row, &text, rules)?;
            }
        }
        let ids: Vec<SignalId> = rows.iter().map(|row| row.id).collect();
        diesel::update(signal::table.filter(signal::id.eq_any(&ids)))
            .set(signal::doubles_checked.eq(true))
            .execute(&mut *tx.conn)?;
        Ok(ids.len())
    }
}

/// Looks for near-doubles that came at the same time.
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
