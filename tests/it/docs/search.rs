//! The table of `docs/api.md` of what can be searched, made from what the rooms declare.

use std::fmt::Write as _;

use zerodesk::ROOMS;
use zerodesk::web::room::SearchSource;

use super::{read, root};

const FILE: &str = "docs/api.md";
const BEGIN: &str = "<!-- search: begin -->\n";
const END: &str = "<!-- search: end -->";
/// Set to make the table anew.
const UPDATE: &str = "UPDATE_DOCS";

fn table() -> String {
    let mut out = "| what is found | call | parameter | looked for in |\n|---|---|---|---|\n".to_owned();
    let sources = ROOMS.iter().flat_map(|room| room.search).filter(|source| !source.route.is_empty());
    for SearchSource { en, route, parameter, by_en, .. } in sources {
        let call = route.trim_start_matches("/api/v1");
        let _ = writeln!(out, "| {en} | `GET {call}` | `{parameter}` | {} |", by_en.to_lowercase());
    }
    out
}

#[test]
fn the_table_of_searches_is_up_to_date() {
    let page = read(FILE).text;
    let (before, rest) = page.split_once(BEGIN).expect("no mark where the table begins");
    let (_, after) = rest.split_once(END).expect("no mark where the table ends");
    let made = format!("{before}{BEGIN}\n{}\n{END}{after}", table());
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(root().join(FILE), made).unwrap();
    } else {
        assert!(page == made, "{FILE} is not up to date; run {UPDATE}=1 cargo test --test it docs::search");
    }
}
