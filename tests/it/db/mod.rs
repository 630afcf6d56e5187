mod chinese;
mod embedded;
mod migrations;
