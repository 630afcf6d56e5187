//! The pages of experts: applying and vetting.

pub mod join;
pub mod profile;
pub mod vetting;
