//! What tests share: a real PostgreSQL, a whole running service, clients for its interfaces, and people.
//!
//! A test asks for a [`TestApp`], which has a database, a mail server and a clock of its own, and
//! goes when the test ends.

pub mod app;
pub mod browser;
pub mod clamd;
pub mod cluster;
pub mod csv;
pub mod database;
pub mod http;
pub mod nats;
pub mod oidc;
pub mod people;
pub mod ports;
pub mod program;
pub mod random;
pub mod receiver;
pub mod s3;
pub mod smtp;
pub mod ws;

pub use app::{TestApp, app_on, start_of_test};
pub use database::Database;
pub use http::{Http, Reply};
pub use nats::{FaultyNats, NatsServer};
pub use ports::ReservedPort;
pub use program::Program;
pub use random::Random;
pub use receiver::Receiver;
pub use ws::Ws;

/// How long a test waits for what must come.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);
