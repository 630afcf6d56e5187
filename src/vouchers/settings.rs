//! The settings of vouchers.

crate::settings_section! {
    /// Testing vouchers (检测券). The numbers follow what was reported of Guangdong's vouchers of June 2022 (5,000 yuan for one firm at most, 20,000
    /// vouchers) and are provisional.
    pub VoucherSettings in "vouchers",
        provisional by "广东省检测券（2022年6月报道：5000、2000、1000、500元共20000张，每家不超过5000元，12家产品医院），未见公布的管理办法 / Guangdong's vouchers as reported in June 2022: 20,000 of 5,000, 2,000, 1,000 and 500 yuan, at most 5,000 yuan for a firm, at 12 product hospitals; no published rules were found" {
        /// The most that the limit for one enterprise may be, in yuan.
        most_per_enterprise_yuan: u32 = 5_000, 1..=1_000_000;
        /// The most vouchers of one issue.
        most_vouchers: u32 = 20_000, 1..=100_000;
        /// Codes that are made of one voucher within 24 hours.
        codes_per_day: u32 = 50, 1..=10_000;
    }
}
