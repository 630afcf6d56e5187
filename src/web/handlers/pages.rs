//! The pages for people: the door, the API to read and try, and their assets. No script of others, nothing inline.

use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use crate::core::Language;
use crate::web::Lang;
use crate::web::problem::Answer;
use crate::web::routes::{of_method, other_methods};
use crate::web::server::State;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Path, type and text of what never changes at run time.
const ASSETS: [(&str, &str, &str); 5] = [
    ("/api/docs", HTML, include_str!("../assets/docs.html")),
    ("/assets/page.css", CSS, include_str!("../assets/page.css")),
    ("/assets/docs.css", CSS, include_str!("../assets/docs.css")),
    ("/assets/favicon.svg", "image/svg+xml", include_str!("../assets/favicon.svg")),
    ("/assets/docs.js", SCRIPT, include_str!("../assets/docs.js")),
];

/// Adds the pages.
pub(in crate::web) fn configure(config: &mut ServiceConfig) {
    config.service(only_get("/", web::to(home)));
    config.service(only_get("/api/openapi.json", web::to(openapi)));
    for (path, kind, text) in ASSETS {
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

async fn home(request: HttpRequest, language: Lang) -> Answer {
    let asked = |tag: &str| request.query_string().split('&').any(|p| p.strip_prefix("lang=") == Some(tag));
    let language = match language.0 {
        _ if asked("en") => Language::En,
        _ if asked("zh") || asked("zh-CN") => Language::Zh,
        language => language,
    };
    let page = match language {
        Language::Zh => include_str!("../assets/home.zh.html"),
        Language::En => include_str!("../assets/home.en.html"),
    };
    Ok(HttpResponse::Ok()
        .content_type(HTML)
        .insert_header((header::CONTENT_LANGUAGE, language.tag()))
        .insert_header((header::VARY, "Accept-Language"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(page))
}
