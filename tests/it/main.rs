//! Tests of the whole program against real PostgreSQL.

mod db;
mod web;
