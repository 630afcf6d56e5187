//! The pages that a domain declares, with their places in the navigation.

use actix_web::Route;

use crate::core::actor::Role;
use crate::web::room::access::Access;

/// A page as its domain declares it.
pub struct PageRow {
    /// The HTTP method.
    pub method: &'static str,
    /// The path, with `{names}` for its variable parts.
    pub path: &'static str,
    /// Who may open it; checked before the handler.
    pub access: Access,
    /// Makes the route of the handler.
    pub handler: fn() -> Route,
    /// Its places in the navigation; none for pages to which other pages lead.
    pub places: &'static [Place],
}

/// The pages of a room: `METHOD "path" => handler, access;`, with places in the navigation behind the access where the page has any.
#[macro_export]
macro_rules! pages {
    ($($method:ident $path:expr => $($name:ident)::+, $access:expr $(, $place:expr)*;)+) => {
        &[$($crate::web::room::PageRow {
            method: stringify!($method),
            path: $path,
            access: $access,
            handler: || actix_web::web::to($($name)::+),
            places: &[$($place),*],
        }),+]
    };
}

/// A page's place in the navigation of some roles.
pub struct Place {
    /// Who finds it in the navigation.
    pub roles: &'static [Role],
    /// Its place among the others; the smallest is first.
    pub order: u16,
    /// The words, in Chinese.
    pub zh: &'static str,
    /// The words, in English.
    pub en: &'static str,
    /// The name of its picture (`web::nav`).
    pub icon: &'static str,
    /// Addresses of pages elsewhere during which it is shown as the current one.
    pub under: &'static [&'static str],
    /// Whether it carries a count: of unread messages, or of what waits.
    pub counts: bool,
    /// The route that says by `waiting` how many things wait for the reader there; empty where none is counted.
    pub waiting: &'static str,
}

impl Place {
    /// A place in the navigation of some roles.
    pub const fn new(
        roles: &'static [Role],
        order: u16,
        zh: &'static str,
        en: &'static str,
        icon: &'static str,
    ) -> Self {
        Self { roles, order, zh, en, icon, under: &[], counts: false, waiting: "" }
    }

    /// The same, shown as the current one on these pages, too.
    #[must_use]
    pub const fn over(self, under: &'static [&'static str]) -> Self {
        Self { under, ..self }
    }

    /// The same, with a count of what waits for the reader, which this route says by `waiting`.
    #[must_use]
    pub const fn waiting(self, route: &'static str) -> Self {
        Self { waiting: route, ..self }
    }

    /// The same, with a count: of unread messages, or of what waits.
    #[must_use]
    pub const fn with_count(self) -> Self {
        Self { counts: true, ..self }
    }
}
