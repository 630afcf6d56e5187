//! The pages of experts: applying and vetting.

pub mod apply;
pub mod profile;
pub mod vetting;
