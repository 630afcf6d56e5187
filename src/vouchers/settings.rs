//! The settings of vouchers.

crate::settings_section! {
    /// Testing vouchers (检测券). The numbers follow what was reported of Guangdong's vouchers of June 2022 (5,000 yuan for one firm at most, 20,000
    /// vouchers) and are provisional.
    pub VoucherSettings in "vouchers" {
        /// The most that the limit for one enterprise may be, in yuan.
        most_per_enterprise_yuan: u32 = 5_000, 1..=1_000_000;
        /// The most vouchers of one issue.
        most_vouchers: u32 = 20_000, 1..=100_000;
    }
}
