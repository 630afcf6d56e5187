//! The database: connections and the private cluster.

pub mod embedded;
