//! What the `sampling_figures` domain declares of itself.

use crate::core::actor::Role::{Admin, Operator};
use crate::core::key_scope::KeyScope;
use crate::sampling_figures::{api, pages};
use crate::web::room::Access::Roles;
use crate::web::room::{Place, Room};
use crate::{pages, routes};

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "sampling_figures",
    tables: &["sampling_fact", "sampling_operator", "sampling_stale", "sampling_sum"],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::sampling, Roles(&[Admin, Operator]), "监督抽查统计", KeyScope::ReportsRead;
    ],
    pages: pages![
        GET "/reports/sampling" => pages::page, Roles(&[Admin, Operator]), Place::new(&[Admin, Operator], 22, "抽查统计", "Sampling figures", "chart");
    ],
    jobs: &[crate::sampling_figures::sums::JOB],
    ..Room::EMPTY
};
