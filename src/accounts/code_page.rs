//! The page that asks for a code after the password, or after a provider of single sign-on.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration as Age;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::accounts::device::Device;
use crate::accounts::login::GiveCode;
use crate::accounts::pages::{
    CODE_COOKIE, CODE_PAGE, LOG_IN_PAGE, NextPage, caller, code_wanted, cookie, refuse_log_in,
    require_same_origin, setting, with_session,
};
use crate::core::secret::Sensitive;
use crate::core::{Actor, Code, Problem};
use crate::web::frame::Frame;
use crate::web::pages::{inside, redirect, show, with_next};
use crate::web::problem::Answer;
use crate::web::reply::execute;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "accounts/code.html")]
struct CodePage {
    f: Frame,
    next: String,
    problem: Option<Problem>,
}

/// Asks for a code; who has not given the password yet is asked for that first.
pub async fn code_form(
    state: State,
    request: HttpRequest,
    frame: Frame,
    way: web::Query<NextPage>,
) -> Answer {
    let next = inside(way.next.as_deref());
    if code_wanted(&state, &request).is_none() {
        return Ok(redirect(&with_next(LOG_IN_PAGE, &next)));
    }
    let page = CodePage { f: frame, next, problem: None };
    show(&page.f, &page)
}

/// What the form of the code sends.
#[derive(Deserialize)]
pub struct CodeForm {
    code: String,
    next: Option<String>,
}

/// Logs in with the code.
pub async fn give_code(
    state: State,
    request: HttpRequest,
    frame: Frame,
    form: web::Form<CodeForm>,
) -> Answer {
    require_same_origin(&request)?;
    let CodeForm { code, next } = form.into_inner();
    let next = inside(next.as_deref());
    let Some(wanted) = code_wanted(&state, &request) else {
        return Ok(redirect(&with_next(LOG_IN_PAGE, &next)));
    };
    let command = GiveCode { wanted, code: Sensitive(code), device: Device::of(&request) };
    let done = execute(&state, caller(&request, Actor::Anonymous), command).await;
    match done.and_then(|outcome| Ok(outcome.tokens()?)) {
        Ok(tokens) => {
            let over = cookie(&state, CODE_COOKIE, CODE_PAGE, String::new(), Age::ZERO);
            setting(with_session(&state, redirect(&next), tokens)?, &[over])
        }
        // The password was changed meanwhile, or the account was disabled.
        Err(failure) if [Code::BadCredentials, Code::AccountNotActive].contains(&failure.problem.code) => {
            refuse_log_in(&state, frame, next, failure.problem)
        }
        Err(failure) if failure.problem.status < 500 => {
            let status = failure.status();
            let page = CodePage { f: frame, next, problem: Some(failure.problem) };
            let mut response = show(&page.f, &page)?;
            *response.status_mut() = status;
            Ok(response)
        }
        Err(failure) => Err(failure),
    }
}
