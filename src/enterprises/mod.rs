//! Enterprises, their nonconformities, and the claims by which enterprises get their accounts.
//!
//! Invariants:
//! * An enterprise is known by its unified social credit code, a nonconformity by its enterprise, product kind and report number. An
//!   import finds both by these and by nothing else.
//! * Whoever claims an enterprise names it and a contact, nothing else. Name and password of the account are chosen behind a one-time link,
//!   which goes to the mail address on record or to one that an officer has confirmed. Before that no secret is stored or hashed, and no
//!   mail holds a word that the claimant wrote. Claims stand beside each other until one of them is confirmed.
//! * A code against the rules of GB 32100-2015 is on the list only where an officer let it in ([`admissions`]), or since before they were checked;
//!   the enterprise of a code that was let in bears a mark.
//! * What an import was withdrawn with keeps its row (`withdrawn_at`), for figures of past days, and is on no list any more.
//! * No import moves an order date that is stored; `remediation` sets it to that of its case.
//!
//! Neighbours: it looks up regions and kinds in `catalogue` and makes accounts through `accounts`. Others read it through its published
//! views and [`queries`], and write through [`store`]: `zero_out` imports enterprises and nonconformities, `remediation` sets order dates.

pub mod admission_api;
pub mod admission_pages;
pub mod admissions;
pub mod admit;
pub mod api;
mod claim_limits;
pub mod claim_state;
pub mod claims;
pub mod confirm;
pub mod contact;
mod exports;
pub mod global_search;
pub mod housekeeping;
pub mod ids;
pub mod inspected;
pub mod mails;
pub mod pages;
pub mod policy;
pub mod queries;
mod register_words;
pub mod registration;
mod room;
pub mod settings;
pub mod store;
pub mod uscc;
pub mod withdrawal;

pub use room::ROOM;
pub use uscc::{Uscc, UsccFault};

crate::word_enum! {
    /// The status of an enterprise in the register (经营状态).
    pub enum OperatingStatus {
        /// In operation (在营).
        Operating = "operating",
        /// Out of operation (停业).
        Suspended = "suspended",
        /// Deregistered (注销).
        Deregistered = "deregistered",
        /// Licence revoked (吊销).
        Revoked = "revoked",
        /// Moved away (迁出).
        MovedOut = "moved_out",
    }
}

impl OperatingStatus {
    /// The word of the field.
    #[must_use]
    pub fn name_zh(self) -> &'static str {
        match self {
            Self::Operating => "在营",
            Self::Suspended => "停业",
            Self::Deregistered => "注销",
            Self::Revoked => "吊销",
            Self::MovedOut => "迁出",
        }
    }
}

crate::word_enum! {
    /// Who ordered the sampling (抽查级别).
    pub enum InspectionLevel {
        /// National (国家).
        National = "national",
        /// Provincial (省级).
        Provincial = "provincial",
        /// Of a city (市级).
        Municipal = "municipal",
        /// County level (县级).
        County = "county",
    }
}

impl InspectionLevel {
    /// The word of the field.
    #[must_use]
    pub fn name_zh(self) -> &'static str {
        match self {
            Self::National => "国家",
            Self::Provincial => "省级",
            Self::Municipal => "市级",
            Self::County => "县级",
        }
    }
}
