//! The HTTP handlers of support programmes: they extract, execute and show.

use crate::core::page::Page;
use crate::core::{Language, Problem};
use crate::db::Command;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::programmes::ids::ProgrammeId;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::steps::{
    ApproveProgramme, CloseProgramme, ReturnProgramme, StartProgramme, SubmitProgramme, WithdrawProgramme,
};
use crate::sampling_figures::intervals::Verdict;
use crate::support_programmes::create::{ChangeSupport, CreateSupport, Disclose};
use crate::support_programmes::detail::{SupportDetail, detail};
use crate::support_programmes::exports::PROGRAMMES;
use crate::support_programmes::public::{PublicSupport, sheet};
use crate::support_programmes::queries::{self, SupportFilter, SupportView};
use crate::support_programmes::state::{SupportScope, SupportStage};
use crate::support_programmes::steps::EvaluateSupport;
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Lang, Part, Query};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of support programmes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SupportQuery {
    /// Only those that are so far.
    #[param(inline)]
    stage: Option<SupportStage>,
    /// Only those with this verdict of the last evaluation.
    #[param(inline)]
    verdict: Option<Verdict>,
    /// Only those for a place (一地一策), or for a product (一品一策).
    #[param(inline)]
    scope: Option<SupportScope>,
    /// Only those that are for the region of this code, one around it or one under it.
    region: Option<String>,
    /// Only those that are for the product kind of this code.
    kind: Option<String>,
    /// Only those in whose name or document number these words stand, or whose name is read so.
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

/// A support programme as the caller sees it, as of a day; today where none is named.
pub(super) async fn view(
    state: &State,
    auth: &Auth,
    (id, as_of): (ProgrammeId, Option<NaiveDate>),
    language: Language,
) -> Result<SupportDetail, Failure> {
    let actor = auth.actor();
    read(state, move |app| detail(app, &mut *app.snapshot()?, &actor, (id, as_of), language)).await
}

/// Takes a step, and answers with the programme as it is after it.
async fn step<C>(state: &State, auth: &Auth, language: Lang, command: C) -> Answer
where
    C: Command<Output = ProgrammeId> + Send + 'static,
{
    let id = execute(state, auth.caller(), command).await?;
    ok(view(state, auth, (id, None), language.0).await?)
}

/// The support programmes (康复帮扶) that the caller may know of, the newest first.
#[utoipa::path(get, path = "/api/v1/support-programmes", tag = "support-programmes", params(SupportQuery),
    responses((status = 200, content((Page<SupportView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<SupportQuery>, wanted: Wanted) -> Answer {
    let SupportQuery { stage, verdict, scope, region, kind, q, format, limit, cursor } = query.0;
    let filter = SupportFilter { stage, verdict, region, kind, scope, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &PROGRAMMES, move |app, conn, actor, slice| {
            queries::list(app, conn, actor, &filter, slice)
        })
        .await
}

/// Writes a support programme: for a place (一地一策), a product (一品一策), or a product in a place; as a draft.
#[utoipa::path(post, path = "/api/v1/support-programmes", tag = "support-programmes", request_body = CreateSupport,
    responses((status = 201, body = SupportDetail)))]
pub async fn create(state: State, auth: Auth, language: Lang, body: Json<CreateSupport>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    let made = view(&state, &auth, (id, None), language.0).await?;
    created(&format!("/api/v1/support-programmes/{id}"), made)
}

/// As of which day a programme is shown.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SupportDay {
    /// What the rate does, who recovered and what was spent, as of the end of this day, in Asia/Shanghai; today where none is named.
    as_of: Option<NaiveDate>,
}

/// One support programme: the diagnosis beside the measures, the frozen baseline, the rate by month with its interval beside the rest of the province,
/// evaluations, costs and fees.
#[utoipa::path(get, path = "/api/v1/support-programmes/{id}", tag = "support-programmes", params(SupportDay),
    responses((status = 200, body = SupportDetail)))]
pub async fn one(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    query: Query<SupportDay>,
    language: Lang,
) -> Answer {
    ok(view(&state, &auth, (id.0, query.0.as_of), language.0).await?)
}

/// What is to be changed of a support programme. What is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupportChange {
    /// Its name.
    #[serde(default)]
    name: Option<String>,
    /// Its first day.
    #[serde(default)]
    period_from: Option<NaiveDate>,
    /// Its last day.
    #[serde(default)]
    period_until: Option<NaiveDate>,
    /// The number of the document; blank takes it away.
    #[serde(default)]
    document_no: Option<String>,
    /// Codes of its regions.
    #[serde(default)]
    regions: Option<Vec<String>>,
    /// Codes of its product kinds; an empty list is all of them.
    #[serde(default)]
    kinds: Option<Vec<String>>,
    /// Code of the product hospital that leads it.
    #[serde(default)]
    lead_hospital: Option<String>,
    /// Who takes part beside it.
    #[serde(default)]
    partners: Option<Vec<String>>,
    /// The target in percent, with at most two decimals.
    #[serde(default)]
    target_percent: Option<f64>,
    /// By how many results it is judged at least.
    #[serde(default)]
    target_samples: Option<i32>,
    /// How many months before the approval the baseline counts.
    #[serde(default)]
    baseline_months: Option<i32>,
}

/// Changes a support programme that was not handed in yet, or was sent back.
#[utoipa::path(patch, path = "/api/v1/support-programmes/{id}", tag = "support-programmes",
    request_body = SupportChange, responses((status = 200, body = SupportDetail)))]
pub async fn change(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    language: Lang,
    body: Json<SupportChange>,
) -> Answer {
    let SupportChange {
        name,
        period_from,
        period_until,
        document_no,
        regions,
        kinds,
        lead_hospital,
        partners,
        target_percent,
        target_samples,
        baseline_months,
    } = body.0;
    let command = ChangeSupport {
        id: id.0,
        name,
        period_from,
        period_until,
        document_no,
        regions,
        kinds,
        lead_hospital,
        partners,
        target_percent,
        target_samples,
        baseline_months,
    };
    step(&state, &auth, language, command).await
}

/// What is disclosed of a support programme; what is absent is taken away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// Why it goes on though another programme claims the same enterprises.
    #[serde(default)]
    overlap_reason: Option<String>,
    /// How the lead hospital recuses itself where it helps and takes fees.
    #[serde(default)]
    recusal: Option<String>,
    /// Who verifies in its place.
    #[serde(default)]
    verified_by: Option<String>,
}

/// Enters the disclosures of a support programme: why it goes on beside others, and how its lead hospital recuses itself; until it is approved.
#[utoipa::path(put, path = "/api/v1/support-programmes/{id}/disclosures", tag = "support-programmes",
    request_body = Disclosure, responses((status = 200, body = SupportDetail)))]
pub async fn disclose(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    language: Lang,
    body: Json<Disclosure>,
) -> Answer {
    let Disclosure { overlap_reason, recusal, verified_by } = body.0;
    step(&state, &auth, language, Disclose { id: id.0, overlap_reason, recusal, verified_by }).await
}

/// Submits a support programme for approval.
#[utoipa::path(post, path = "/api/v1/support-programmes/{id}/submit", tag = "support-programmes",
    responses((status = 200, body = SupportDetail)))]
pub async fn submit(state: State, auth: Auth, id: Id<ProgrammeId>, language: Lang) -> Answer {
    step(&state, &auth, language, SubmitProgramme { id: id.0 }).await
}

/// Approves a support programme, which freezes its baseline and its diagnosis. Who wrote it or handed it in may not. Refused where a measure has begun, where
/// target or baseline have no n, where another programme claims the same enterprises and no reason is given, and where the lead hospital takes fees without
/// recusing itself.
#[utoipa::path(post, path = "/api/v1/support-programmes/{id}/approve", tag = "support-programmes",
    responses((status = 200, body = SupportDetail)))]
pub async fn approve(state: State, auth: Auth, id: Id<ProgrammeId>, language: Lang) -> Answer {
    step(&state, &auth, language, ApproveProgramme { id: id.0, called: Some(ProgrammeKind::Support) }).await
}

/// Sends a support programme back to be mended, with a reason.
#[utoipa::path(post, path = "/api/v1/support-programmes/{id}/return", tag = "support-programmes",
    request_body = Reason, responses((status = 200, body = SupportDetail)))]
pub async fn send_back(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    language: Lang,
    body: Json<Reason>,
) -> Answer {
    step(&state, &auth, language, ReturnProgramme { id: id.0, reason: body.0.reason }).await
}

/// Withdraws a support programme before its approval, with a reason.
#[utoipa::path(post, path = "/api/v1/support-programmes/{id}/withdraw", tag = "support-programmes",
    request_body = Reason, responses((status = 200, body = SupportDetail)))]
pub async fn withdraw(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    language: Lang,
    body: Json<Reason>,
) -> Answer {
    step(&state, &auth, language, WithdrawProgramme { id: id.0, reason: body.0.reason }).await
}

/// Begins to carry an approved support programme out. Its first measure does so as well.
#[utoipa::path(post, path = "/api/v1/support-programmes/{id}/start", tag = "support-programmes",
    responses((status = 200, body = SupportDetail)))]
pub async fn start(state: State, auth: Auth, id: Id<ProgrammeId>, language: Lang) -> Answer {
    step(&state, &auth, language, StartProgramme { id: id.0 }).await
}

/// Of what time a support programme is evaluated.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEvaluation {
    /// The first day that counts; that of the approval where none is named.
    #[serde(default)]
    from: Option<NaiveDate>,
    /// The last one, as of whose end it is evaluated; today where none is named.
    #[serde(default)]
    day: Option<NaiveDate>,
    /// A remark, at most 1,000 characters.
    #[serde(default)]
    note: Option<String>,
}

/// Evaluates a support programme: met, missed, or undecided where there are too few results. As often as is wanted; the last evaluation counts.
#[utoipa::path(post, path = "/api/v1/support-programmes/{id}/evaluations", tag = "support-programmes",
    request_body = NewEvaluation, responses((status = 200, body = SupportDetail)))]
pub async fn evaluate(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    language: Lang,
    body: Json<NewEvaluation>,
) -> Answer {
    let NewEvaluation { from, day, note } = body.0;
    step(&state, &auth, language, EvaluateSupport { id: id.0, from, day, note }).await
}

/// Closes a support programme that was evaluated.
#[utoipa::path(post, path = "/api/v1/support-programmes/{id}/close", tag = "support-programmes",
    responses((status = 200, body = SupportDetail)))]
pub async fn close(state: State, auth: Auth, id: Id<ProgrammeId>, language: Lang) -> Answer {
    step(&state, &auth, language, CloseProgramme { id: id.0, called: Some(ProgrammeKind::Support) }).await
}

/// The sheet of a support programme that everybody reads from its approval on. It names no enterprise, no consultation and no person.
#[utoipa::path(get, path = "/api/v1/public/support/{key}", tag = "support-programmes",
    responses((status = 200, body = PublicSupport)))]
pub async fn public_sheet(state: State, key: Part<String>) -> Answer {
    // What can be no id is an id that nobody was given.
    let id: ProgrammeId = key.0.parse().map_err(|_| Problem::not_found())?;
    ok(read(&state, move |app| sheet(app, &mut *app.snapshot()?, id)).await?)
}
