//! The database: connections and the private cluster.
