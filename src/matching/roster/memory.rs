//! The experts in memory, and how they are kept true.

use crate::core::ids::ExpertId;
use crate::core::{Problem, ProcessCache};
use crate::matching::model::vocabulary::Vocabulary;
use crate::matching::roster::facts::{self, Candidate};
use crate::matching::roster::index::ExpertIndex;
use crate::web::room::Job;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Nullable, Text, Untyped, Uuid};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

/// Whoever has not looked for so long reads everyone again; notes are kept for much longer.
const LONGEST: Duration = Duration::from_secs(3600);
/// Notes are kept for so many hours, longer than any transaction lasts.
const KEEP_HOURS: u32 = 48;

/// The moment for which leave and duty are determined, and what matching asks besides the database.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// The moment, UTC.
    pub now: DateTime<Utc>,
    /// The catalogue.
    pub catalogue: &'a crate::catalogue::Catalogue,
    /// Where the roster is kept.
    pub cache: &'a ProcessCache,
}

/// The experts in memory.
#[derive(Debug, Default)]
pub struct Roster {
    place: Mutex<Place>,
    experts: RwLock<ExpertIndex>,
}

/// What has been seen of the notes.
#[derive(Debug, Default)]
struct Place {
    seen: Option<RosterSnapshot>,
    /// Experts who must be read again whatever the notes say: the last one to look had changed them itself.
    doubtful: BTreeSet<ExpertId>,
}

#[derive(Debug)]
struct RosterSnapshot {
    /// The snapshot of the last look.
    snapshot: String,
    /// The number of the transaction that looked: the snapshot takes it for done.
    own: Option<i64>,
    at: Instant,
}

/// The experts as one transaction sees them.
pub struct View<'a> {
    experts: RwLockReadGuard<'a, ExpertIndex>,
    own: &'a OwnChanges,
}

/// What a transaction itself has changed: such an expert as it sees it, or that it is gone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnChanges(Vec<(ExpertId, Option<Candidate>)>);

impl Roster {
    /// Reads what has changed, as the connection sees it. Gives what its transaction itself has changed.
    ///
    /// # Errors
    /// When the database can't be asked; then everything stays as it was.
    pub fn refresh(&self, conn: &mut PgConnection, vocabulary: &Vocabulary) -> Result<OwnChanges, Problem> {
        let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = place.seen.as_ref().filter(|seen| seen.at.elapsed() < LONGEST);
        let ask = Changes {
            snapshot: seen.map(|seen| seen.snapshot.as_str()),
            own: seen.and_then(|seen| seen.own),
        };
        let first = ask.snapshot.is_none();
        let noted: Noted = ask.get_result(conn)?;
        // Everyone was changed at once where no one is named.
        let everyone = first || noted.changed.contains(&None);
        let mine: BTreeSet<ExpertId> = noted.mine.into_iter().flatten().collect();
        let changed: BTreeSet<ExpertId> = noted.changed.into_iter().flatten().collect();
        let own = facts::candidates_of(conn, vocabulary, &mine.iter().copied().collect::<Vec<_>>())?;
        let (fresh, gone, doubtful) = if everyone {
            let found = facts::everyone(conn, vocabulary)?;
            let ids: BTreeSet<ExpertId> = found.iter().map(|c| c.facts.id).collect();
            let experts = self.experts.read().unwrap_or_else(PoisonError::into_inner);
            let gone = experts.all().map(|c| c.facts.id).filter(|id| !ids.contains(id)).collect();
            (found, gone, mine.clone())
        } else {
            let again: Vec<ExpertId> =
                changed.union(&place.doubtful).filter(|id| !mine.contains(id)).copied().collect();
            let found = facts::candidates_of(conn, vocabulary, &again)?;
            let ids: BTreeSet<ExpertId> = found.iter().map(|c| c.facts.id).collect();
            let gone: Vec<ExpertId> = again.into_iter().filter(|id| !ids.contains(id)).collect();
            let doubtful = changed.union(&place.doubtful).filter(|id| mine.contains(id)).copied().collect();
            (found, gone, doubtful)
        };
        if !fresh.is_empty() || !gone.is_empty() {
            let mut experts = self.experts.write().unwrap_or_else(PoisonError::into_inner);
            for id in gone.into_iter().filter(|id| !mine.contains(id)) {
                experts.set(id, None);
            }
            for candidate in fresh.into_iter().filter(|c| !mine.contains(&c.facts.id)) {
                experts.set(candidate.facts.id, Some(candidate));
            }
        }
        place.doubtful = doubtful;
        place.seen = Some(RosterSnapshot { snapshot: noted.snapshot, own: noted.own, at: Instant::now() });
        let of = |id: ExpertId| (id, own.iter().find(|c| c.facts.id == id).cloned());
        Ok(OwnChanges(mine.into_iter().map(of).collect()))
    }

    /// The experts, together with what a transaction has changed.
    pub fn view<'a>(&'a self, own: &'a OwnChanges) -> View<'a> {
        View { experts: self.experts.read().unwrap_or_else(PoisonError::into_inner), own }
    }
}

impl View<'_> {
    /// Goes up with every change that others made.
    pub fn version(&self) -> u64 {
        self.experts.version()
    }

    /// An expert.
    pub fn get(&self, id: ExpertId) -> Option<&Candidate> {
        match self.own.0.iter().find(|(own, _)| *own == id) {
            Some((_, own)) => own.as_ref(),
            None => self.experts.get(id),
        }
    }

    /// All, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Candidate> {
        self.with_own(self.experts.all())
    }

    /// Those who know something of a class, and perhaps others.
    pub fn of_class(&self, class: u16) -> impl Iterator<Item = &Candidate> {
        self.with_own(self.experts.of_class(class))
    }

    fn with_own<'a>(
        &'a self,
        others: impl Iterator<Item = &'a Candidate>,
    ) -> impl Iterator<Item = &'a Candidate> {
        let is_own = |id: ExpertId| self.own.0.iter().any(|(own, _)| *own == id);
        others
            .filter(move |c| !is_own(c.facts.id))
            .chain(self.own.0.iter().filter_map(|(_, own)| own.as_ref()))
    }
}

/// Updates the roster of an application, so that the next reader finds little to read.
///
/// # Errors
/// When the database is unavailable.
pub fn refresh_roster(app: &crate::app::App) -> Result<(), Problem> {
    let vocabulary = Vocabulary::new(&app.catalogue().products);
    roster(app.cache()).refresh(&mut *app.conn()?, &vocabulary).map(drop)
}

/// The roster of an application.
pub fn roster(cache: &ProcessCache) -> Arc<Roster> {
    cache.of::<Roster>()
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(Pg))]
struct Noted {
    #[diesel(sql_type = Text)]
    snapshot: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    own: Option<i64>,
    #[diesel(sql_type = Array<Nullable<Uuid>>)]
    changed: Vec<Option<ExpertId>>,
    #[diesel(sql_type = Array<Nullable<Uuid>>)]
    mine: Vec<Option<ExpertId>>,
}

/// Asks for what others and what this transaction noted. A snapshot does not count the transaction that
/// took it among those that were still at work, so that one is asked for by its number.
struct Changes<'a> {
    snapshot: Option<&'a str>,
    own: Option<i64>,
}

impl QueryFragment<Pg> for Changes<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "WITH place AS MATERIALIZED (
                SELECT pg_current_snapshot() AS snapshot, pg_current_xact_id_if_assigned()::text::bigint AS own,
                       pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS ends,
                       pg_snapshot_xmin(p.seen)::text::bigint AS begins, p.seen, p.by
                FROM (SELECT ",
        );
        out.push_bind_param::<Nullable<Text>, _>(&self.snapshot)?;
        out.push_sql("::pg_snapshot AS seen, ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.own)?;
        out.push_sql(
            "::bigint AS by) p
             )
             SELECT place.snapshot::text, place.own,
                    ARRAY(SELECT DISTINCT c.expert_id FROM expert_change c
                          WHERE c.tx >= place.begins AND c.tx < place.ends AND c.tx IS DISTINCT FROM place.own
                            AND (c.tx = place.by OR NOT pg_visible_in_snapshot(c.tx::text::xid8, place.seen)))
                    AS changed,
                    ARRAY(SELECT DISTINCT c.expert_id FROM expert_change c WHERE c.tx = place.own) AS mine
             FROM place",
        );
        Ok(())
    }
}

impl Query for Changes<'_> {
    type SqlType = Untyped;
}

impl QueryId for Changes<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for Changes<'_> {}

/// Deletes notes that everyone has read long ago.
///
/// # Errors
/// When the database is unavailable.
pub fn prune(conn: &mut PgConnection) -> QueryResult<usize> {
    // The database's clock: it is not a moment of the domain, and no other is the same for all servers.
    diesel::sql_query(format!(
        "DELETE FROM expert_change WHERE at < clock_timestamp() - interval '{KEEP_HOURS} hours'"
    ))
    .execute(conn)
}

/// Deletes old notes of changes, once an hour.
pub const JOB: Job = Job {
    name: "expert changes",
    wake: None,
    poll: std::time::Duration::from_secs(3600),
    start: |_, _| {
        Ok(Box::new(|app| {
            prune(&mut *app.conn()?)?;
            Ok(false)
        }))
    },
};
