//! The rooms' routes, given to the server. Methods on one path share a resource, so that 405 and `Allow` come of themselves.

use std::collections::BTreeMap;

use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Route, guard};

use crate::core::Problem;
use crate::web::middleware;
use crate::web::problem::{Answer, Failure};
use crate::web::room::RouteInfo;

/// Gives the routes to the server.
pub(super) fn configure(config: &mut ServiceConfig, routes: &'static [RouteInfo]) {
    add(config, routes.iter());
}

/// Gives the routes of these paths to the server.
pub(super) fn configure_some(config: &mut ServiceConfig, routes: &'static [RouteInfo], wanted: &[&str]) {
    add(config, routes.iter().filter(|row| wanted.contains(&row.path)));
}

fn add(config: &mut ServiceConfig, rows: impl Iterator<Item = &'static RouteInfo>) {
    for (path, rows) in by_path(rows, |row| row.path) {
        let mut resource = web::resource(path);
        for &row in &rows {
            let around = from_fn(move |request, next| middleware::guard(row, request, next));
            resource = resource.route(of_method((row.handler)(), row.method).wrap(around));
        }
        let methods: Vec<_> = rows.iter().map(|row| row.method).collect();
        config.service(resource.default_service(other_methods(&methods)));
    }
}

/// Rows by their paths, in the order in which the server must look at these: `/inspections/labels` before `/inspections/{id}`, whichever room
/// stands first.
pub(super) fn by_path<T: 'static>(
    rows: impl Iterator<Item = &'static T>,
    path_of: fn(&T) -> &'static str,
) -> Vec<(&'static str, Vec<&'static T>)> {
    let mut found: BTreeMap<&'static str, (usize, Vec<&'static T>)> = BTreeMap::new();
    for (at, row) in rows.enumerate() {
        found.entry(path_of(row)).or_insert_with(|| (at, Vec::new())).1.push(row);
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_cached_key(|(path, (at, _))| (specific_first(path), *at));
    found.into_iter().map(|(path, (_, rows))| (path, rows)).collect()
}

fn specific_first(path: &str) -> Vec<bool> {
    path.split('/').map(|part| part.starts_with('{')).collect()
}

/// The route for one method; GET takes HEAD along.
pub(super) fn of_method(route: Route, method: &str) -> Route {
    match method {
        "GET" => route.guard(guard::Any(guard::Get()).or(guard::Head())),
        method => route.method(Method::from_bytes(method.as_bytes()).unwrap_or(Method::GET)),
    }
}

/// What a resource answers to the methods that it has no route for.
pub(super) fn other_methods(methods: &[&str]) -> Route {
    let mut allow: Vec<&str> = methods.to_vec();
    if allow.contains(&"GET") {
        allow.push("HEAD");
    }
    allow.push("OPTIONS");
    let allow = allow.join(", ");
    web::to(move |request: HttpRequest| {
        let answer: Answer = if request.method() == Method::OPTIONS {
            Ok(HttpResponse::NoContent().insert_header(("Allow", allow.as_str())).finish())
        } else {
            Err(Failure::method_not_allowed(allow.clone()))
        };
        std::future::ready(answer)
    })
}

/// 404 for a path that is not in the table.
pub(super) async fn unknown_path() -> Answer {
    Err(Problem::not_found().into())
}
