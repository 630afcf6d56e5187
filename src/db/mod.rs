//! The way to PostgreSQL: the pool, the transaction of a command, the tables as diesel knows them,
//! and the private cluster.
//!
//! Neighbours: `core` and `settings` below; every domain room above keeps its own SQL and comes
//! here only for a connection.

#[macro_use]
mod appear_together;
pub mod chain;
pub mod embedded;
pub mod feed;
pub mod migrate;
pub mod planned;
pub mod pool;
pub mod reference;
#[allow(missing_docs, reason = "generated: the documentation of a table is its migration")]
#[rustfmt::skip]
pub mod schema;
pub mod search;
pub mod settings;
pub mod tx;

pub use pool::Pool;
pub use schema::published;
pub use tx::{Command, Tx};
