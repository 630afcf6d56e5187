//! Reading canned replies.

use crate::canned_replies::filling::Values;
use crate::canned_replies::ids::CannedReplyId;
use crate::canned_replies::policy::Writer;
use crate::canned_replies::scope::ReplyScope;
use crate::canned_replies::template::{Placeholder, fill};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::ConsultationId;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::schema::canned_reply;
use crate::db::search::{Columns, Search};
use crate::db::total::total;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A canned reply.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CannedReplyView {
    /// Id of the reply.
    pub id: CannedReplyId,
    /// Who can use the text: one person, a product hospital, or everybody.
    pub scope: ReplyScope,
    /// What it is found by.
    pub title: String,
    /// The text, with its placeholders.
    pub body: String,
    /// The text for the consultation that was named; what has no value there stays a placeholder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filled: Option<String>,
    /// The placeholders that have no value there.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub missing: Vec<Placeholder>,
    /// Whether the caller may change and delete it.
    pub may_edit: bool,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A row of `canned_reply`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = canned_reply, check_for_backend(Pg))]
pub struct Row {
    /// Id of the reply.
    pub id: CannedReplyId,
    /// Who can use the text: one person, a product hospital, or everybody.
    pub scope: ReplyScope,
    /// What it is found by.
    pub title: String,
    /// The text.
    pub body: String,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Row {
    /// The view for who writes, filled with values where there are some.
    pub fn view(self, writer: &Writer, values: Option<&Values>) -> CannedReplyView {
        let filled = values.map(|values| fill(&self.body, |placeholder| values.value(placeholder)));
        let (filled, missing) = filled.unzip();
        CannedReplyView {
            id: self.id,
            scope: self.scope,
            may_edit: writer.keeps(self.scope),
            title: self.title,
            body: self.body,
            filled,
            missing: missing.unwrap_or_default(),
            updated_at: self.updated_at,
        }
    }
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct ReplyFilter {
    /// Only those of this scope.
    pub scope: Option<ReplyScope>,
    /// Only those in which these words stand, or whose title is read so.
    pub q: Option<String>,
}

/// Few are visible to anyone, so their texts are folded when they are looked for.
const TEXTS: Columns = Columns {
    texts: &["(search_name(canned_reply.title) || E'\\n' || search_fold(canned_reply.body))"],
    readings: &["search_readings(search_name(canned_reply.title))"],
    code: false,
};

fn narrowed(writer: &Writer, filter: &ReplyFilter) -> canned_reply::BoxedQuery<'static, Pg> {
    let query = writer.visible();
    match filter.scope {
        Some(scope) => query.filter(canned_reply::scope.eq(scope)),
        None => query,
    }
}

/// A page of the replies that the actor sees, newest first, within the ranks of a search; filled for a consultation where one is named.
///
/// # Errors
/// 403 for who uses none, 404 where the actor may not know of the consultation.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &ReplyFilter,
    consultation: Option<ConsultationId>,
    slice: Slice,
) -> Result<Page<CannedReplyView>, Problem> {
    let writer = Writer::of(conn, actor)?;
    let values = match consultation {
        Some(id) => Some(Values::of(conn, actor, id)?),
        None => None,
    };
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Row>> {
        let mut query = narrowed(&writer, filter);
        if let Some(found) = search.of(slice) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(canned_reply::id.lt(CannedReplyId(after)));
        }
        query
            .order(in_order(slice, canned_reply::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(Row::as_select())
            .load(conn)
    };
    let page = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(page.map(|row| row.view(&writer, values.as_ref())))
}

/// How many replies a filter finds.
///
/// # Errors
/// As [`list`].
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &ReplyFilter) -> Result<Total, Problem> {
    let writer = Writer::of(conn, actor)?;
    let mut query = narrowed(&writer, filter).select(canned_reply::id);
    if let Some(found) = Search::new(filter.q.as_deref(), TEXTS).any() {
        query = query.filter(found);
    }
    Ok(total(conn, query)?)
}
