//! The kit of the HTTP server: what handlers and pages of every domain are made of. It is below the domains and knows none.
//!
//! * [`room`] is what a domain declares: its routes and pages with who may use them, and the rest that `server` gathers.
//! * Handlers extract, execute and view; they decide nothing.
//! * Everything that goes wrong is a [`Problem`](crate::core::Problem); [`problem`] turns it into RFC 9457 in one place, in
//!   the caller's language. Its cause goes to the log once and never to the caller.
//! * A handler never blocks: [`reply::execute`] and [`reply::read`] go to the blocking pool.
//! * No globals: two servers in one process share nothing.

pub mod accept;
pub mod anonymous_calls;
mod assets;
mod body;
mod body_memory;
pub mod charts;
pub mod choices;
pub mod client_address;
mod connections;
pub mod escaper;
pub mod etag;
pub mod extra_listeners;
pub mod extract;
pub mod frame;
pub mod global_search;
pub mod identity;
pub mod known_rooms;
pub mod metrics;
mod middleware;
mod minify;
pub mod nav;
pub mod openapi;
pub mod pager;
pub mod pages;
pub mod params;
pub mod problem;
mod process;
pub mod query_params;
pub mod reply;
mod role_words;
pub mod room;
mod routes;
pub mod server;
pub mod state;
mod timed_body;
pub mod upload;

pub use body::part as body_part;
pub use client_address::ClientAddress;
pub use extract::{Id, IdempotencyKey, Json, Lang, MaybeJson, Part, Query};
pub use identity::{Auth, Guest, MaybeAuth};
pub use metrics::Metrics;
pub use problem::{Answer, Failure};
pub use reply::{execute, read};
pub use server::{Handle, WebOptions, start};
pub use state::{ReadyCheck, State, WebState};
