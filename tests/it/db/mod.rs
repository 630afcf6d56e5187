mod embedded;
mod migrations;
mod regions;
