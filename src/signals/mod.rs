//! Signals (风险信息): single reports of danger, from opinion, sampling, penalties, recalls here and abroad, comparative tests,
//! complaints (as counts), injuries, media, officers.
//!
//! * **Unique** by source and what the source calls it; the same again changes nothing, something else about it is an update ([`enter`]).
//! * **Matched** to kind, enterprise and region by rule ([`recognise`], pure) or by a person, with the confidence shown. A brand alone leads to no
//!   enterprise.
//! * **Near-duplicates** are merged ([`doubles`], pure; [`merge`]); a person takes them apart again.
//! * **Triaged** in an inbox that can be operated by keyboard, dismissed with a reason ([`commands`]).
//! * **Data of persons are not stored**: names and numbers of those who posted or complained are removed before anything is stored ([`strip`], pure).
//! * **A rumour is never conduct**: nothing leads from here to credit conduct. How far a signal can be relied on is shown wherever it stands.
//!
//! They come by hand, by files ([`files`], [`list`], [`feeds`]) and by feeds that are asked for ([`subscriptions`]), and from other domains, which
//! call [`enter::enter`] within their own transactions and say by [`used`] what rests on them.
//!
//! Neighbours: `enterprises`, `list_files`, `outgoing` below; `risk` and `oversight` above, which read `published.signal`.

pub mod api;
pub mod barcode;
pub mod commands;
pub mod compare;
pub mod create;
pub mod doubles;
pub mod enter;
pub mod erase;
mod exports;
pub mod feed;
pub mod feeds;
pub mod figures;
pub mod files;
pub mod global_search;
pub mod hazard;
pub mod ids;
pub mod list;
pub mod matched;
pub mod merge;
pub mod new_signal;
pub mod pages;
pub mod policy;
pub mod queries;
pub mod recognise;
mod room;
pub mod settings;
pub mod source;
pub mod state;
pub mod store;
pub mod strip;
mod strip_words;
pub mod subscriptions;
pub mod used;

pub use room::ROOM;
