//! The HTTP handlers of cross-inspections: they extract, execute and show.

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::ids::LaboratoryId;
use crate::core::page::Page;
use crate::cross_inspections::assign::AssignRound;
use crate::cross_inspections::commands::{
    ChangeRound, CloseRound, CreateRound, TakeRoundOver, WithdrawRound,
};
use crate::cross_inspections::detail::{RoundDetail, detail};
use crate::cross_inspections::exports::ROUNDS;
use crate::cross_inspections::figures::{CrossFigures, FigureFilter, figures as sum};
use crate::cross_inspections::ids::{ParticipantId, ProductId, RoundId};
use crate::cross_inspections::members::{AddProduct, DeclareRelations, JoinRound, LeaveRound, RemoveProduct};
use crate::cross_inspections::queries::{self, RoundFilter, RoundView};
use crate::cross_inspections::results::{CorrectProduct, EnterCheck, Finding, ReportResult};
use crate::cross_inspections::state::RoundState;
use crate::db::Command;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Part, Query};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of rounds.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RoundQuery {
    /// Only those of this state.
    #[param(inline)]
    state: Option<RoundState>,
    /// Only those of the region of this code or one under it.
    region: Option<String>,
    /// Only those in whose name these words stand, or whose name is read so.
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

async fn view(state: &State, auth: &Auth, id: RoundId) -> Result<RoundDetail, Failure> {
    let actor = auth.actor();
    read(state, move |app| detail(&mut *app.snapshot()?, &actor, id)).await
}

/// Takes a step, and answers with the round as it is after it.
async fn step<C>(state: &State, auth: &Auth, command: C) -> Answer
where
    C: Command<Output = RoundId> + Send + 'static,
{
    let id = execute(state, auth.caller(), command).await?;
    ok(view(state, auth, id).await?)
}

/// The rounds of cross-inspection that the caller may know of: an officer those of the own region and under it, an enterprise those in which it
/// takes part, an expert those that it leads, a laboratory those of which it tests a share. The newest first.
#[utoipa::path(get, path = "/api/v1/cross-inspections", tag = "cross-inspections", params(RoundQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<RoundView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<RoundQuery>, wanted: Wanted) -> Answer {
    let RoundQuery { state: of_state, region, q, format, limit, cursor } = query.0;
    let filter = RoundFilter { state: of_state, region, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &ROUNDS, move |_, conn, actor, slice| {
            queries::list(conn, actor, &filter, slice)
        })
        .await
}

/// Sets a round of cross-inspection (交叉互检) up. An officer leads it for a region, an expert for the own product hospital.
#[utoipa::path(post, path = "/api/v1/cross-inspections", tag = "cross-inspections", request_body = CreateRound,
    responses((status = 201, body = RoundDetail)))]
pub async fn create(state: State, auth: Auth, body: Json<CreateRound>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/cross-inspections/{id}"), view(&state, &auth, id).await?)
}

/// Joins a round by the word that its leader gave out. Joining twice changes nothing.
#[utoipa::path(post, path = "/api/v1/cross-inspections/join", tag = "cross-inspections", request_body = JoinRound,
    responses((status = 200, body = RoundDetail)))]
pub async fn join(state: State, auth: Auth, body: Json<JoinRound>) -> Answer {
    step(&state, &auth, body.0).await
}

/// One round: everything for who leads it, the own part for a participant and for the laboratory, how far it is for an officer.
#[utoipa::path(get, path = "/api/v1/cross-inspections/{id}", tag = "cross-inspections",
    responses((status = 200, body = RoundDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<RoundId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// What a round is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundChange {
    /// Its name, at most 200 characters.
    name: String,
    /// Per cent of the products that a laboratory tests as well.
    #[schema(minimum = 1, maximum = 100)]
    check_percent: i32,
    /// The laboratory that does; none where nobody is charged yet.
    #[serde(default)]
    #[schema(value_type = Option<LaboratoryId>)]
    laboratory_id: Option<LaboratoryId>,
}

/// Gives a round another name, another laboratory or another share for it, before the assignment.
#[utoipa::path(put, path = "/api/v1/cross-inspections/{id}", tag = "cross-inspections", request_body = RoundChange,
    responses((status = 200, body = RoundDetail)))]
pub async fn change(state: State, auth: Auth, id: Id<RoundId>, body: Json<RoundChange>) -> Answer {
    let RoundChange { name, check_percent, laboratory_id } = body.0;
    step(&state, &auth, ChangeRound { id: id.0, name, check_percent, laboratory_id }).await
}

/// Leaves a round before the assignment, with the products that were handed in.
#[utoipa::path(post, path = "/api/v1/cross-inspections/{id}/leave", tag = "cross-inspections",
    responses((status = 204)))]
pub async fn leave(state: State, auth: Auth, id: Id<RoundId>) -> Answer {
    execute(&state, auth.caller(), LeaveRound { id: id.0, participant: None }).await?;
    no_content()
}

/// Takes a participant out of a round before the assignment.
#[utoipa::path(delete, path = "/api/v1/cross-inspections/{id}/participants/{key}", tag = "cross-inspections",
    responses((status = 204)))]
pub async fn take_out(state: State, auth: Auth, id: Id<RoundId>, key: Part<ParticipantId>) -> Answer {
    execute(&state, auth.caller(), LeaveRound { id: id.0, participant: Some(key.0) }).await?;
    no_content()
}

/// Who one's related enterprises and competitors are. Empty lists say that there are none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// For whom the leader says it; an enterprise speaks for itself.
    #[serde(default)]
    participant: Option<ParticipantId>,
    /// Unified social credit codes of parents, subsidiaries and enterprises of the same parent, at most 50.
    #[serde(default)]
    kin: Vec<String>,
    /// Those of rivals, at most 50.
    #[serde(default)]
    rivals: Vec<String>,
}

/// Declares one's related enterprises and competitors, in place of the earlier declaration. None of them is given one's products to test, nor the other way round.
#[utoipa::path(put, path = "/api/v1/cross-inspections/{id}/declaration", tag = "cross-inspections",
    request_body = Declaration, responses((status = 200, body = RoundDetail)))]
pub async fn declare(state: State, auth: Auth, id: Id<RoundId>, body: Json<Declaration>) -> Answer {
    let Declaration { participant, kin, rivals } = body.0;
    execute(&state, auth.caller(), DeclareRelations { id: id.0, participant, kin, rivals }).await?;
    ok(view(&state, &auth, id.0).await?)
}

/// A product to hand in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProduct {
    /// Its name, at most 200 characters.
    name: String,
    /// Its brand.
    #[serde(default)]
    brand: Option<String>,
}

/// Hands a product in, to be tested by another participant; at most 10 each.
#[utoipa::path(post, path = "/api/v1/cross-inspections/{id}/products", tag = "cross-inspections",
    request_body = NewProduct, responses((status = 201, body = RoundDetail)))]
pub async fn add_product(state: State, auth: Auth, id: Id<RoundId>, body: Json<NewProduct>) -> Answer {
    let NewProduct { name, brand } = body.0;
    let round = id.0;
    execute(&state, auth.caller(), AddProduct { id: round, name, brand }).await?;
    created(&format!("/api/v1/cross-inspections/{round}"), view(&state, &auth, round).await?)
}

/// Takes a product back before the assignment.
#[utoipa::path(delete, path = "/api/v1/cross-inspections/{id}/products/{key}", tag = "cross-inspections",
    responses((status = 204)))]
pub async fn remove_product(state: State, auth: Auth, id: Id<RoundId>, key: Part<ProductId>) -> Answer {
    execute(&state, auth.caller(), RemoveProduct { id: id.0, product: key.0 }).await?;
    no_content()
}

/// Gives each product a blind code and a participant that tests it, by the solver: nobody gets its own product, or one of a related enterprise or a competitor. A share of the
/// products goes to the laboratory as well. Refused, with the names of those concerned, where it can't be done.
#[utoipa::path(post, path = "/api/v1/cross-inspections/{id}/assign", tag = "cross-inspections",
    responses((status = 200, body = RoundDetail)))]
pub async fn assign(state: State, auth: Auth, id: Id<RoundId>) -> Answer {
    step(&state, &auth, AssignRound { id: id.0 }).await
}

/// Reports what the caller's own test found in a product, known by its blind code alone.
#[utoipa::path(post, path = "/api/v1/cross-inspections/{id}/results", tag = "cross-inspections",
    request_body = Finding, responses((status = 200, body = RoundDetail)))]
pub async fn report(state: State, auth: Auth, id: Id<RoundId>, body: Json<Finding>) -> Answer {
    step(&state, &auth, ReportResult { id: id.0, finding: body.0 }).await
}

/// Enters what the laboratory found in a product of its share: by its own account, or by who leads the round.
#[utoipa::path(post, path = "/api/v1/cross-inspections/{id}/checks", tag = "cross-inspections",
    request_body = Finding, responses((status = 200, body = RoundDetail)))]
pub async fn check(state: State, auth: Auth, id: Id<RoundId>, body: Json<Finding>) -> Answer {
    step(&state, &auth, EnterCheck { id: id.0, finding: body.0 }).await
}

/// What was corrected.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The day, in Asia/Shanghai, not after today.
    corrected_on: NaiveDate,
    /// What was done, at most 2,000 characters.
    correction: String,
}

/// Reports what was corrected in an own product in which a fault was found.
#[utoipa::path(post, path = "/api/v1/cross-inspections/{id}/products/{key}/correction", tag = "cross-inspections",
    request_body = Correction, responses((status = 200, body = RoundDetail)))]
pub async fn correct(
    state: State,
    auth: Auth,
    id: Id<RoundId>,
    key: Part<ProductId>,
    body: Json<Correction>,
) -> Answer {
    let Correction { corrected_on, correction } = body.0;
    step(&state, &auth, CorrectProduct { id: id.0, product: key.0, corrected_on, correction }).await
}

/// Leads a round from now on in place of who led it before, with a reason.
#[utoipa::path(post, path = "/api/v1/cross-inspections/{id}/take-over", tag = "cross-inspections",
    request_body = Reason, responses((status = 200, body = RoundDetail)))]
pub async fn take_over(state: State, auth: Auth, id: Id<RoundId>, body: Json<Reason>) -> Answer {
    step(&state, &auth, TakeRoundOver { id: id.0, reason: body.0.reason }).await
}

/// Closes a round. Its participants see all results by their codes from then on, and its sums count.
#[utoipa::path(post, path = "/api/v1/cross-inspections/{id}/close", tag = "cross-inspections",
    responses((status = 200, body = RoundDetail)))]
pub async fn close(state: State, auth: Auth, id: Id<RoundId>) -> Answer {
    step(&state, &auth, CloseRound { id: id.0 }).await
}

/// Withdraws a round, with a reason. It stays, and its results count nowhere.
#[utoipa::path(post, path = "/api/v1/cross-inspections/{id}/withdraw", tag = "cross-inspections",
    request_body = Reason, responses((status = 200, body = RoundDetail)))]
pub async fn withdraw(state: State, auth: Auth, id: Id<RoundId>, body: Json<Reason>) -> Answer {
    step(&state, &auth, WithdrawRound { id: id.0, reason: body.0.reason }).await
}

/// What the figures are narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FigureQuery {
    /// Only rounds of the region of this code or one under it.
    region: Option<String>,
    /// Only rounds that were closed on this day or later.
    from: Option<NaiveDate>,
    /// Only rounds that were closed on this day or earlier.
    until: Option<NaiveDate>,
}

/// The figures of closed rounds, in sum alone: how often participants and laboratory agree, how often a participant found a fault first, how
/// many faulty products were corrected. None over so few enterprises that it would speak of one of them.
#[utoipa::path(get, path = "/api/v1/cross-inspection-figures", tag = "cross-inspections", params(FigureQuery),
    responses((status = 200, body = CrossFigures)))]
pub async fn figures(state: State, auth: Auth, query: Query<FigureQuery>) -> Answer {
    let FigureQuery { region, from, until } = query.0;
    let filter = FigureFilter { region, from, until };
    let work = move |app: &App| {
        let today = shanghai_date(app.clock().now());
        sum(&mut *app.snapshot()?, &auth.actor(), app.settings(), &filter, today)
    };
    ok(read(&state, work).await?)
}
