mod embedded;
mod migrations;
