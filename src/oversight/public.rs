//! What everybody reads of listings: whitelisted fields, without the basis, without texts of who was addressed, without what happened besides.
//!
//! A listing is public from the day on which it is listed. After its end it stays as closed for the days of the rules, without the names of those who were
//! responsible. One that was withdrawn is public no more.

use crate::core::Problem;
use crate::core::page::{Page, Slice, Total};
use crate::db::schema::oversight;
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::oversight::ids::OversightId;
use crate::oversight::rows::OversightRow;
use crate::oversight::settings::OversightSettings;
use crate::oversight::state::OversightState;
use crate::oversight::store;
use crate::oversight::words::{OversightKind, OversightSubject, ResponsibilityKind, ResponsibilityState};
use chrono::{Days, NaiveDate};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

crate::word_enum! {
    /// How a listing stands for everybody.
    pub enum PublicState {
        /// It is listed, and its term has not passed.
        Listed = "listed",
        /// Its delisting is applied for.
        Applied = "applied",
        /// Its term has passed.
        Overdue = "overdue",
        /// It was handed to the level above.
        Escalated = "escalated",
        /// It was taken off.
        Accepted = "accepted",
    }
}

impl PublicState {
    fn of(state: OversightState) -> Option<Self> {
        match state {
            OversightState::Listed => Some(Self::Listed),
            OversightState::Applied => Some(Self::Applied),
            OversightState::Overdue => Some(Self::Overdue),
            OversightState::Escalated => Some(Self::Escalated),
            OversightState::Accepted => Some(Self::Accepted),
            _ => None,
        }
    }

    /// The same as a state of the domain.
    pub fn state(self) -> OversightState {
        match self {
            Self::Listed => OversightState::Listed,
            Self::Applied => OversightState::Applied,
            Self::Overdue => OversightState::Overdue,
            Self::Escalated => OversightState::Escalated,
            Self::Accepted => OversightState::Accepted,
        }
    }
}

/// A listing as everybody reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublicListing {
    /// Its id.
    pub id: OversightId,
    /// The number of the document.
    pub document_no: String,
    /// Its title.
    pub title: String,
    /// The kind of problem that it is about.
    #[schema(inline)]
    pub subject: OversightSubject,
    /// Code of the region that lists it.
    pub from_region: String,
    /// Code of the recipient's region.
    pub to_region: String,
    /// The name of who is listed.
    pub to_name: String,
    /// Codes of the product kinds.
    pub product_kinds: Vec<String>,
    /// State of the listing, as everybody reads it.
    #[schema(inline)]
    pub state: PublicState,
    /// When it was listed.
    pub listed_on: NaiveDate,
    /// The end of its term.
    pub term_on: Option<NaiveDate>,
    /// How often the term was extended.
    pub extensions: i32,
    /// When it was taken off, or handed to the level above.
    pub ended_on: Option<NaiveDate>,
}

/// A responsibility as everybody reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublicResponsibility {
    /// What is answered for.
    #[schema(inline)]
    pub kind: ResponsibilityKind,
    /// Who holds it; absent once the listing has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// The person's post (职务).
    pub post: String,
    /// What is to be done.
    pub task: String,
    /// Until when.
    pub due_on: NaiveDate,
    /// How far it has come.
    #[schema(inline)]
    pub state: ResponsibilityState,
}

/// A listing with what is asked for and who answers for it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublicListingDetail {
    /// The listing.
    #[serde(flatten)]
    pub listing: PublicListing,
    /// What is asked for.
    pub requirements: String,
    /// The responsibilities.
    pub responsibilities: Vec<PublicResponsibility>,
}

/// Where public listings are searched: title, number, who is listed.
const TEXTS: Columns = Columns {
    texts: &[
        "(search_name(oversight.title) || E'\\n')",
        "(search_name(oversight.to_name) || E'\\n')",
        "(search_fold(coalesce(oversight.document_no, '')) || E'\\n')",
    ],
    readings: &[
        "search_readings(search_name(oversight.title))",
        "search_readings(search_name(oversight.to_name))",
    ],
    code: false,
};

/// The first day of an end for which a listing is still public.
pub fn public_from(settings: &OversightSettings, today: NaiveDate) -> NaiveDate {
    let days = settings.rules_on(today).map_or(0, |rules| u64::from(rules.public_days));
    today.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}

fn public(ended_from: NaiveDate, found: Option<Condition>) -> oversight::BoxedQuery<'static, Pg> {
    use oversight as o;
    let states: Vec<OversightState> = PublicState::ALL.iter().map(|state| state.state()).collect();
    let query = o::table
        .filter(o::kind.eq(OversightKind::Listing))
        .filter(o::issued_on.is_not_null())
        .filter(o::state.eq_any(states))
        .filter(o::ended_on.is_null().or(o::ended_on.assume_not_null().ge(ended_from)))
        .into_boxed();
    match found {
        Some(found) => query.filter(found),
        None => query,
    }
}

fn view(row: OversightRow) -> Option<PublicListing> {
    let (written, course) = (row.written, row.course);
    Some(PublicListing {
        id: written.id,
        document_no: course.document_no?,
        title: written.title,
        subject: written.subject,
        from_region: written.from_region,
        to_region: written.to_region,
        to_name: written.to_name,
        product_kinds: written.product_kinds,
        state: PublicState::of(course.state)?,
        listed_on: course.issued_on?,
        term_on: course.term_on,
        extensions: course.extensions,
        ended_on: course.ended_on,
    })
}

/// A page of public listings, the newest first within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    ended_from: NaiveDate,
    state: Option<PublicState>,
    q: Option<&str>,
    slice: Slice,
) -> Result<Page<PublicListing>, Problem> {
    let search = Search::new(q, TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<OversightRow>> {
        let mut query = public(ended_from, search.rank(slice.rank));
        if let Some(state) = state {
            query = query.filter(oversight::state.eq(state.state()));
        }
        if let Some(after) = slice.after {
            query = query.filter(oversight::id.lt(OversightId(after)));
        }
        query.order(oversight::id.desc()).limit(slice.limit + 1).select(OversightRow::as_select()).load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.written.id.0)?;
    Ok(Page { items: items.into_iter().filter_map(view).collect(), next_cursor })
}

/// How many public listings a search finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count(
    conn: &mut PgConnection,
    ended_from: NaiveDate,
    state: Option<PublicState>,
    q: Option<&str>,
) -> Result<Total, Problem> {
    let mut query = public(ended_from, Search::new(q, TEXTS).any());
    if let Some(state) = state {
        query = query.filter(oversight::state.eq(state.state()));
    }
    Ok(total(conn, query.select(oversight::id))?)
}

/// One public listing.
///
/// # Errors
/// 404 where no public listing has the id.
pub fn get(
    conn: &mut PgConnection,
    ended_from: NaiveDate,
    id: OversightId,
) -> Result<PublicListingDetail, Problem> {
    let row: OversightRow = public(ended_from, None)
        .filter(oversight::id.eq(id))
        .select(OversightRow::as_select())
        .first(conn)?;
    let listing = view(row).ok_or_else(Problem::not_found)?;
    let requirements = store::matter(conn, id)?.requirements;
    let ended = listing.ended_on.is_some();
    let responsibilities = store::responsibilities(conn, id)?
        .into_iter()
        .map(|row| PublicResponsibility {
            kind: row.kind,
            holder: (!ended).then_some(row.holder),
            post: row.post,
            task: row.task,
            due_on: row.due_on,
            state: row.state,
        })
        .collect();
    Ok(PublicListingDetail { listing, requirements, responsibilities })
}
