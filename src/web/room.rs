//! What a domain declares of itself, once: its [`Room`].
//!
//! The server, the OpenAPI document, the navigation, the matrix of roles by routes, the job runner, the replacement of SQL
//! functions and the test of table ownership are made from the list of rooms in `ROOMS` in `lib.rs`. To add something to a
//! domain, add a row to its declaration.

mod access;
mod audit;
mod job;
mod open_matters;
mod page;
mod personal;
mod route;
mod step;

use diesel::PgConnection;
use uuid::Uuid;

use crate::app::App;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::event::EventKind;
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::settings::DeclaredSection;
use crate::web::global_search::GlobalSearchSource;

pub use access::{Access, MayKnow};
pub use audit::{AuditGroup, AuditSubject, AuditWord, subject, word};
pub use job::{Job, Round};
pub use open_matters::{CountOpenMatters, HandOnOpenMatters, Holder, OpenMatterKind};
pub use page::{PageRow, Place};
pub use personal::{OnErasure, PersonalPart};
pub use route::{ALWAYS_ANSWERED, RouteInfo, RouteRow, STEP_UP, WITHOUT_KEY};
pub use step::{AlsoInStep, StepHook};

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
    /// What in it names a person and goes on when the account ends.
    pub open_matters: &'static [OpenMatterKind],
    /// What steps of things of domains below need in it.
    pub steps: &'static [StepHook],
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
        open_matters: &[],
        steps: &[],
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

/// The routes of all rooms, with method and path. A handler without a documented method is left out; a test excludes that.
pub fn routes(rooms: &[&Room]) -> Vec<RouteInfo> {
    rooms.iter().flat_map(|room| room.routes).filter_map(RouteInfo::of).collect()
}
