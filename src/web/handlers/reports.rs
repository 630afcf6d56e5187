//! Progress in figures.

use crate::reports::overview::{self, Overview};
use crate::web::Auth;
use crate::web::problem::Answer;
use crate::web::reply::{ok, read};
use crate::web::server::State;

/// The headline figures of the caller's region and all under it.
#[utoipa::path(get, path = "/api/v1/reports/overview", tag = "reports", responses((status = 200, body = Overview)))]
pub async fn overview(state: State, auth: Auth) -> Answer {
    ok(read(&state, move |app| overview::overview(&mut *app.conn()?, &auth.actor())).await?)
}
