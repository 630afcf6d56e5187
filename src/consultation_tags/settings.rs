//! The settings of tags.

crate::settings_section! {
    /// Tags of consultations: how many there may be.
    pub TagSettings in "consultation_tags" {
        /// Tags in use that the officers of one region may keep.
        per_region: u32 = 200, 1..=500;
        /// Tags in use that the experts of one product hospital may keep.
        per_hospital: u32 = 100, 1..=500;
        /// Tags that one consultation may have.
        per_consultation: u32 = 8, 1..=50;
        /// Most characters of the name of a tag.
        name_chars: u32 = 20, 1..=60;
    }
}
