//! What the `withdrawals` domain declares of itself.

use crate::core::actor::Role::{Admin, Operator};
use crate::web::room::Access::{Knowing, Roles};
use crate::web::room::{Room, word};
use crate::withdrawals::{api, pages};
use crate::zero_out::policy::may_know;
use crate::{pages, routes};

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "withdrawals",
    routes: routes![
        api::withdraw, Knowing(&[Admin, Operator], may_know), "整批撤回导入";
        api::standing, Roles(&[Admin, Operator]), "不能撤回的逐行原因";
    ],
    pages: pages![
        GET "/imports/{id}/withdraw" => pages::withdraw, Roles(&[Admin, Operator]);
    ],
    audit: &[
        word("request_withdrawal", "申请整批撤回导入", "asked for the withdrawal of an import"),
        word("run_withdrawal", "整批撤回未能进行", "could not withdraw an import"),
        word("withdraw_import", "整批撤回导入", "withdrew an import"),
    ],
    jobs: &[crate::withdrawals::run::JOB],
    ..Room::EMPTY
};
