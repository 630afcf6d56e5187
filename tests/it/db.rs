mod chinese;
mod embedded;
mod migrations;
mod regions;
mod schema;
mod states;
