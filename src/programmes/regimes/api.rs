//! The HTTP handlers of regimes.

use crate::catalogue::SupervisionClass;
use crate::core::page::Page;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::programmes::exports::REGIMES;
use crate::programmes::regimes::commands::{ChangeRegime, ReviewKind};
use crate::programmes::regimes::queries::{
    self, FrameTurn, KindEvent, KindRegimeView, RegimeFilter, RegimeSummary,
};
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Json, Part, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of regimes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegimeQuery {
    /// As of this day in Asia/Shanghai; today where none is named.
    as_of: Option<NaiveDate>,
    /// Only kinds in this regime.
    #[param(inline)]
    regime: Option<SupervisionClass>,
    /// Only kinds whose review is late (true), or only those whose is not (false).
    late: Option<bool>,
    /// Only kinds in whose name or code these words stand, or whose name is read so.
    q: Option<String>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Every product kind with its regime (严管 strict, 专管 special, 普通 general) as of a day, what that means, and whether its review is late.
#[utoipa::path(get, path = "/api/v1/regimes", tag = "programmes", params(RegimeQuery),
    responses((status = 200, content((Page<KindRegimeView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<RegimeQuery>, wanted: Wanted) -> Answer {
    let RegimeQuery { as_of, regime, late, q, format, limit, cursor } = query.0;
    let filter = RegimeFilter { as_of, regime, late, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &REGIMES, move |app, conn, actor, slice| {
            queries::list(app, conn, actor, &filter, slice)
        })
        .await
}

/// The day of the summary.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SummaryQuery {
    /// As of this day in Asia/Shanghai; today where none is named.
    as_of: Option<NaiveDate>,
}

/// How many product kinds are in which regime as of a day, the share of those under strict supervision, and what the regimes mean.
#[utoipa::path(get, path = "/api/v1/regimes/summary", tag = "programmes", params(SummaryQuery),
    responses((status = 200, body = RegimeSummary)))]
pub async fn summary(state: State, auth: Auth, query: Query<SummaryQuery>) -> Answer {
    let (actor, as_of) = (auth.actor(), query.0.as_of);
    ok(read(&state, move |app| queries::summary(app, &mut *app.snapshot()?, &actor, as_of)).await?)
}

/// A product kind with what happened to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct KindDetail {
    /// The kind as of today.
    #[serde(flatten)]
    kind: KindRegimeView,
    /// When its producers are to be in a frame, by region: those of the caller's region and under it.
    turns: Vec<FrameTurn>,
    /// Its changes and reviews, the last first.
    history: Vec<KindEvent>,
}

async fn view(state: &State, auth: &Auth, kind: String) -> Result<KindDetail, Failure> {
    let actor = auth.actor();
    read(state, move |app| {
        let conn = &mut *app.snapshot()?;
        let found = queries::get(app, conn, &actor, &kind)?;
        Ok(KindDetail {
            turns: queries::turns(app, conn, &actor, &found)?,
            kind: found,
            history: queries::history(app.catalogue(), conn, &actor, &kind)?,
        })
    })
    .await
}

/// One product kind with its regime as of today, when its producers are to be sampled again, its changes and its reviews.
#[utoipa::path(get, path = "/api/v1/regimes/kinds/{key}", tag = "programmes",
    responses((status = 200, body = KindDetail)))]
pub async fn one(state: State, auth: Auth, key: Part<String>) -> Answer {
    ok(view(&state, &auth, key.0).await?)
}

/// Another regime for a product kind.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegimeChange {
    /// The regime.
    #[schema(inline)]
    regime: SupervisionClass,
    /// The first day, today or later, and later than the last change of the kind.
    in_force_from: NaiveDate,
    /// The number of the document that orders it, at most 200 characters.
    #[serde(default)]
    document_no: Option<String>,
    /// The reason, at most 1,000 characters.
    reason: String,
}

/// Puts a product kind into another regime from a day on. No day before it moves. For officers of a province.
#[utoipa::path(post, path = "/api/v1/regimes/kinds/{key}/changes", tag = "programmes", request_body = RegimeChange,
    responses((status = 201, body = KindDetail)))]
pub async fn change(state: State, auth: Auth, key: Part<String>, body: Json<RegimeChange>) -> Answer {
    let RegimeChange { regime, in_force_from, document_no, reason } = body.0;
    let command = ChangeRegime { product_kind: key.0, regime, in_force_from, document_no, reason };
    let kind = execute(&state, auth.caller(), command).await?;
    created(&format!("/api/v1/regimes/kinds/{kind}"), view(&state, &auth, kind.clone()).await?)
}

/// A review of the risk of a product kind.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KindReview {
    /// On which day it was, in Asia/Shanghai; not in the future.
    reviewed_on: NaiveDate,
    /// What was found, at most 4,000 characters.
    conclusion: String,
}

/// Records that the risk of a product kind was reviewed. For officers of a province.
#[utoipa::path(post, path = "/api/v1/regimes/kinds/{key}/reviews", tag = "programmes", request_body = KindReview,
    responses((status = 201, body = KindDetail)))]
pub async fn review(state: State, auth: Auth, key: Part<String>, body: Json<KindReview>) -> Answer {
    let KindReview { reviewed_on, conclusion } = body.0;
    let command = ReviewKind { product_kind: key.0.clone(), reviewed_on, conclusion };
    execute(&state, auth.caller(), command).await?;
    created(&format!("/api/v1/regimes/kinds/{}", key.0), view(&state, &auth, key.0.clone()).await?)
}
