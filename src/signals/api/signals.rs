//! Signals over HTTP: listed, entered, matched, triaged, dismissed, merged; their figures.

use crate::app::App;
use crate::core::ids::EnterpriseId;
use crate::core::page::Page;
use crate::db::Command;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::signals::commands::{DismissSignal, MatchSignal, ReopenSignal, TriageSignals};
use crate::signals::create::{CreateSignal, SignalEntered};
use crate::signals::exports::SIGNALS;
use crate::signals::figures::{FigureFilter, SignalFigures, figures as counted};
use crate::signals::hazard::Hazard;
use crate::signals::ids::SignalId;
use crate::signals::merge::{MergeSignal, UnmergeSignal};
use crate::signals::queries::{self, SignalDetail, SignalFilter, SignalView};
use crate::signals::source::{Reliability, SignalSource};
use crate::signals::state::SignalState;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of signals.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SignalQuery {
    /// Only those of this state.
    #[param(inline)]
    state: Option<SignalState>,
    /// `true`: only those that an officer has yet to look at.
    open: Option<bool>,
    /// Only those of this source.
    #[param(inline)]
    source: Option<SignalSource>,
    /// Only those that are relied on so far.
    #[param(inline)]
    reliability: Option<Reliability>,
    /// Only those about the product kind of this code.
    product_kind: Option<String>,
    /// Only those that officers of the region of this code, or of one under it, work on.
    region: Option<String>,
    /// Only those about this enterprise.
    #[param(value_type = Option<String>)]
    enterprise: Option<EnterpriseId>,
    /// Only those that were merged into this one.
    #[param(value_type = Option<String>)]
    merged_into: Option<SignalId>,
    /// Only those whose title, number, product, maker, brand, model or barcode has these words.
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

async fn view(state: &State, auth: &Auth, id: SignalId) -> Result<SignalDetail, Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::detail(&mut *app.snapshot()?, &actor, id)).await
}

/// Takes a step, and answers with the signal as it is after it.
async fn step<C>(state: &State, auth: &Auth, command: C) -> Answer
where
    C: Command<Output = SignalId> + Send + 'static,
{
    let id = execute(state, auth.caller(), command).await?;
    ok(view(state, auth, id).await?)
}

/// The signals (风险信息) that officers of the caller's region and those under it work on, the newest first.
#[utoipa::path(get, path = "/api/v1/signals", tag = "signals", params(SignalQuery),
    responses((status = 200, content((Page<SignalView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<SignalQuery>, wanted: Wanted) -> Answer {
    let asked = query.0;
    let filter = SignalFilter {
        state: asked.state,
        open: asked.open.unwrap_or(false),
        source: asked.source,
        reliability: asked.reliability,
        product_kind: asked.product_kind,
        region: asked.region,
        enterprise: asked.enterprise,
        merged_into: asked.merged_into,
        q: asked.q,
    };
    let page = ListPage { format: asked.format, limit: asked.limit, cursor: asked.cursor };
    wanted
        .list(state, auth, page, &SIGNALS, move |_, conn, actor, slice| {
            queries::list(conn, actor, &filter, slice)
        })
        .await
}

/// Enters a signal. It is known by its source and what that calls it: the same again changes nothing, something else about it is an update. It is
/// matched by rule where no kind, enterprise or region is given, merged into one with the same content, and stripped of names and numbers of persons.
#[utoipa::path(post, path = "/api/v1/signals", tag = "signals", request_body = CreateSignal,
    responses((status = 201, body = SignalEntered)))]
pub async fn create(state: State, auth: Auth, body: Json<CreateSignal>) -> Answer {
    let entered = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/signals/{}", entered.id), entered)
}

/// One signal with its history, what rests on it, and those that were merged into it.
#[utoipa::path(get, path = "/api/v1/signals/{id}", tag = "signals",
    responses((status = 200, body = SignalDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<SignalId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// What a signal is about, as a person says it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignalMatch {
    /// Code of the product kind.
    #[serde(default)]
    product_kind: Option<String>,
    /// The enterprise.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    enterprise_id: Option<EnterpriseId>,
    /// Code of the region: the officer's own or one under it. That of the enterprise where none is given.
    #[serde(default)]
    region: Option<String>,
    /// The hazard; what it had where none is given.
    #[serde(default)]
    #[schema(inline)]
    hazard: Option<Hazard>,
    /// The severity, from 1 to 4; what it had where none is given.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 4)]
    severity: Option<i32>,
    /// The version that was seen: refused with 409 where there is a later one.
    #[serde(default)]
    version: Option<i32>,
}

/// Matches a signal by hand, in place of the match by the rules; at least a product kind or an enterprise.
#[utoipa::path(post, path = "/api/v1/signals/{id}/match", tag = "signals", request_body = SignalMatch,
    responses((status = 200, body = SignalDetail)))]
pub async fn match_one(state: State, auth: Auth, id: Id<SignalId>, body: Json<SignalMatch>) -> Answer {
    let SignalMatch { product_kind, enterprise_id, region, hazard, severity, version } = body.0;
    let command = MatchSignal { id: id.0, product_kind, enterprise_id, region, hazard, severity, version };
    step(&state, &auth, command).await
}

/// The version of a signal that was seen.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenVersion {
    /// Refused with 409 where there is a later one; none where it does not matter.
    #[serde(default)]
    version: Option<i32>,
}

/// Accepts a signal as relevant.
#[utoipa::path(post, path = "/api/v1/signals/{id}/triage", tag = "signals", request_body = SeenVersion,
    responses((status = 200, body = SignalDetail)))]
pub async fn triage_one(state: State, auth: Auth, id: Id<SignalId>, body: Json<SeenVersion>) -> Answer {
    let id = id.0;
    execute(&state, auth.caller(), TriageSignals { ids: vec![id], version: body.0.version }).await?;
    ok(view(&state, &auth, id).await?)
}

/// Signals to triage at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignalBatch {
    /// 1 to 100 of them.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 100)]
    ids: Vec<SignalId>,
}

/// How many signals are triaged.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignalsTriaged {
    /// Number of signals that were triaged.
    triaged: usize,
}

/// Accepts several signals as relevant: all of them or, where one can't be, none.
#[utoipa::path(post, path = "/api/v1/signals/triage", tag = "signals", request_body = SignalBatch,
    responses((status = 200, body = SignalsTriaged)))]
pub async fn triage_several(state: State, auth: Auth, body: Json<SignalBatch>) -> Answer {
    let triaged = execute(&state, auth.caller(), TriageSignals { ids: body.0.ids, version: None }).await?;
    ok(SignalsTriaged { triaged })
}

/// Why a signal is dismissed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignalDismissal {
    /// In the officer's words, at most 1,000 characters.
    reason: String,
    /// The version that was seen: refused with 409 where there is a later one.
    #[serde(default)]
    version: Option<i32>,
}

/// Dismisses a signal as irrelevant, with the reason. The text of a rumour is erased after a period.
#[utoipa::path(post, path = "/api/v1/signals/{id}/dismiss", tag = "signals", request_body = SignalDismissal,
    responses((status = 200, body = SignalDetail)))]
pub async fn dismiss(state: State, auth: Auth, id: Id<SignalId>, body: Json<SignalDismissal>) -> Answer {
    let SignalDismissal { reason, version } = body.0;
    step(&state, &auth, DismissSignal { id: id.0, reason, version }).await
}

/// The signal with the same content.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignalMerging {
    /// The signal that it is merged into.
    #[schema(value_type = String)]
    into: SignalId,
    /// The version that was seen: refused with 409 where there is a later one.
    #[serde(default)]
    version: Option<i32>,
}

/// Merges a signal into another one with the same content.
#[utoipa::path(post, path = "/api/v1/signals/{id}/merge", tag = "signals", request_body = SignalMerging,
    responses((status = 200, body = SignalDetail)))]
pub async fn merge(state: State, auth: Auth, id: Id<SignalId>, body: Json<SignalMerging>) -> Answer {
    let SignalMerging { into, version } = body.0;
    step(&state, &auth, MergeSignal { id: id.0, into, version }).await
}

/// Takes a signal out of the one that it was merged into. It is not merged by itself again.
#[utoipa::path(post, path = "/api/v1/signals/{id}/unmerge", tag = "signals", request_body = SeenVersion,
    responses((status = 200, body = SignalDetail)))]
pub async fn unmerge(state: State, auth: Auth, id: Id<SignalId>, body: Json<SeenVersion>) -> Answer {
    step(&state, &auth, UnmergeSignal { id: id.0, version: body.0.version }).await
}

/// Looks at a dismissed or triaged signal again.
#[utoipa::path(post, path = "/api/v1/signals/{id}/reopen", tag = "signals", request_body = SeenVersion,
    responses((status = 200, body = SignalDetail)))]
pub async fn reopen(state: State, auth: Auth, id: Id<SignalId>, body: Json<SeenVersion>) -> Answer {
    step(&state, &auth, ReopenSignal { id: id.0, version: body.0.version }).await
}

/// What the figures are narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SignalFigureQuery {
    /// Only signals that were published on this day or later.
    from: Option<NaiveDate>,
    /// Only signals that were published on this day or earlier.
    until: Option<NaiveDate>,
}

/// The figures of signals: how many by source, how many of them are matched, the days from publication to triage.
#[utoipa::path(get, path = "/api/v1/signals/figures", tag = "signals", params(SignalFigureQuery),
    responses((status = 200, body = SignalFigures)))]
pub async fn figures(state: State, auth: Auth, query: Query<SignalFigureQuery>) -> Answer {
    let SignalFigureQuery { from, until } = query.0;
    let filter = FigureFilter { from, until };
    ok(read(&state, move |app: &App| counted(&mut *app.snapshot()?, &auth.actor(), &filter)).await?)
}
