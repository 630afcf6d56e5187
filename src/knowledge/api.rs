//! The HTTP handlers of published articles: reading, what is like a question, what articles did, the counts.

use chrono::NaiveDate;
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::ConsultationId;
use crate::core::page::{Page, Slice};
use crate::core::problem::FieldError;
use crate::core::text::Text;
use crate::enterprises::ids::NonconformityId;
use crate::exports::{BookFile, Format, Wanted};
use crate::knowledge::asked::Asked;
use crate::knowledge::counts::{self, AsOf, Totals, Usage};
use crate::knowledge::exports::{ARTICLES, USAGE};
use crate::knowledge::ids::ArticleId;
use crate::knowledge::queries::{self, ArticleFilter, ArticleView};
use crate::knowledge::settings::KnowledgeSettings;
use crate::knowledge::similar::{self, Similar};
use crate::knowledge::{NoteUse, WithdrawArticle};
use crate::web::params::Reason;
use crate::web::problem::Answer;
use crate::web::reply::{execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};

/// Filter and page of the list of published articles.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ArticleQuery {
    /// Only those in which these words stand, or whose title is read so.
    q: Option<String>,
    /// Only those about this product kind, by its code or name.
    product_kind: Option<String>,
    /// Only those about a failed item in whose name these words stand.
    failed_item: Option<String>,
    /// Only those that rest on a standard in whose number these words stand.
    standard: Option<String>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The published articles of the knowledge base, newest first, or what fits the words best first.
#[utoipa::path(get, path = "/api/v1/knowledge/articles", tag = "knowledge", params(ArticleQuery),
    responses((status = 200, content((Page<ArticleView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<ArticleQuery>, wanted: Wanted) -> Answer {
    let ArticleQuery { q, product_kind, failed_item, standard, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    if product_kind
        .as_deref()
        .is_some_and(|kind| !kind.trim().is_empty() && state.app.catalogue().products.kind(kind).is_none())
    {
        let text = Text::new("不是目录中的产品种类", "is no product kind of the catalogue");
        return Err(Problem::invalid(vec![FieldError::query("product_kind", text)]).into());
    }
    let filter = ArticleFilter { q, product_kind, failed_item, standard };
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, app.catalogue(), &filter, slice)
    };
    wanted.answer(state, auth, format, &ARTICLES, slice, work).await
}

/// One published article. It names neither the consultation nor the enterprise nor the expert.
#[utoipa::path(get, path = "/api/v1/knowledge/articles/{id}", tag = "knowledge",
    responses((status = 200, body = ArticleView)))]
pub async fn article(state: State, auth: Auth, id: Id<ArticleId>) -> Answer {
    let actor = auth.actor();
    ok(read(&state, move |app| queries::get(&mut *app.snapshot()?, &actor, app.catalogue(), id.0)).await?)
}

/// Withdraws a published article, with a reason; by an officer of its region. It is found no more from then on.
#[utoipa::path(post, path = "/api/v1/knowledge/articles/{id}/withdraw", tag = "knowledge",
    request_body = Reason, responses((status = 204)))]
pub async fn withdraw(state: State, auth: Auth, id: Id<ArticleId>, body: Json<Reason>) -> Answer {
    execute(&state, auth.caller(), WithdrawArticle { id: id.0, reason: body.0.reason }).await?;
    no_content()
}

/// What a question is about.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SimilarQuery {
    /// The words of the question, at most 500 characters.
    text: Option<String>,
    /// Code or name of the product kind.
    product_kind: Option<String>,
    /// A failed item.
    failed_item: Option<String>,
    /// A nonconformity of the caller's enterprise: its product kind and failed items count as well.
    nonconformity: Option<NonconformityId>,
    /// A consultation that the caller sees: its subject and question, its product kind and failed items count as well.
    consultation: Option<ConsultationId>,
    /// At most so many articles and so many standards, 1 to 20; 5 by default.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
}

/// Published articles and standards that are like a question, the most like first. The score of an article is at most 100: up to 60 for the words of
/// the question that it has, of which rare ones count for more; 25 for the same product kind, or 10 for one of the same class; 15 for a failed item of
/// the same name. A standard has the score of the best article that rests on it. `reasons` says why each article is there.
#[utoipa::path(get, path = "/api/v1/knowledge/similar", tag = "knowledge", params(SimilarQuery),
    responses((status = 200, body = Similar)))]
pub async fn similar(state: State, auth: Auth, query: Query<SimilarQuery>) -> Answer {
    let SimilarQuery { text, product_kind, failed_item, nonconformity, consultation, limit } = query.0;
    let most = most(limit.as_deref())?;
    let asked = Asked { text, product_kind, failed_item, nonconformity, consultation };
    let actor = auth.actor();
    let found = read(&state, move |app| {
        let conn = &mut *app.snapshot()?;
        let question = asked.question(conn, &actor, app.catalogue())?;
        similar::find(conn, &actor, app.catalogue(), &question, most)
    });
    ok(found.await?)
}

/// The most articles, and standards, of an answer.
fn most(limit: Option<&str>) -> Result<usize, Problem> {
    match limit.map(str::parse::<usize>) {
        None => Ok(5),
        Some(Ok(most)) if (1..=20).contains(&most) => Ok(most),
        Some(_) => {
            let text = Text::new("须为 1 到 20 的整数", "must be a whole number from 1 to 20");
            Err(Problem::invalid(vec![FieldError::query("limit", text)]))
        }
    }
}

/// Notes that articles were shown, were opened or helped while the caller typed a question. Each is noted once for a person, an article and a question.
#[utoipa::path(post, path = "/api/v1/knowledge/uses", tag = "knowledge", request_body = NoteUse,
    responses((status = 204)))]
pub async fn note_use(state: State, auth: Auth, body: Json<NoteUse>) -> Answer {
    execute(&state, auth.caller(), body.0).await?;
    no_content()
}

/// Filter and page of the counts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UsageQuery {
    /// Only articles in which these words stand, or whose title is read so.
    q: Option<String>,
    /// As of the end of this day in Asia/Shanghai; today where none is named.
    as_of: Option<NaiveDate>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The day of which counts are, by what is asked for.
///
/// # Errors
/// 422 for a day ahead.
pub fn as_of(app: &App, asked: Option<NaiveDate>) -> Result<AsOf, Problem> {
    AsOf::of(asked, app.clock().now(), app.settings().section::<KnowledgeSettings>().spared_days)
}

/// How often each article was shown, opened, helped and spared a consultation, as of a day. Of nobody in particular.
#[utoipa::path(get, path = "/api/v1/knowledge/usage", tag = "knowledge", params(UsageQuery),
    responses((status = 200, content((Page<Usage> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn usage(state: State, auth: Auth, query: Query<UsageQuery>, wanted: Wanted) -> Answer {
    let UsageQuery { q, as_of: asked, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        counts::list(conn, actor, as_of(app, asked)?, q.as_deref(), slice)
    };
    wanted.answer(state, auth, format, &USAGE, slice, work).await
}

/// The day of the totals.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TotalsQuery {
    /// As of the end of this day in Asia/Shanghai; today where none is named.
    as_of: Option<NaiveDate>,
}

/// The same of all articles: a question is counted once, however many articles were shown with it.
#[utoipa::path(get, path = "/api/v1/knowledge/usage/totals", tag = "knowledge", params(TotalsQuery),
    responses((status = 200, body = Totals)))]
pub async fn totals(state: State, auth: Auth, query: Query<TotalsQuery>) -> Answer {
    let (actor, asked) = (auth.actor(), query.0.as_of);
    ok(read(&state, move |app| counts::totals(&mut *app.snapshot()?, &actor, as_of(app, asked)?)).await?)
}
