//! The OpenAPI document, and the page to read and try the API.

use actix_web::HttpResponse;
use actix_web::http::header;

use crate::core::Problem;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

/// The OpenAPI document of this API.
#[utoipa::path(get, path = "/api/openapi.json", tag = "reference",
    responses((status = 200, body = serde_json::Value)))]
pub async fn openapi(state: State) -> Answer {
    let inner = state.clone();
    let body = read(&state, move |_| (*inner.openapi).clone().map_err(Problem::internal)).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(body))
}

/// A page to read the OpenAPI document and to try the calls.
#[utoipa::path(get, path = "/api/docs", tag = "reference",
    responses((status = 200, body = String, content_type = "text/html")))]
pub async fn docs() -> Answer {
    let body = include_str!("../web/assets/docs.html");
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(body))
}
