//! Reading the feeds that are registered.

use crate::core::page::{Page, Slice, Total};
use crate::core::{Actor, Problem};
use crate::db::order::in_order;
use crate::db::schema::signal_feed;
use crate::db::search::{Columns, Search};
use crate::db::total::total;
use crate::signals::ids::SignalFeedId;
use crate::signals::policy::{feeds_visible_to, permit};
use crate::signals::source::{Reliability, SignalSource};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A feed.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = signal_feed, check_for_backend(Pg))]
pub struct SignalFeedView {
    /// Its id.
    pub id: SignalFeedId,
    /// Code of the province that keeps it.
    pub region: String,
    /// Its name.
    pub name: String,
    /// Its address.
    pub url: String,
    /// As what its entries are entered: `opinion` or `media`.
    #[schema(inline)]
    pub source: SignalSource,
    /// How far its entries are relied on.
    #[schema(inline)]
    pub reliability: Reliability,
    /// Whether it is not asked for at present.
    pub paused: bool,
    /// When it was last asked for.
    pub last_at: Option<DateTime<Utc>>,
    /// The status of the answer; none where there was none.
    pub last_status: Option<i32>,
    /// What went wrong, in English.
    pub last_error: Option<String>,
    /// Entries of the last answer that was read.
    pub last_items: Option<i32>,
    /// Of them, those that were new.
    pub last_new: Option<i32>,
    /// Calls in a row that failed.
    pub failures: i32,
    /// When it is asked for next.
    pub next_at: DateTime<Utc>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// Where feeds are searched: name and address.
const TEXTS: Columns = Columns {
    texts: &["(search_name(signal_feed.name) || E'\\n' || search_fold(signal_feed.url))"],
    readings: &["search_readings(search_name(signal_feed.name))"],
    code: false,
};

/// The feeds of the officer's province, the newest first within the ranks of a search.
///
/// # Errors
/// 401 without a log-in, 403 for whoever is no officer.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    q: Option<&str>,
    slice: Slice,
) -> Result<Page<SignalFeedView>, Problem> {
    permit(actor)?;
    let search = Search::new(q, TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<SignalFeedView>> {
        let mut query = feeds_visible_to(actor);
        if let Some(found) = search.of(slice) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(signal_feed::id.lt(SignalFeedId(after)));
        }
        query
            .order(in_order(slice, signal_feed::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit.saturating_add(1))
            .select(SignalFeedView::as_select())
            .load(conn)
    };
    Ok(Page::by_rank(search.ranks(), slice, load, |feed| feed.id.0)?)
}

/// How many feeds that finds.
///
/// # Errors
/// As [`list`].
pub fn count(conn: &mut PgConnection, actor: &Actor, q: Option<&str>) -> Result<Total, Problem> {
    permit(actor)?;
    let mut query = feeds_visible_to(actor);
    if let Some(found) = Search::new(q, TEXTS).any() {
        query = query.filter(found);
    }
    Ok(total(conn, query.select(signal_feed::id))?)
}

/// One feed.
///
/// # Errors
/// As [`list`]; 404 where the actor may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: SignalFeedId) -> Result<SignalFeedView, Problem> {
    permit(actor)?;
    Ok(feeds_visible_to(actor)
        .filter(signal_feed::id.eq(id))
        .select(SignalFeedView::as_select())
        .first(conn)?)
}
