//! The HTTP handlers of hazards.

use crate::app::App;
use crate::campaigns::exports::HAZARDS;
use crate::campaigns::hazard_queries::{self, HazardDetail, HazardFilter, HazardView};
use crate::campaigns::hazards::{EnterHazard, HazardInput};
use crate::campaigns::ids::HazardId;
use crate::campaigns::state::HazardState;
use crate::campaigns::steps::{HazardStepInput, RecordHazardStep};
use crate::core::clock::shanghai_date;
use crate::core::ids::EnterpriseId;
use crate::core::page::Page;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::programmes::ids::ProgrammeId;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use serde::Deserialize;
use utoipa::IntoParams;

/// Filter and page of the list of hazards.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HazardQuery {
    /// Only those of this campaign.
    #[param(value_type = Option<ProgrammeId>)]
    campaign: Option<ProgrammeId>,
    /// Only those of this enterprise.
    #[param(value_type = Option<EnterpriseId>)]
    enterprise: Option<EnterpriseId>,
    /// Only those of this state.
    #[param(inline)]
    state: Option<HazardState>,
    /// Only those of the key product of this word.
    product: Option<String>,
    /// Only those of the region of this code or one under it.
    region: Option<String>,
    /// Only those whose term has passed without a correction, or only the others.
    overdue: Option<bool>,
    /// Only those in whose enterprise, item or description these words stand.
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

async fn view(state: &State, auth: &Auth, id: HazardId) -> Result<HazardDetail, Failure> {
    let actor = auth.actor();
    let work = move |app: &App| {
        let today = shanghai_date(app.clock().now());
        hazard_queries::detail(&mut *app.snapshot()?, &actor, id, today)
    };
    read(state, work).await
}

/// The ledger of hazards (隐患台账): an officer sees those of the own region and under it, an enterprise its own. The newest first.
#[utoipa::path(get, path = "/api/v1/hazards", tag = "campaigns", params(HazardQuery),
    responses((status = 200, content((Page<HazardView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<HazardQuery>, wanted: Wanted) -> Answer {
    let HazardQuery {
        campaign,
        enterprise,
        state: of_state,
        product,
        region,
        overdue,
        q,
        format,
        limit,
        cursor,
    } = query.0;
    let campaign = campaign.map(|id| id.0);
    let filter = HazardFilter { campaign, enterprise, state: of_state, product, region, overdue, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &HAZARDS, move |app, conn, actor, slice| {
            let today = shanghai_date(app.clock().now());
            hazard_queries::list(conn, actor, &filter, today, slice)
        })
        .await
}

/// Enters a hazard: from a final result of an inspection, from a visit with the enterprise's consent, or by an officer's own finding.
#[utoipa::path(post, path = "/api/v1/hazards", tag = "campaigns", request_body = HazardInput,
    responses((status = 201, body = HazardDetail)))]
pub async fn enter(state: State, auth: Auth, body: Json<HazardInput>) -> Answer {
    let id = execute(&state, auth.caller(), EnterHazard(body.0)).await?;
    created(&format!("/api/v1/hazards/{id}"), view(&state, &auth, id).await?)
}

/// One hazard with its history.
#[utoipa::path(get, path = "/api/v1/hazards/{id}", tag = "campaigns",
    responses((status = 200, body = HazardDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<HazardId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// Takes a step of a hazard. Who found it may not verify its correction.
#[utoipa::path(post, path = "/api/v1/hazards/{id}/events", tag = "campaigns", request_body = HazardStepInput,
    responses((status = 200, body = HazardDetail)))]
pub async fn event(state: State, auth: Auth, id: Id<HazardId>, body: Json<HazardStepInput>) -> Answer {
    let id = execute(&state, auth.caller(), RecordHazardStep { hazard: id.0, event: body.0 }).await?;
    ok(view(&state, &auth, id).await?)
}
