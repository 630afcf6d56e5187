//! Testing vouchers (检测券): an authority pays for tests of enterprises that are open on the zero-out list.
//!
//! An officer writes an issue with a budget and tiers, a second one approves it ([`issues`]); enterprises apply ([`apply`]); the frame is fixed and
//! published, then winners are drawn by the recipe of `programmes` ([`lottery`], `docs/draws.md`); the enterprise makes a code that serves once, and a
//! product hospital or a laboratory redeems ([`redeem`]); what is left expires or is revoked ([`endings`]).
//!
//! What holds:
//! * All amounts are whole numbers of fen. Every movement is a row that is only added; a voucher's rest is their sum.
//! * issued = redeemed + open + expired + revoked, as of any day ([`account`]).
//! * An enterprise wins one voucher of an issue, and holds no more than the limit of the issue within a programme or a year.
//! * Frame, seed and winners' ids are public, so that anybody can repeat the draw ([`public`]); enterprises are not named there.
//! * A code is kept as its SHA-256; it is used, or replaced by a later one, under the lock of its voucher.
//!
//! Neighbours: `programmes` below, for the recipe and the programme that an issue is of; `remediation` for who is open on the list.

pub mod account;
pub mod api;
pub mod apply;
mod code;
mod eligible;
pub mod endings;
pub mod entries;
mod exports;
mod global_search;
pub mod ids;
pub mod issue_steps;
pub mod issues;
pub mod lottery;
pub mod mails;
pub mod money;
mod notices;
pub mod pages;
pub mod policy;
pub mod public;
pub mod queries;
pub mod redeem;
mod room;
pub mod settings;
pub mod state;
mod store;
pub mod views;

pub use room::ROOM;
