//! What a domain declares of itself, once: its [`Room`].
//!
//! The server, the OpenAPI document, the navigation, the matrix of roles by routes, the job runner, the replacement of SQL
//! functions and the test of table ownership are made from the list of rooms in [`crate::ROOMS`]. To add something to a
//! domain, add a row to its declaration.

mod audit;
mod personal;

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::Route;
use diesel::PgConnection;
use serde_json::Value;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, PathItem};
use uuid::Uuid;

use crate::app::App;
use crate::core::actor::{Actor, Person, Role};
use crate::core::event::EventKind;
use crate::core::key_scope::KeyScope;
use crate::core::page::ListOrder;
use crate::core::{Problem, Wake};
use crate::db::grants::Rights;
use crate::jobs::{self, Stop};
use crate::settings::DeclaredSection;
use crate::web::global_search::GlobalSearchSource;

pub use audit::{AuditGroup, AuditSubject, AuditWord, subject, word};
pub use personal::{Fate, PersonalPart};

/// The declaration of a domain: everything that is collected from the domains and not called by name.
pub struct Room {
    /// The domain's name, which is its folder's.
    pub name: &'static str,
    /// The tables that belong to it. Other domains use what it publishes.
    pub tables: &'static [&'static str],
    /// What the program's own role may do with tables of these, where that is less than reading and writing rows ([`crate::db::grants`]):
    /// histories are added to, keys are read.
    pub rights: &'static [(&'static str, Rights)],
    /// The text of its `functions.sql`; empty where it has none.
    pub functions: &'static str,
    /// What can be called of it by programs.
    pub routes: &'static [RouteRow],
    /// What people see of it.
    pub pages: &'static [PageRow],
    /// Says who may read a file that is used in this domain; none where files are not used in it.
    pub sees_attachment: Option<SeesAttachment>,
    /// The kinds of its events that other servers read from the feed.
    pub events: &'static [EventKind],
    /// What works for it in the background.
    pub jobs: &'static [Job],
    /// The words for its entries of the audit.
    pub audit: &'static [AuditWord],
    /// Further words for entries of the audit that belong together, such as the steps of a case.
    pub audit_groups: &'static [AuditGroup],
    /// The kinds of things that its entries of the audit are about.
    pub subjects: &'static [AuditSubject],
    /// The kinds of its mails, as they are stored in `outbox_mail.template`; made by [`mails!`](crate::mails).
    pub mails: &'static [&'static str],
    /// What they are called in Chinese, made by it as well.
    pub mail_names: &'static [MailName],
    /// Its sections of the settings, made by [`settings_section!`](crate::settings_section).
    pub settings: &'static [DeclaredSection],
    /// Its lists that can be searched for a text.
    pub search: &'static [SearchSource],
    /// The orders in which people may have the lists of its pages, besides their own.
    pub orders: &'static [OrderedList],
    /// What the search over everything finds in it, one kind of things each.
    pub global_search: &'static [GlobalSearchSource],
    /// What it keeps of a person, for `personal_data`.
    pub personal: &'static [PersonalPart],
    /// Its figures for Prometheus.
    pub metrics: Option<ReadMetrics>,
    /// What must be well before a server is ready for work, each with its name in the answer of `/readyz`.
    pub ready: &'static [(&'static str, IsWell)],
    /// What must hold before a server starts.
    pub start_checks: &'static [StartCheck],
}

/// The stored word of a mail, and what it is called in Chinese, where its domain says so. In English the word itself is plain.
pub type MailName = (&'static str, &'static [&'static str]);

impl Room {
    /// A room that declares nothing, to be completed: `Room { name: "…", ..Room::EMPTY }`.
    pub const EMPTY: Self = Self {
        name: "",
        tables: &[],
        rights: &[],
        functions: "",
        routes: &[],
        pages: &[],
        sees_attachment: None,
        events: &[],
        jobs: &[],
        audit: &[],
        audit_groups: &[],
        subjects: &[],
        mails: &[],
        mail_names: &[],
        settings: &[],
        search: &[],
        orders: &[],
        global_search: &[],
        personal: &[],
        metrics: None,
        ready: &[],
        start_checks: &[],
    };
}

/// Reads figures of the server and the database at this moment.
pub type ReadMetrics = fn(&App) -> Vec<Metric>;

/// Says what is not well, for the log.
pub type IsWell = fn(&App, &mut PgConnection) -> Result<(), String>;

/// Refuses to start a server, with the reason.
pub type StartCheck = fn(&App) -> Result<(), Problem>;

/// A figure of a domain for Prometheus.
pub struct Metric {
    /// Its name, which begins with `zerodesk_`.
    pub name: &'static str,
    /// What it measures, in English: the `HELP` line of Prometheus.
    pub help: &'static str,
    /// Its value; none where it can't be read now, so that the last one stays.
    pub value: Option<f64>,
}

/// A list of a domain that can be searched for a text. Who may search it is the access of its route and its page.
pub struct SearchSource {
    /// What is found, in Chinese.
    pub zh: &'static str,
    /// What is found, in English.
    pub en: &'static str,
    /// What the text is looked for in, as the search box of the page says it, in Chinese.
    pub by_zh: &'static str,
    /// What the text is looked for in, in English.
    pub by_en: &'static str,
    /// The path of its GET route; empty where programs can't search it.
    pub route: &'static str,
    /// The path of its page; empty where there is none.
    pub page: &'static str,
    /// The query parameter of route and page that takes the text.
    pub parameter: &'static str,
}

/// The orders of the list of a page.
pub struct OrderedList {
    /// The page's path, as its row has it.
    pub page: &'static str,
    /// The orders, as the page offers them.
    pub orders: &'static [ListOrder],
}

/// Whether a file is at a place of the domain that the actor may see.
pub type SeesAttachment = fn(&mut PgConnection, &Actor, Uuid) -> Result<bool, Problem>;

/// Whether the actor may know of the thing whose id stands in the path.
pub type MayKnow = fn(&mut PgConnection, &Actor, Uuid) -> Result<bool, Problem>;

/// Who may call a route or open a page. It is checked before the handler, and before the body of a request is read; what a role
/// may do with a certain thing is decided by the domain's policy.
#[derive(Debug, Clone, Copy)]
pub enum Access {
    /// Everyone, with or without an account.
    Public,
    /// Everyone with an account.
    LoggedIn,
    /// Everyone with an account, in a session that can only set up a second factor yet as well. All else refuses such a session.
    SettingUp,
    /// These roles; others get 403.
    Roles(&'static [Role]),
    /// These roles; for others there is no such page: 404.
    Hidden(&'static [Role]),
    /// API keys that have the scope of the route, and no people.
    Keys,
    /// These roles, with the `{id}` of the path. Who may not know of that thing, as the domain's policy says, gets 404; other roles that
    /// see it get 403.
    ByPolicy(&'static [Role], MayKnow),
}

impl Access {
    /// The roles it names; none where it names no roles.
    pub fn roles(self) -> Option<&'static [Role]> {
        match self {
            Self::Public | Self::LoggedIn | Self::SettingUp => None,
            Self::Keys => Some(&[]),
            Self::Roles(roles) | Self::Hidden(roles) | Self::ByPolicy(roles, _) => Some(roles),
        }
    }

    /// Whether the role alone keeps someone out, and how. Whether someone may know of the thing is asked before (`web::middleware`).
    ///
    /// # Errors
    /// 403, or 404 where the page is hidden.
    pub fn check(self, role: Role) -> Result<(), Problem> {
        match self {
            Self::Public | Self::LoggedIn | Self::SettingUp => Ok(()),
            Self::Roles(roles) | Self::Hidden(roles) | Self::ByPolicy(roles, _) if roles.contains(&role) => {
                Ok(())
            }
            Self::Roles(_) | Self::ByPolicy(..) | Self::Keys => Err(Problem::forbidden()),
            Self::Hidden(_) => Err(Problem::not_found()),
        }
    }

    /// Whether a person, or a program by an API key, may come in. That the key's scope opens the route is checked where it is identified.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn admit(self, person: &Person) -> Result<(), Problem> {
        match self {
            Self::Keys if person.proof.key.is_some() => Ok(()),
            _ => self.check(person.scope.role()),
        }
    }
}

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

/// Work in the background: a thread of its own that works in rounds.
pub struct Job {
    /// The name of the thread, for logs.
    pub name: &'static str,
    /// What wakes it before the next poll; none where it goes by the clock alone.
    pub wake: Option<Wake>,
    /// How long it waits when nothing wakes it.
    pub poll: Duration,
    /// Makes what the rounds keep between them. Called once, when the server starts.
    pub start: fn(&App, &Arc<Stop>) -> Result<Round, Problem>,
}

impl Job {
    /// Starts its thread, which ends at the stop.
    ///
    /// # Errors
    /// When what it needs can't be had, or the system gives no thread.
    pub fn spawn(&self, app: &App, stop: &Arc<Stop>) -> Result<JoinHandle<()>, Problem> {
        let round = (self.start)(app, stop)?;
        let wake = self.wake.map_or_else(Arc::default, |wake| app.wake_signal(wake));
        jobs::spawn(self.name, app.clone(), Arc::clone(stop), wake, self.poll, round)
    }
}

/// One round of a job; says whether more is waiting. A round may be repeated after a crash. One that handles many items
/// looks at [`Stop::is_set`] between two of them.
pub type Round = Box<dyn FnMut(&App) -> Result<bool, Problem> + Send>;

/// The routes of all rooms, with method and path. A handler without a documented method is left out; a test excludes that.
pub fn routes(rooms: &[&Room]) -> Vec<RouteInfo> {
    rooms.iter().flat_map(|room| room.routes).filter_map(RouteInfo::of).collect()
}

impl RouteInfo {
    fn of(row: &RouteRow) -> Option<Self> {
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
