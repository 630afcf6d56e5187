//! The settings of quality alerts: when a problem is one of a region.

crate::settings_section! {
    /// Regional or industry-wide problems (SAMR Order No. 18, art. 50): an alert is raised when, in a city or the province, one kind
    /// of product has failed one item more often than the threshold within the window.
    pub ClusterSettings in "clusters" {
        /// Nonconformities above which an alert is raised.
        threshold: u32 = 5, 1..=1_000_000;
        /// Days back from today within which they were sampled.
        window_days: u32 = 365, 1..=36_500;
    }
}
