mod chinese_messages;
mod embedded;
mod migrations;
mod regions;
mod schema;
