//! The HTTP handlers of vouchers: they extract, execute and show.

use crate::app::App;
use crate::core::page::Page;
use crate::db::Command;
use crate::exports::{BookFile, Format, ListPage, Wanted, file_disposition};
use crate::vouchers::apply::{ApplyForVoucher, WithdrawApplication};
use crate::vouchers::endings::RevokeVoucher;
use crate::vouchers::entries::{self, EntryFilter, VoucherEntryView};
use crate::vouchers::exports::{ENTRIES, ISSUES, VOUCHERS};
use crate::vouchers::ids::{EntryId, IssueId, VoucherId};
use crate::vouchers::issue_steps::{ApproveIssue, CloseIssue, WithdrawIssue};
use crate::vouchers::issues::{ChangeIssue, CreateIssue, VoucherIssueInput};
use crate::vouchers::lottery::{DrawWinners, FreezeFrame};
use crate::vouchers::public::{self, PublicVoucherIssue};
use crate::vouchers::queries::{self, IssueFilter, VoucherIssueDetail, VoucherIssueView};
use crate::vouchers::redeem::{CodeMade, MakeCode, RedeemVoucher, ReverseRedemption, VoucherRedeemed};
use crate::vouchers::state::{VoucherEntryKind, VoucherIssueState, VoucherState};
use crate::vouchers::views::{self, VoucherFilter, VoucherView};
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use actix_web::HttpResponse;
use actix_web::http::header;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of issues.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IssueQuery {
    /// Only those of this state.
    #[param(inline)]
    state: Option<VoucherIssueState>,
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

/// The day of an account.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AsOf {
    /// The account as of this day, that included, in Asia/Shanghai; today where none is named.
    as_of: Option<NaiveDate>,
}

async fn view(
    state: &State,
    auth: &Auth,
    id: IssueId,
    as_of: Option<NaiveDate>,
) -> Result<VoucherIssueDetail, Failure> {
    let actor = auth.actor();
    let work =
        move |app: &App| queries::detail(&mut *app.snapshot()?, &actor, id, (app.clock().now(), as_of));
    read(state, work).await
}

async fn step<C>(state: &State, auth: &Auth, command: C) -> Answer
where
    C: Command<Output = IssueId> + Send + 'static,
{
    let id = execute(state, auth.caller(), command).await?;
    ok(view(state, auth, id, None).await?)
}

async fn voucher_step<C>(state: &State, auth: &Auth, command: C) -> Answer
where
    C: Command<Output = VoucherId> + Send + 'static,
{
    let id = execute(state, auth.caller(), command).await?;
    let actor = auth.actor();
    ok(read(state, move |app| views::get(&mut *app.snapshot()?, &actor, id)).await?)
}

/// The issues of testing vouchers (检测券) that the caller may know of: an officer those of the own region and under it, and the approved ones of
/// the regions above; an enterprise the approved ones of its region. The newest first.
#[utoipa::path(get, path = "/api/v1/vouchers", tag = "vouchers", params(IssueQuery),
    responses((status = 200, content((Page<VoucherIssueView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<IssueQuery>, wanted: Wanted) -> Answer {
    let IssueQuery { state: of_state, region, q, format, limit, cursor } = query.0;
    let filter = IssueFilter { state: of_state, region, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &ISSUES, move |_, conn, actor, slice| {
            queries::list(conn, actor, &filter, slice)
        })
        .await
}

/// Writes an issue, as a draft. Another officer approves it.
#[utoipa::path(post, path = "/api/v1/vouchers", tag = "vouchers", request_body = VoucherIssueInput,
    responses((status = 201, body = VoucherIssueDetail)))]
pub async fn create(state: State, auth: Auth, body: Json<VoucherIssueInput>) -> Answer {
    let id = execute(&state, auth.caller(), CreateIssue(body.0)).await?;
    created(&format!("/api/v1/vouchers/{id}"), view(&state, &auth, id, None).await?)
}

/// One issue: for officers with the account of a day, for an enterprise with its application and the id of its row.
#[utoipa::path(get, path = "/api/v1/vouchers/{id}", tag = "vouchers", params(AsOf),
    responses((status = 200, body = VoucherIssueDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<IssueId>, query: Query<AsOf>) -> Answer {
    ok(view(&state, &auth, id.0, query.0.as_of).await?)
}

/// Writes a draft anew.
#[utoipa::path(put, path = "/api/v1/vouchers/{id}", tag = "vouchers", request_body = VoucherIssueInput,
    responses((status = 200, body = VoucherIssueDetail)))]
pub async fn change(state: State, auth: Auth, id: Id<IssueId>, body: Json<VoucherIssueInput>) -> Answer {
    step(&state, &auth, ChangeIssue { id: id.0, input: body.0 }).await
}

/// Approves an issue that another officer wrote.
#[utoipa::path(post, path = "/api/v1/vouchers/{id}/approve", tag = "vouchers",
    responses((status = 200, body = VoucherIssueDetail)))]
pub async fn approve(state: State, auth: Auth, id: Id<IssueId>) -> Answer {
    step(&state, &auth, ApproveIssue { id: id.0 }).await
}

/// Withdraws an issue before its frame is fixed, or one that was not drawn before the last day of its vouchers, with a reason. Who has applied is notified.
#[utoipa::path(post, path = "/api/v1/vouchers/{id}/withdraw", tag = "vouchers", request_body = Reason,
    responses((status = 200, body = VoucherIssueDetail)))]
pub async fn withdraw(state: State, auth: Auth, id: Id<IssueId>, body: Json<Reason>) -> Answer {
    step(&state, &auth, WithdrawIssue { id: id.0, reason: body.0.reason }).await
}

/// Fixes and publishes the frame, once the last day of applications has passed.
#[utoipa::path(post, path = "/api/v1/vouchers/{id}/freeze", tag = "vouchers",
    responses((status = 200, body = VoucherIssueDetail)))]
pub async fn freeze(state: State, auth: Auth, id: Id<IssueId>) -> Answer {
    step(&state, &auth, FreezeFrame { id: id.0 }).await
}

/// The seed of a draw.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeedInput {
    /// 64 hexadecimal digits, where the issue was announced with a seed from a public event; else the system draws it, and none is given.
    #[serde(default)]
    seed: Option<String>,
}

/// Draws the winners of the fixed frame, once (`docs/draws.md`). They are notified.
#[utoipa::path(post, path = "/api/v1/vouchers/{id}/draw", tag = "vouchers", request_body = SeedInput,
    responses((status = 200, body = VoucherIssueDetail)))]
pub async fn draw(state: State, auth: Auth, id: Id<IssueId>, body: Json<SeedInput>) -> Answer {
    step(&state, &auth, DrawWinners { id: id.0, seed: body.0.seed }).await
}

/// Closes an issue, once none of its vouchers is open.
#[utoipa::path(post, path = "/api/v1/vouchers/{id}/close", tag = "vouchers",
    responses((status = 200, body = VoucherIssueDetail)))]
pub async fn close(state: State, auth: Auth, id: Id<IssueId>) -> Answer {
    step(&state, &auth, CloseIssue { id: id.0 }).await
}

/// Applies for a voucher of an issue. Applying twice changes nothing.
#[utoipa::path(post, path = "/api/v1/vouchers/{id}/application", tag = "vouchers",
    responses((status = 200, body = VoucherIssueDetail)))]
pub async fn apply(state: State, auth: Auth, id: Id<IssueId>) -> Answer {
    step(&state, &auth, ApplyForVoucher { issue: id.0 }).await
}

/// Takes the own application back, while applications are taken.
#[utoipa::path(delete, path = "/api/v1/vouchers/{id}/application", tag = "vouchers",
    responses((status = 200, body = VoucherIssueDetail)))]
pub async fn withdraw_application(state: State, auth: Auth, id: Id<IssueId>) -> Answer {
    step(&state, &auth, WithdrawApplication { issue: id.0 }).await
}

/// Filter and page of the list of vouchers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VoucherQuery {
    /// Only those of this issue.
    #[param(value_type = Option<IssueId>)]
    issue: Option<IssueId>,
    /// Only those of this state.
    #[param(inline)]
    state: Option<VoucherState>,
    /// Only those of an enterprise in whose name or code these words stand, or whose name is read so.
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

/// The vouchers that were won: an officer sees those of issues of the own region and under it, an enterprise its own. The newest first.
#[utoipa::path(get, path = "/api/v1/issued-vouchers", tag = "vouchers", params(VoucherQuery),
    responses((status = 200, content((Page<VoucherView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn issued(state: State, auth: Auth, query: Query<VoucherQuery>, wanted: Wanted) -> Answer {
    let VoucherQuery { issue, state: of_state, q, format, limit, cursor } = query.0;
    let filter = VoucherFilter { issue, state: of_state, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &VOUCHERS, move |_, conn, actor, slice| {
            views::list(conn, actor, &filter, slice)
        })
        .await
}

/// One voucher.
#[utoipa::path(get, path = "/api/v1/issued-vouchers/{id}", tag = "vouchers",
    responses((status = 200, body = VoucherView)))]
pub async fn voucher(state: State, auth: Auth, id: Id<VoucherId>) -> Answer {
    let (id, actor) = (id.0, auth.actor());
    ok(read(&state, move |app| views::get(&mut *app.snapshot()?, &actor, id)).await?)
}

/// Makes a code for an own voucher, by which it is redeemed once. It is shown this once, and takes the place of one that was not used.
#[utoipa::path(post, path = "/api/v1/issued-vouchers/{id}/code", tag = "vouchers",
    extensions(("x-without-key" = json!(true))), responses((status = 200, body = CodeMade)))]
pub async fn code(state: State, auth: Auth, id: Id<VoucherId>) -> Answer {
    ok(execute(&state, auth.caller().without_idempotency_key(), MakeCode { voucher: id.0 }).await?)
}

/// Takes what is left of a voucher back, with a reason. Its enterprise is notified.
#[utoipa::path(post, path = "/api/v1/issued-vouchers/{id}/revoke", tag = "vouchers", request_body = Reason,
    responses((status = 200, body = VoucherView)))]
pub async fn revoke(state: State, auth: Auth, id: Id<VoucherId>, body: Json<Reason>) -> Answer {
    voucher_step(&state, &auth, RevokeVoucher { voucher: id.0, reason: body.0.reason }).await
}

/// Redeems a voucher by its code, all or a part of what is left: an expert for the own product hospital, a laboratory, or an officer who names one.
#[utoipa::path(post, path = "/api/v1/voucher-redemptions", tag = "vouchers", request_body = RedeemVoucher,
    responses((status = 200, body = VoucherRedeemed)))]
pub async fn redeem(state: State, auth: Auth, body: Json<RedeemVoucher>) -> Answer {
    ok(execute(&state, auth.caller(), body.0).await?)
}

/// Gives a redemption back that was entered by mistake, once, with a reason.
#[utoipa::path(post, path = "/api/v1/voucher-redemptions/{id}/reverse", tag = "vouchers", request_body = Reason,
    responses((status = 200, body = VoucherView)))]
pub async fn reverse(state: State, auth: Auth, id: Id<EntryId>, body: Json<Reason>) -> Answer {
    voucher_step(&state, &auth, ReverseRedemption { entry: id.0, reason: body.0.reason }).await
}

/// Filter and page of the list of movements.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EntryQuery {
    /// Only those of this issue.
    #[param(value_type = Option<IssueId>)]
    issue: Option<IssueId>,
    /// Only those of this voucher.
    #[param(value_type = Option<VoucherId>)]
    voucher: Option<VoucherId>,
    /// Only those of this kind.
    #[param(inline)]
    kind: Option<VoucherEntryKind>,
    /// Only those of this day or later, in Asia/Shanghai.
    from: Option<NaiveDate>,
    /// Only those of this day or earlier.
    until: Option<NaiveDate>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The movements on vouchers, the account for the treasury: an officer sees those of the own region and under it, an enterprise those of its own
/// vouchers, an expert and a laboratory those that were redeemed there. The newest first.
#[utoipa::path(get, path = "/api/v1/voucher-entries", tag = "vouchers", params(EntryQuery),
    responses((status = 200, content((Page<VoucherEntryView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn movements(state: State, auth: Auth, query: Query<EntryQuery>, wanted: Wanted) -> Answer {
    let EntryQuery { issue, voucher, kind, from, until, format, limit, cursor } = query.0;
    let filter = EntryFilter { issue, voucher, kind, from, until };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &ENTRIES, move |_, conn, actor, slice| {
            entries::list(conn, actor, &filter, slice)
        })
        .await
}

/// An issue as it is published, for everybody: the frame's SHA-256, the seed, and the ids of the rows that won. Enterprises are not named.
#[utoipa::path(get, path = "/api/v1/public/vouchers/{id}", tag = "vouchers",
    responses((status = 200, body = PublicVoucherIssue)))]
pub async fn published(state: State, id: Id<IssueId>) -> Answer {
    let id = id.0;
    ok(read(&state, move |app| public::get(&mut *app.snapshot()?, id)).await?)
}

/// The text of the frame of an issue, for everybody, once it is fixed. Its SHA-256 is the one that is published.
#[utoipa::path(get, path = "/api/v1/public/vouchers/{id}/frame", tag = "vouchers",
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn frame(state: State, id: Id<IssueId>) -> Answer {
    let id = id.0;
    let text = read(&state, move |app| public::frame(&mut *app.snapshot()?, id)).await?;
    let name = format!("frame_{id}");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, file_disposition(&name, &name, "csv")))
        .body(text))
}
