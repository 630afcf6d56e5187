//! Single sign-on over HTTP. Browsers are sent to and fro; programs get JSON where they do not accept HTML.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::device::Device;
use crate::accounts::failed_log_in::note_sign_on;
use crate::accounts::login::LoggedIn;
use crate::accounts::oidc::flow::{self, Aim, Answered, Attempt};
use crate::accounts::oidc::identities::{
    LinkIdentity, LinkedProvider, ProveByProvider, UnlinkIdentity, of_account,
};
use crate::accounts::oidc::log_in::LogInByProvider;
use crate::accounts::pages::{LOG_IN_PAGE, ask_for_code, refuse_log_in, setting, with_session};
use crate::core::{Actor, Caller, Problem};
use crate::web::extract::RequestId;
use crate::web::frame::Frame;
use crate::web::identity::identify;
use crate::web::pages::{inside, redirect, with_next};
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, ClientAddress};

/// Where to go on after a log-in.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Way {
    /// A path of this server.
    next: Option<String>,
}

/// Whether the caller is a browser, which reads pages.
fn reads_pages(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}

fn caller(request: &HttpRequest, actor: Actor) -> Caller {
    Caller { actor, request: Some(RequestId::of(request).0), idempotency_key: None }
}

/// Sends the browser to a provider to log in there. It comes back to the callback.
#[utoipa::path(get, path = "/api/v1/auth/oidc/{provider}", tag = "accounts",
    params(("provider" = String, Path, description = "The provider's id."), Way),
    responses((status = 303, description = "To the provider.")))]
pub async fn begin(
    state: State,
    request: HttpRequest,
    frame: Frame,
    provider: web::Path<String>,
    way: web::Query<Way>,
) -> Answer {
    let next = inside(way.next.as_deref());
    // Nobody is logged in by following a link of another site: the person is asked first.
    if request.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return Ok(redirect(&with_next(LOG_IN_PAGE, &next)));
    }
    match flow::begin(&state, &provider, Aim::LogIn, next.clone()).await {
        Ok((address, cookie)) => setting(redirect(&address), &[cookie]),
        Err(problem) if reads_pages(&request) && problem.status != 404 => {
            refuse_log_in(&state, frame, next, problem)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// Takes a provider's answer: opens a session, with cookies for a browser, or does what the attempt was begun for.
#[utoipa::path(get, path = "/api/v1/auth/oidc/{provider}/callback", tag = "accounts",
    params(
        ("provider" = String, Path, description = "The provider's id."),
        ("code" = Option<String>, Query, description = "The provider's code."),
        ("state" = Option<String>, Query, description = "What the attempt was begun with."),
        ("iss" = Option<String>, Query, description = "The provider's issuer (RFC 9207)."),
        ("error" = Option<String>, Query, description = "Why the provider refused."),
    ),
    responses(
        (status = 200, body = crate::accounts::Tokens, description = "For who does not accept HTML."),
        (status = 303, description = "Logged in, by cookies; or on to the page that asks for a code."),
    ))]
pub async fn callback(
    state: State,
    request: HttpRequest,
    frame: Frame,
    provider: web::Path<String>,
    answered: web::Query<Answered>,
) -> Answer {
    let attempt = flow::attempt(&state, &request);
    let next = attempt.as_ref().map_or_else(|| "/".to_owned(), |attempt| attempt.next.clone());
    let done = match &attempt {
        Some(attempt) => finish(&state, &request, &frame, &provider, attempt, answered.into_inner()).await,
        None => Err(flow::no_attempt().into()),
    };
    if let Err(failure) = &done
        && failure.problem.status < 500
        && attempt.as_ref().is_some_and(|attempt| matches!(attempt.aim, Aim::LogIn))
    {
        let (address, caller) = (ClientAddress::of(&request), caller(&request, Actor::Anonymous));
        note_sign_on(&state, address, caller, failure.problem.code);
    }
    match done {
        Ok(response) => setting(response, &[flow::over(&state)]),
        Err(failure) if reads_pages(&request) => {
            tracing::info!(
                code = failure.problem.code.as_str(),
                cause = failure.problem.cause.as_deref(),
                "a single sign-on was refused"
            );
            setting(refuse_log_in(&state, frame, next, failure.problem)?, &[flow::over(&state)])
        }
        Err(failure) => Err(failure),
    }
}

async fn finish(
    state: &State,
    request: &HttpRequest,
    frame: &Frame,
    provider: &str,
    attempt: &Attempt,
    answered: Answered,
) -> Result<HttpResponse, Failure> {
    let identity = flow::finish(state, provider, attempt, answered).await?;
    match attempt.aim {
        Aim::LogIn => {
            let command = LogInByProvider { identity, language: frame.language, device: Device::of(request) };
            let outcome = execute(state, caller(request, Actor::Anonymous), command).await?;
            match outcome {
                LoggedIn::Tokens(tokens) if reads_pages(request) => {
                    with_session(state, redirect(&attempt.next), tokens)
                }
                LoggedIn::Code(wanted) if reads_pages(request) => ask_for_code(state, &wanted, &attempt.next),
                outcome => ok(outcome.tokens()?),
            }
        }
        Aim::Link(session) => {
            let person = identify(request).await?.ok_or_else(Problem::unauthenticated)?;
            execute(state, caller(request, Actor::Person(person)), LinkIdentity { identity, session })
                .await?;
            Ok(redirect(&attempt.next))
        }
        Aim::Prove(session) => {
            let person = identify(request).await?.ok_or_else(Problem::unauthenticated)?;
            execute(state, caller(request, Actor::Person(person)), ProveByProvider { identity, session })
                .await?;
            Ok(redirect(&attempt.next))
        }
    }
}

/// Where the browser goes on.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoOn {
    /// The provider's address.
    pub location: String,
}

/// The providers of single sign-on, and what of them is linked to the caller's account.
#[utoipa::path(get, path = "/api/v1/me/identities", tag = "accounts", responses((status = 200, body = Vec<LinkedProvider>)))]
pub async fn identities(state: State, auth: Auth) -> Answer {
    let id = auth.person.account;
    ok(read(&state, move |app| of_account(&mut *app.snapshot()?, app.settings(), id)).await?)
}

/// Begins to link an identity of a provider: the browser goes to the address that is given, and comes back to the callback.
#[utoipa::path(post, path = "/api/v1/me/identities/{provider}", tag = "accounts",
    params(("provider" = String, Path, description = "The provider's id."), Way),
    extensions(("x-without-key" = json!(true)), ("x-step-up" = json!(true))),
    responses((status = 200, body = GoOn)))]
pub async fn begin_link(
    state: State,
    auth: Auth,
    provider: web::Path<String>,
    way: web::Query<Way>,
) -> Answer {
    go(&state, &provider, Aim::Link(auth.person.session), inside(way.next.as_deref())).await
}

/// Begins to prove again who is in the session by a new log-in at a provider whose identity is linked.
#[utoipa::path(post, path = "/api/v1/auth/step-up/{provider}", tag = "accounts",
    params(("provider" = String, Path, description = "The provider's id."), Way),
    extensions(("x-without-key" = json!(true))), responses((status = 200, body = GoOn)))]
pub async fn begin_proof(
    state: State,
    auth: Auth,
    provider: web::Path<String>,
    way: web::Query<Way>,
) -> Answer {
    go(&state, &provider, Aim::Prove(auth.person.session), inside(way.next.as_deref())).await
}

async fn go(state: &State, provider: &str, aim: Aim, next: String) -> Answer {
    let (location, cookie) = flow::begin(state, provider, aim, next).await?;
    setting(HttpResponse::Ok().json(GoOn { location }), &[cookie])
}

/// Unlinks the identity of a provider from the caller's account.
#[utoipa::path(delete, path = "/api/v1/me/identities/{provider}", tag = "accounts",
    params(("provider" = String, Path, description = "The provider's id.")),
    extensions(("x-step-up" = json!(true))), responses((status = 204)))]
pub async fn unlink(state: State, auth: Auth, provider: web::Path<String>) -> Answer {
    let command = UnlinkIdentity { provider: provider.into_inner() };
    execute(&state, Caller { idempotency_key: None, ..auth.caller() }, command).await?;
    no_content()
}
