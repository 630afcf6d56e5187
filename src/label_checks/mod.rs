//! Label checks (标识检查), and the devices of quick tests (快速检测).
//!
//! A label is checked by a version of a checklist ([`checklist`], pure, and its settings): each check is answered, each failed one has a photo, and
//! the answers come to three noes, label nonconforming, or conforming, in this order. What it came to is entered as the `check` of an
//! inspection with the method `label`, by the steps of `inspections` ([`record`]). A quick test names a device that is calibrated on its day
//! ([`devices`], [`quick`]); a suspect one waits for its formal sample or a reason, which `inspections` keeps.
//!
//! What holds:
//! * What a check came to is kept with its version: a later version moves no past result.
//! * A photo, known by its bytes, is of one inspection only.
//! * A label that fails causes what the table of effects of `inspections` says, and nothing by itself. One that is corrected on the spot is
//!   kept with the day and opens no case.
//!
//! Neighbours: `inspections` and `attachments` below.

pub mod api;
pub mod checklist;
pub mod device_api;
pub mod device_queries;
pub mod devices;
mod exports;
pub mod ids;
pub mod input;
pub mod pages;
pub mod queries;
pub mod quick;
pub mod record;
mod room;
pub mod settings;
mod words;

pub use room::ROOM;
