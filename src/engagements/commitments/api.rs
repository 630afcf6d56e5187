//! The HTTP handlers of commitments: they extract, execute and show.

use crate::core::Problem;
use crate::core::clock::shanghai_date;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice};
use crate::db::Command;
use crate::engagements::commitments::create::{AskForCommitment, NewCommitment};
use crate::engagements::commitments::exports::COMMITMENTS;
use crate::engagements::commitments::public::{self, PublicCommitment, PublicFilter};
use crate::engagements::commitments::queries::{self, CommitmentDetail, CommitmentFilter, CommitmentView};
use crate::engagements::commitments::report::{CancelCommitment, PromiseReport, ReportPromise};
use crate::engagements::commitments::settle::{Finding, SettleCommitment};
use crate::engagements::commitments::sign::{SignCommitment, Signature};
use crate::engagements::commitments::texts::{self, EnactCommitmentText, TextView, WithdrawCommitmentText};
use crate::engagements::common::ids::PromiseId;
use crate::engagements::ids::EngagementId;
use crate::engagements::state::EngagementState;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::programmes::ids::ProgrammeId;
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Part, Query};
use serde::Deserialize;
use utoipa::IntoParams;

/// Filter and page of the list of commitments.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CommitmentQuery {
    /// Only those of this state: `drafted`, `cancelled`, `signed`, `kept`, `broken` or `released`.
    #[param(inline)]
    state: Option<EngagementState>,
    /// Only those with a promise that is past due and not reported as carried out, or only those without.
    overdue: Option<bool>,
    /// Only those of the region of this code or one under it.
    region: Option<String>,
    /// Only those of this enterprise.
    enterprise: Option<EnterpriseId>,
    /// Only those of this programme.
    programme: Option<ProgrammeId>,
    /// Only those in whose enterprise, credit code, number or topic these words stand.
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

async fn view(state: &State, auth: &Auth, id: EngagementId) -> Result<CommitmentDetail, Failure> {
    let actor = auth.actor();
    let work = move |app: &crate::app::App| {
        let today = shanghai_date(app.clock().now());
        queries::get(&mut *app.snapshot()?, &actor, id, (app.settings(), today))
    };
    read(state, work).await
}

/// Does something with a commitment, and answers with it as it is after that.
async fn step<C>(state: &State, auth: &Auth, command: C) -> Answer
where
    C: Command<Output = EngagementId> + Send + 'static,
{
    let id = execute(state, auth.caller(), command).await?;
    ok(view(state, auth, id).await?)
}

/// The commitments that the caller may know of: an officer those of the own region and under it, an enterprise its own. The newest first.
#[utoipa::path(get, path = "/api/v1/commitments", tag = "engagements", params(CommitmentQuery),
    responses((status = 200, content((Page<CommitmentView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<CommitmentQuery>, wanted: Wanted) -> Answer {
    let CommitmentQuery { state: of_state, overdue, region, enterprise, programme, q, format, limit, cursor } =
        query.0;
    let filter = CommitmentFilter { state: of_state, overdue, region, enterprise, programme, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &COMMITMENTS, move |_, conn, actor, slice| {
            queries::list(conn, actor, &filter, slice)
        })
        .await
}

/// Asks an enterprise for a commitment (承诺书), with what is proposed to be promised. It is notified by mail.
#[utoipa::path(post, path = "/api/v1/commitments", tag = "engagements", request_body = NewCommitment,
    responses((status = 201, body = CommitmentDetail)))]
pub async fn create(state: State, auth: Auth, body: Json<NewCommitment>) -> Answer {
    let id = execute(&state, auth.caller(), AskForCommitment { commitment: body.0 }).await?;
    created(&format!("/api/v1/commitments/{id}"), view(&state, &auth, id).await?)
}

/// One commitment, with the text that is signed or was signed, and its promises. `notice_zh` and `notice_en` say that it is public and
/// counts for credit.
#[utoipa::path(get, path = "/api/v1/commitments/{id}", tag = "engagements",
    responses((status = 200, body = CommitmentDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<EngagementId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// Signs a commitment for the own enterprise: the text in force, by a person with a post who confirms to have been told that it is
/// public and counts for credit. Where a
/// case of the enterprise runs, the promises become its actions. A day that is a rest day is named in `warnings`; the next working day
/// counts.
#[utoipa::path(post, path = "/api/v1/commitments/{id}/sign", tag = "engagements", request_body = Signature,
    responses((status = 200, body = CommitmentDetail)))]
pub async fn sign(state: State, auth: Auth, id: Id<EngagementId>, body: Json<Signature>) -> Answer {
    step(&state, &auth, SignCommitment { id: id.0, signature: body.0 }).await
}

/// Reports a promise as carried out, with what proves it.
#[utoipa::path(post, path = "/api/v1/commitments/{id}/promises/{key}/report", tag = "engagements",
    request_body = PromiseReport, responses((status = 200, body = CommitmentDetail)))]
pub async fn report(
    state: State,
    auth: Auth,
    id: Id<EngagementId>,
    key: Part<PromiseId>,
    body: Json<PromiseReport>,
) -> Answer {
    step(&state, &auth, ReportPromise { id: id.0, promise: key.0, report: body.0 }).await
}

/// Finds a commitment kept or broken, or releases the enterprise from it, with evidence or a reason. Kept and broken become credit
/// conduct, to which the enterprise can object.
#[utoipa::path(post, path = "/api/v1/commitments/{id}/settle", tag = "engagements", request_body = Finding,
    responses((status = 200, body = CommitmentDetail)))]
pub async fn settle(state: State, auth: Auth, id: Id<EngagementId>, body: Json<Finding>) -> Answer {
    step(&state, &auth, SettleCommitment { id: id.0, finding: body.0 }).await
}

/// Calls a commitment off that was not signed, with a reason.
#[utoipa::path(post, path = "/api/v1/commitments/{id}/cancel", tag = "engagements", request_body = Reason,
    responses((status = 200, body = CommitmentDetail)))]
pub async fn cancel(state: State, auth: Auth, id: Id<EngagementId>, body: Json<Reason>) -> Answer {
    step(&state, &auth, CancelCommitment { id: id.0, reason: body.0.reason }).await
}

/// The versions of the text of the commitment, the latest first: at most 500.
#[utoipa::path(get, path = "/api/v1/commitment-texts", tag = "engagements",
    responses((status = 200, body = Vec<TextView>)))]
pub async fn text_list(state: State, _auth: Auth) -> Answer {
    ok(read(&state, |app| texts::list(&mut *app.snapshot()?, app.settings())).await?)
}

/// Enacts a version of the text of the commitment, from a day on. For officers of the province.
#[utoipa::path(post, path = "/api/v1/commitment-texts", tag = "engagements", request_body = EnactCommitmentText,
    responses((status = 201, body = Vec<TextView>)))]
pub async fn enact(state: State, auth: Auth, body: Json<EnactCommitmentText>) -> Answer {
    execute(&state, auth.caller(), body.0).await?;
    let all = read(&state, |app| texts::list(&mut *app.snapshot()?, app.settings())).await?;
    created("/api/v1/commitment-texts", all)
}

/// Withdraws a version that was enacted, with a reason: it is signed no more. What was signed stays. For officers of the province.
#[utoipa::path(post, path = "/api/v1/commitment-texts/{key}/withdraw", tag = "engagements", request_body = Reason,
    responses((status = 200, body = Vec<TextView>)))]
pub async fn withdraw_text(state: State, auth: Auth, key: Part<String>, body: Json<Reason>) -> Answer {
    let command = WithdrawCommitmentText { version: key.0, reason: body.0.reason };
    execute(&state, auth.caller(), command).await?;
    ok(read(&state, |app| texts::list(&mut *app.snapshot()?, app.settings())).await?)
}

/// Filter and page of the public list of commitments.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PublicCommitmentQuery {
    /// Only those of the region of this code or one under it.
    region: Option<String>,
    /// Only those in whose enterprise, credit code, number or topic these words stand.
    q: Option<String>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The commitments that were signed, for everybody: enterprise, text, promises, days and how each stands (Guangdong Market Regulation
/// Ordinance, art. 46). No person is named.
#[utoipa::path(get, path = "/api/v1/public/commitments", tag = "engagements", params(PublicCommitmentQuery),
    responses((status = 200, body = Page<PublicCommitment>)))]
pub async fn public_list(state: State, query: Query<PublicCommitmentQuery>) -> Answer {
    let PublicCommitmentQuery { region, q, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = PublicFilter { region, q };
    let page = read(&state, move |app| -> Result<Page<PublicCommitment>, Problem> {
        public::list(&mut *app.snapshot()?, &filter, slice, app.clock().now())
    });
    ok(page.await?)
}
