//! The API to read and try, and what the pages load. No script of others, nothing inline.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};

use crate::web::problem::Answer;
use crate::web::routes::{of_method, other_methods};
use crate::web::server::State;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Path, type and text of what never changes at run time.
const ASSETS: &[(&str, &str, &str)] = &[
    ("/api/docs", HTML, include_str!("../assets/docs.html")),
    ("/assets/page.css", CSS, include_str!("../assets/page.css")),
    ("/assets/docs.css", CSS, include_str!("../assets/docs.css")),
    ("/assets/favicon.svg", "image/svg+xml", include_str!("../assets/favicon.svg")),
    ("/assets/docs.js", SCRIPT, include_str!("../assets/docs.js")),
    ("/assets/desk.css", CSS, include_str!("../assets/desk.css")),
    ("/assets/desk.js", SCRIPT, include_str!("../assets/desk.js")),
    ("/assets/api.js", SCRIPT, include_str!("../assets/api.js")),
    ("/assets/claim.js", SCRIPT, include_str!("../assets/claim.js")),
    ("/assets/chat.js", SCRIPT, include_str!("../assets/chat.js")),
    ("/assets/zerodesk-chat.js", SCRIPT, include_str!("../assets/zerodesk-chat.js")),
];

/// Adds the pages.
pub(in crate::web) fn configure(config: &mut ServiceConfig) {
    config.service(only_get("/api/openapi.json", web::to(openapi)));
    for &(path, kind, text) in ASSETS {
        config.service(only_get(path, web::to(move || std::future::ready(asset(kind, text)))));
    }
}

fn only_get(path: &str, route: actix_web::Route) -> actix_web::Resource {
    web::resource(path).route(of_method(route, "GET")).default_service(other_methods(&["GET"]))
}

fn asset(kind: &str, text: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type(kind).insert_header((header::CACHE_CONTROL, "no-cache")).body(text)
}

async fn openapi(state: State) -> Answer {
    let body = state.openapi.clone();
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(body))
}
