//! The routes that a domain declares, with the method and path of their documentation.

use actix_web::Route;
use serde_json::Value;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, PathItem};

use crate::core::key_scope::KeyScope;
use crate::web::room::access::Access;

/// A route as its domain declares it, made by [`routes!`](crate::routes).
pub struct RouteRow {
    /// Who may call it.
    pub access: Access,
    /// What it does, in Chinese; in English the handler's documentation says it.
    pub zh: &'static str,
    /// The scope that opens it to API keys; none where it is closed to them.
    pub key: Option<KeyScope>,
    /// Makes the route of the handler.
    pub handler: fn() -> Route,
    /// The handler's documentation, which holds the method and the path.
    pub document: fn() -> OpenApi,
}

/// A route with its method and path, as read from the handler's documentation.
pub struct RouteInfo {
    /// The method. A GET answers HEAD as well.
    pub method: &'static str,
    /// The path, with `{names}` for its variable parts.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// What it does, in Chinese.
    pub zh: &'static str,
    /// The scope that opens it to API keys; none where it is closed to them.
    pub key: Option<KeyScope>,
    /// Makes the route of the handler.
    pub handler: fn() -> Route,
    /// The handler's documentation.
    pub document: fn() -> OpenApi,
    /// Whether its handler's documentation says [`WITHOUT_KEY`].
    pub without_key: bool,
    /// Whether its handler's documentation says [`ALWAYS_ANSWERED`].
    pub always_answered: bool,
    /// Whether its handler's documentation says [`STEP_UP`] of every call.
    pub step_up: bool,
}

/// The extension of a handler's documentation that says: it takes no idempotency key, a repeated call is another call.
pub const WITHOUT_KEY: &str = "x-without-key";
/// The extension of a handler's documentation that says: it is called all day by those who watch the process, so it is answered while
/// the server stops as well, and is not worth a line in the log.
pub const ALWAYS_ANSWERED: &str = "x-always-answered";

/// The extension of a handler's documentation that says: it needs a session that proved lately who is in it. `true` is checked before
/// the body is read; a list names the calls that need it, which the command checks.
pub const STEP_UP: &str = "x-step-up";

/// The routes of a room: `handler, access, "what it does, in Chinese";`, with the scope that opens it to API keys behind the words
/// where there is one. Method and path are in the handler's `#[utoipa::path]` and nowhere else.
#[macro_export]
macro_rules! routes {
    (@key) => { None };
    (@key $scope:expr) => { Some($scope) };
    ($($($name:ident)::+, $access:expr, $zh:literal $(, $scope:expr)?;)+) => {
        &[$($crate::web::room::RouteRow {
            access: $access,
            zh: $zh,
            key: $crate::routes!(@key $($scope)?),
            handler: || actix_web::web::to($($name)::+),
            document: || {
                #[derive(utoipa::OpenApi)]
                #[openapi(paths($($name)::+))]
                struct Documented;
                <Documented as utoipa::OpenApi>::openapi()
            },
        }),+]
    };
}

impl RouteInfo {
    /// Of a row; none where its handler has no documented method.
    pub(super) fn of(row: &RouteRow) -> Option<Self> {
        let (path, item) = (row.document)().paths.paths.into_iter().next()?;
        let (method, operation) = method_of(&item)?;
        let says = |word: &str| operation.extensions.as_ref().is_some_and(|all| all.contains_key(word));
        Some(Self {
            without_key: says(WITHOUT_KEY),
            always_answered: says(ALWAYS_ANSWERED),
            step_up: operation.extensions.as_ref().and_then(|all| all.get(STEP_UP))
                == Some(&Value::Bool(true)),
            method,
            // The table lives as long as the program.
            path: path.leak(),
            access: row.access,
            zh: row.zh,
            key: row.key,
            handler: row.handler,
            document: row.document,
        })
    }
}

fn method_of(item: &PathItem) -> Option<(&'static str, &Operation)> {
    let methods = [
        (&item.get, "GET"),
        (&item.post, "POST"),
        (&item.put, "PUT"),
        (&item.delete, "DELETE"),
        (&item.patch, "PATCH"),
    ];
    methods.into_iter().find_map(|(operation, method)| Some((method, operation.as_ref()?)))
}
