//! The HTTP handlers of quality credit codes: they extract, execute and show.

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice};
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use crate::credit_codes::apply::{ApplyForCode, ApplyForRenewal, GiveCodeUp, WithdrawApplication};
use crate::credit_codes::decide::{GrantCode, RefuseCode, RefuseRenewal, RenewCode, RevokeCode};
use crate::credit_codes::detail::{self, CodeDetail, Eligibility};
use crate::credit_codes::exports::CODES;
use crate::credit_codes::figures::{self, CodeFigures};
use crate::credit_codes::ids::CreditCodeId;
use crate::credit_codes::label::svg as label_svg;
use crate::credit_codes::public::{self, PublicCode};
use crate::credit_codes::queries::{self, CodeFilter, CodeView, Standing};
use crate::credit_codes::state::CodeState;
use crate::credit_codes::versions::{AddCodeVersion, EndCodeVersion};
use crate::credit_codes::visits::{self, SECONDS};
use crate::db::Command;
use crate::exports::{BookFile, Format, Wanted};
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Part, Query};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of codes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CodeQuery {
    /// Only those of this state.
    #[param(inline)]
    state: Option<CodeState>,
    /// Only those that stand so.
    #[param(inline)]
    standing: Option<Standing>,
    /// Only those of the region of this code or one under it.
    region: Option<String>,
    /// Only those of this enterprise.
    enterprise: Option<EnterpriseId>,
    /// Only those in whose product, maker, credit code, trademark or model these words stand.
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

async fn view(state: &State, auth: &Auth, id: CreditCodeId) -> Result<CodeDetail, Failure> {
    let actor = auth.actor();
    read(state, move |app| detail::detail(app, &mut *app.snapshot()?, &actor, id)).await
}

/// Takes a step, and answers with the code as it is after it.
async fn step<C>(state: &State, auth: &Auth, command: C) -> Answer
where
    C: Command<Output = CreditCodeId> + Send + 'static,
{
    let id = execute(state, auth.caller(), command).await?;
    ok(view(state, auth, id).await?)
}

/// The quality credit codes (品质信用码) and applications: of an officer's region and those under it, or of the enterprise itself. The newest first.
#[utoipa::path(get, path = "/api/v1/credit-codes", tag = "credit-codes", params(CodeQuery),
    responses((status = 200, content((Page<CodeView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<CodeQuery>, wanted: Wanted) -> Answer {
    let CodeQuery { state: of_state, standing, region, enterprise, q, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = CodeFilter { state: of_state, standing, region, enterprise, q };
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, &filter, slice)
    };
    wanted.answer(state, auth, format, &CODES, slice, work).await
}

/// Applies for the code of one product that the enterprise makes. Conditions that are not met do not stand in the way: they are looked at when an officer decides.
#[utoipa::path(post, path = "/api/v1/credit-codes", tag = "credit-codes", request_body = ApplyForCode,
    responses((status = 201, body = CodeDetail)))]
pub async fn apply(state: State, auth: Auth, body: Json<ApplyForCode>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/credit-codes/{id}"), view(&state, &auth, id).await?)
}

/// For which product kind the conditions are asked.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EligibilityQuery {
    /// Code of the product kind.
    product_kind: String,
}

/// The conditions of a code for a product kind, each met or not with the reason, before the enterprise applies.
#[utoipa::path(get, path = "/api/v1/credit-codes/eligibility", tag = "credit-codes", params(EligibilityQuery),
    responses((status = 200, body = Eligibility)))]
pub async fn eligibility(state: State, auth: Auth, query: Query<EligibilityQuery>) -> Answer {
    let (actor, kind) = (auth.actor(), query.0.product_kind);
    ok(read(&state, move |app| detail::eligibility(app, &mut *app.snapshot()?, &actor, &kind)).await?)
}

/// How many applications wait.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeCounts {
    /// Applications and renewals that wait for an officer.
    waiting: i64,
}

/// How many applications and renewals wait for the officer.
#[utoipa::path(get, path = "/api/v1/credit-codes/counts", tag = "credit-codes",
    responses((status = 200, body = CodeCounts)))]
pub async fn counts(state: State, auth: Auth) -> Answer {
    let actor = auth.actor();
    let waiting = read(&state, move |app| figures::waiting(&mut *app.snapshot()?, &actor)).await?;
    ok(CodeCounts { waiting })
}

/// The figures of the codes of the officer's region and those under it.
#[utoipa::path(get, path = "/api/v1/credit-codes/figures", tag = "credit-codes",
    responses((status = 200, body = CodeFigures)))]
pub async fn code_figures(state: State, auth: Auth) -> Answer {
    let actor = auth.actor();
    let figures = read(&state, move |app| {
        figures::figures(&mut *app.snapshot()?, &actor, shanghai_date(app.clock().now()))
    });
    ok(figures.await?)
}

/// One code with its conditions at this moment, its print runs, its scans, its history and what the caller may do.
#[utoipa::path(get, path = "/api/v1/credit-codes/{id}", tag = "credit-codes",
    responses((status = 200, body = CodeDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<CreditCodeId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// Grants a code where all conditions are met at this moment. Its first print run gets its token.
#[utoipa::path(post, path = "/api/v1/credit-codes/{id}/grant", tag = "credit-codes",
    responses((status = 200, body = CodeDetail)))]
pub async fn grant(state: State, auth: Auth, id: Id<CreditCodeId>) -> Answer {
    step(&state, &auth, GrantCode { id: id.0 }).await
}

/// Refuses an application, with the reason that the enterprise reads.
#[utoipa::path(post, path = "/api/v1/credit-codes/{id}/refuse", tag = "credit-codes", request_body = Reason,
    responses((status = 200, body = CodeDetail)))]
pub async fn refuse(state: State, auth: Auth, id: Id<CreditCodeId>, body: Json<Reason>) -> Answer {
    step(&state, &auth, RefuseCode { id: id.0, reason: body.0.reason }).await
}

/// Takes an application back.
#[utoipa::path(post, path = "/api/v1/credit-codes/{id}/withdraw", tag = "credit-codes",
    responses((status = 200, body = CodeDetail)))]
pub async fn withdraw(state: State, auth: Auth, id: Id<CreditCodeId>) -> Answer {
    step(&state, &auth, WithdrawApplication { id: id.0 }).await
}

/// What a renewal accepts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// The version of the text of the public page that the enterprise has read and accepts.
    text_version: String,
    /// That the enterprise wants its record shown to everybody.
    consent: bool,
}

/// Applies for another term: in the last days of the present one, after it has lapsed, or at once where the maker has another name or place.
#[utoipa::path(post, path = "/api/v1/credit-codes/{id}/renewal", tag = "credit-codes", request_body = Consent,
    responses((status = 200, body = CodeDetail)))]
pub async fn apply_renewal(state: State, auth: Auth, id: Id<CreditCodeId>, body: Json<Consent>) -> Answer {
    let Consent { text_version, consent } = body.0;
    step(&state, &auth, ApplyForRenewal { id: id.0, text_version, consent }).await
}

/// Grants another term where all conditions are met at this moment.
#[utoipa::path(post, path = "/api/v1/credit-codes/{id}/renew", tag = "credit-codes",
    responses((status = 200, body = CodeDetail)))]
pub async fn renew(state: State, auth: Auth, id: Id<CreditCodeId>) -> Answer {
    step(&state, &auth, RenewCode { id: id.0 }).await
}

/// Refuses another term, with the reason; the code stays granted until its term ends.
#[utoipa::path(post, path = "/api/v1/credit-codes/{id}/refuse-renewal", tag = "credit-codes", request_body = Reason,
    responses((status = 200, body = CodeDetail)))]
pub async fn refuse_renewal(state: State, auth: Auth, id: Id<CreditCodeId>, body: Json<Reason>) -> Answer {
    step(&state, &auth, RefuseRenewal { id: id.0, reason: body.0.reason }).await
}

/// Takes a code away at once and for good. The enterprise reads the reason; the public page gives none.
#[utoipa::path(post, path = "/api/v1/credit-codes/{id}/revoke", tag = "credit-codes", request_body = Reason,
    responses((status = 200, body = CodeDetail)))]
pub async fn revoke(state: State, auth: Auth, id: Id<CreditCodeId>, body: Json<Reason>) -> Answer {
    step(&state, &auth, RevokeCode { id: id.0, reason: body.0.reason }).await
}

/// Gives a code up: its page shows no record any more.
#[utoipa::path(post, path = "/api/v1/credit-codes/{id}/give-up", tag = "credit-codes", request_body = Reason,
    responses((status = 200, body = CodeDetail)))]
pub async fn give_up(state: State, auth: Auth, id: Id<CreditCodeId>, body: Json<Reason>) -> Answer {
    step(&state, &auth, GiveCodeUp { id: id.0, reason: body.0.reason }).await
}

/// A print run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVersion {
    /// The print run in the enterprise's words, at most 100 characters.
    batch: String,
}

/// Begins another print run, which gets a token of its own.
#[utoipa::path(post, path = "/api/v1/credit-codes/{id}/versions", tag = "credit-codes", request_body = NewVersion,
    responses((status = 200, body = CodeDetail)))]
pub async fn add_version(state: State, auth: Auth, id: Id<CreditCodeId>, body: Json<NewVersion>) -> Answer {
    step(&state, &auth, AddCodeVersion { id: id.0, batch: body.0.batch }).await
}

/// Ends a print run: its labels show no record any more. Ending it twice changes nothing.
#[utoipa::path(post, path = "/api/v1/credit-codes/{id}/versions/{key}/end", tag = "credit-codes",
    request_body = Reason, responses((status = 200, body = CodeDetail)))]
pub async fn end_version(
    state: State,
    auth: Auth,
    id: Id<CreditCodeId>,
    key: Part<i32>,
    body: Json<Reason>,
) -> Answer {
    step(&state, &auth, EndCodeVersion { id: id.0, number: key.0, reason: body.0.reason }).await
}

/// What everybody reads of a code by its token: the record while it is in force at this moment, and otherwise since when it is not. 404 where nobody was given
/// the token. The answer may be kept for half a minute.
#[utoipa::path(get, path = "/api/v1/public/codes/{key}", tag = "credit-codes",
    responses((status = 200, body = PublicCode)))]
pub async fn public_code(state: State, request: HttpRequest, key: Part<String>) -> Answer {
    let code = visits::visit(&state, &request, key.0).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, format!("public, max-age={SECONDS}, must-revalidate")))
        .json(code))
}

/// The width of a label.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LabelQuery {
    /// Width in millimetres, 15 to 100; 30 where nothing is said.
    #[param(minimum = 15, maximum = 100)]
    mm: Option<u16>,
}

/// The widths that are drawn, in millimetres.
const WIDTHS: std::ops::RangeInclusive<u16> = 15..=100;

/// The label of a code as SVG: a QR code of error level M with its quiet zone, and the short address in print. 404 for a code that is not granted, a print run
/// that was ended and a token that nobody was given.
#[utoipa::path(get, path = "/q/{key}/label.svg", tag = "credit-codes", params(LabelQuery),
    responses((status = 200, body = String, content_type = "image/svg+xml")))]
pub async fn label(
    state: State,
    request: HttpRequest,
    key: Part<String>,
    query: Query<LabelQuery>,
) -> Answer {
    let millimetres = query.0.mm.unwrap_or(30);
    if !WIDTHS.contains(&millimetres) {
        let text = Text::new("须为 15 到 100 毫米", "must be 15 to 100 millimetres");
        return Err(Problem::invalid(vec![FieldError::query("mm", text)]).into());
    }
    visits::admit(&state, &request)?;
    let token = read(&state, move |app| public::printable(app, &key.0)).await?;
    let drawn = label_svg(&state.public_url, &token, millimetres)?;
    Ok(HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header((header::CACHE_CONTROL, format!("public, max-age={SECONDS}, must-revalidate")))
        .body(drawn))
}
