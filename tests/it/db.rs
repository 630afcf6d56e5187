mod chinese_messages;
mod embedded;
mod migrations;
mod regions;
mod roles;
mod schema;
mod snapshot;
mod states;
