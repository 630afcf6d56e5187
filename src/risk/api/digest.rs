//! Whether one wants the weekly digest.

use crate::risk::digest::{self, DigestWish, SetDigest};
use crate::web::problem::Answer;
use crate::web::reply::{execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Json};

/// Whether the caller gets the weekly digest of risks by mail.
#[utoipa::path(get, path = "/api/v1/risk/digest", tag = "risk", responses((status = 200, body = DigestWish)))]
pub async fn wish(state: State, auth: Auth) -> Answer {
    let actor = auth.actor();
    ok(read(&state, move |app| digest::wanted(&mut *app.snapshot()?, &actor)).await?)
}

/// Subscribes the caller to the weekly digest of risks, which is sent on Mondays, or cancels the subscription.
#[utoipa::path(put, path = "/api/v1/risk/digest", tag = "risk", request_body = DigestWish,
    responses((status = 200, body = DigestWish)))]
pub async fn set(state: State, auth: Auth, body: Json<DigestWish>) -> Answer {
    ok(execute(&state, auth.caller(), SetDigest { wanted: body.0.wanted }).await?)
}
