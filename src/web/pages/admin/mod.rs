//! The regulator's and the operator's console. Each page has an address of its own; what it shows can be linked to.

mod alerts;
mod asked;
mod audit;
mod cases;
mod drawn;
mod enterprises;
mod experts;
mod imports;
mod overview;
mod places;
mod plans;
mod progress;
mod queue;
mod vetting;

use super::{PageRow, pages};

pub(super) use overview::desk;

pages! {
    GET "/progress" => progress::page;
    GET "/cases" => cases::list;
    GET "/enterprises" => enterprises::list;
    GET "/enterprises/{id}" => enterprises::one;
    GET "/imports" => imports::list;
    GET "/imports/{id}" => imports::one;
    GET "/vetting" => vetting::page;
    GET "/experts" => experts::list;
    GET "/experts/{id}" => experts::one;
    GET "/plans" => plans::list;
    GET "/plans/{id}" => plans::one;
    GET "/queue" => queue::list;
    GET "/queue/{id}" => queue::one;
    GET "/alerts" => alerts::list;
    GET "/alerts/{id}" => alerts::one;
    GET "/audit" => audit::page;
}
