//! The words of experts that are stored and shown.

crate::word_enum! {
    /// The state of an application.
    pub enum Vetting {
        /// Waits for an admin's decision.
        Applied = "applied",
        /// An officer approved the application: the expert may consult.
        Approved = "approved",
        /// An officer rejected the application: the expert may not consult.
        Rejected = "rejected",
    }
}

crate::word_enum! {
    /// The state of an expert, as lists are filtered by it.
    pub enum ExpertState {
        /// The application waits for a decision.
        Applied = "applied",
        /// Approved and not suspended.
        Approved = "approved",
        /// Approved, and suspended now.
        Suspended = "suspended",
        /// The application was rejected.
        Rejected = "rejected",
    }
}

crate::word_enum! {
    /// The relation of an expert to an enterprise that is a conflict of interest.
    pub enum Relation {
        /// The expert works for it.
        Employer = "employer",
        /// The expert owns it, in whole or in part.
        Owner = "owner",
    }
}
