//! The outbox over HTTP: what waits and why, for operators; bounces, from mail servers.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::page::Page;
use crate::core::secret::sha256;
use crate::core::{Caller, Code, Problem, Text};
use crate::exports::{BookFile, Format, ListPage, SearchPage, Wanted};
use crate::notifications::bounces::{BounceNoted, ReportBounce};
use crate::notifications::exports::{MAILS, PAUSES};
use crate::notifications::ids::{MailId, PauseId};
use crate::notifications::pauses::{self, PauseView};
use crate::notifications::policy::permit;
use crate::notifications::queries::{self, MailFilter, MailView};
use crate::notifications::retry::{ResumeAddress, RetryMail};
use crate::notifications::settings::MailSettings;
use crate::notifications::state::MailState;
use crate::web::extract::{RequestId, state};
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};

/// Filter and page of the outbox.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MailQuery {
    /// Only those in this state.
    #[param(inline)]
    state: Option<MailState>,
    /// Only those to an address that has this in it.
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

/// The outbox, the newest mail first; with `state=queued` the oldest first. No text of a mail is shown.
#[utoipa::path(get, path = "/api/v1/mail", tag = "mail", params(MailQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<MailView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<MailQuery>, wanted: Wanted) -> Answer {
    let MailQuery { state: of_state, q, format, limit, cursor } = query.0;
    let filter = MailFilter { state: of_state, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &MAILS, move |_, conn, actor, slice| {
            queries::list(conn, actor, &filter, slice)
        })
        .await
}

/// Tries a mail at once that waits for its next attempt. One that has ended: 409 `mail_ended`.
#[utoipa::path(post, path = "/api/v1/mail/{id}/retry", tag = "mail",
    responses((status = 200, body = MailView)))]
pub async fn retry(state: State, auth: Auth, id: Id<MailId>) -> Answer {
    let id = execute(&state, auth.caller(), RetryMail { id: id.0 }).await?;
    ok(read(&state, move |app| queries::get(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}

/// The mail addresses to which nothing is sent since mails came back from there, the newest first.
#[utoipa::path(get, path = "/api/v1/mail/pauses", tag = "mail", params(SearchPage),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<PauseView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn pauses(state: State, auth: Auth, query: Query<SearchPage>, wanted: Wanted) -> Answer {
    let slice = query.0.slice()?;
    let q = query.0.q;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        permit(actor)?;
        pauses::list(conn, q.as_deref(), slice)
    };
    wanted.answer(state, auth, query.0.format, &PAUSES, slice, work).await
}

/// Ends the pause of a mail address: later mails are sent there again.
#[utoipa::path(delete, path = "/api/v1/mail/pauses/{id}", tag = "mail", responses((status = 204)))]
pub async fn resume(state: State, auth: Auth, id: Id<PauseId>) -> Answer {
    execute(&state, auth.caller(), ResumeAddress { id: id.0 }).await?;
    no_content()
}

/// A mail server that may report bounces, by the token of the settings. It is checked before the body is read.
pub struct Reporter(Caller);

impl FromRequest for Reporter {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl Reporter {
    fn of(request: &HttpRequest) -> Result<Self, Failure> {
        let app = &state(request)?.app;
        let token = &app.settings().section::<MailSettings>().bounce_token;
        if token.is_empty() {
            return Err(Problem::not_found().into());
        }
        let sent = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let sent = sent.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default().trim();
        // By their hashes, so that the time tells nothing.
        if sha256(sent.as_bytes()) == sha256(token.expose().as_bytes()) {
            return Ok(Self(Caller { request: Some(RequestId::of(request).0), ..Caller::system() }));
        }
        let text = Text::new(
            "报告退信须提供令牌（mail.bounce_token）",
            "to report a bounce needs the token of the setting mail.bounce_token",
        );
        Err(Problem::new(Code::Unauthenticated, text).into())
    }
}

/// Reports that a mail came back, by its `Message-ID` or its recipient. A permanent bounce pauses the address. Called by the mail server
/// with the token of the setting `mail.bounce_token` as `Authorization: Bearer`; without that setting there is no such call.
#[utoipa::path(post, path = "/api/v1/mail/bounces", tag = "mail",
    extensions(("x-without-key" = json!(true))), request_body = ReportBounce,
    responses((status = 200, body = BounceNoted)))]
pub async fn bounce(state: State, reporter: Reporter, body: Json<ReportBounce>) -> Answer {
    ok(execute(&state, reporter.0, body.0).await?)
}
