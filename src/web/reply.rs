//! What handlers share: the way to the blocking pool and the usual answers.

use std::any::Any;

use actix_web::{HttpResponse, http::header, web};
use serde::Serialize;
use tracing::Span;

use crate::app::App;
use crate::core::{Caller, Problem};
use crate::db::Command;
use crate::web::problem::{Answer, Failure};
use crate::web::state::State;

/// Runs a command on the blocking pool.
///
/// # Errors
/// As the command.
pub async fn execute<C>(state: &State, caller: Caller, command: C) -> Result<C::Output, Failure>
where
    C: Command + Send + 'static,
    C::Output: Send + 'static,
{
    read(state, move |app| app.execute(&caller, &command)).await
}

/// Runs what blocks (a query, a hash) on the blocking pool, inside the request's span.
///
/// # Errors
/// As `work`; 500 when it panicked.
pub async fn read<T: Send + 'static>(
    state: &State,
    work: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Failure> {
    let done = block(state, Box::new(move |app| Box::new(work(app)))).await?;
    let done: Box<Result<T, Problem>> =
        done.downcast().map_err(|_| Problem::internal("the work gave another type"))?;
    done.map_err(Failure::from)
}

/// What runs on the blocking pool, and what it gives, without their types.
type Work = Box<dyn FnOnce(&App) -> Box<dyn Any + Send> + Send>;

/// The part of [`read`] that is the same for all types, so that it is compiled once and not for each handler.
async fn block(state: &State, work: Work) -> Result<Box<dyn Any + Send>, Problem> {
    let (app, span) = (state.app.clone(), Span::current());
    let done = web::block(move || span.in_scope(|| work(&app))).await;
    done.map_err(|_| Problem::internal("the work on the blocking pool panicked"))
}

/// 200 with a body.
///
/// # Errors
/// None of its own; the form is that of every answer.
pub fn ok(value: impl Serialize) -> Answer {
    Ok(HttpResponse::Ok().json(value))
}

/// 201 with a body and where the new thing is found.
///
/// # Errors
/// None of its own.
pub fn created(location: &str, value: impl Serialize) -> Answer {
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(value))
}

/// 202 with a body and where the progress is found.
///
/// # Errors
/// None of its own.
pub fn accepted(location: &str, value: impl Serialize) -> Answer {
    Ok(HttpResponse::Accepted().insert_header((header::LOCATION, location)).json(value))
}

/// 204, without a body.
///
/// # Errors
/// None of its own.
pub fn no_content() -> Answer {
    Ok(HttpResponse::NoContent().finish())
}
