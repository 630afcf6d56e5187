//! The way to PostgreSQL: the pool, the transaction of a command, the tables as diesel knows them,
//! and the private PostgreSQL.
//!
//! Neighbours: `core`, `settings` and `catalogue` below. Every domain above keeps its own SQL; here it finds connections,
//! [`Tx`], the feed of events, search in texts and plans for given values.

#[macro_use]
mod appear_together;
pub mod chain;
pub mod custom_plan;
pub mod embedded;
pub mod feed;
pub mod grants;
pub mod migrate;
pub mod officer_steps;
pub mod order;
pub mod pool;
pub mod reference;
pub mod regional;
#[allow(missing_docs, reason = "generated: the documentation of a table is its migration")]
#[rustfmt::skip]
pub mod schema;
pub mod count_lock;
pub mod search;
pub mod settings;
pub mod total;
pub mod tx;

pub use pool::Pool;
pub use schema::published;
pub use tx::{Command, Tx};
