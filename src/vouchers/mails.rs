//! The mails of vouchers, to the people of an enterprise. None holds a code.

use crate::mails;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// It won a voucher.
    VoucherWon = "voucher_won",
        "vouchers/mail/voucher_won.zh.txt", "vouchers/mail/voucher_won.en.txt",
        "检测券中签通知" {
        /// The name of the issue.
        issue: String,
        /// The amount in yuan.
        amount: String,
        /// The last day.
        until: String,
        /// The page of its vouchers.
        link: String,
    }
    /// Something was redeemed.
    VoucherRedeemed = "voucher_redeemed",
        "vouchers/mail/voucher_redeemed.zh.txt", "vouchers/mail/voucher_redeemed.en.txt",
        "检测券核销通知" {
        /// The name of the issue.
        issue: String,
        /// The amount in yuan.
        amount: String,
        /// What is left, in yuan.
        rest: String,
        /// The page of its vouchers.
        link: String,
    }
    /// A voucher was taken back.
    VoucherRevoked = "voucher_revoked",
        "vouchers/mail/voucher_revoked.zh.txt", "vouchers/mail/voucher_revoked.en.txt",
        "检测券作废通知" {
        /// The name of the issue.
        issue: String,
        /// What was left, in yuan.
        amount: String,
        /// The reason, as it was given.
        reason: String,
        /// The page of its vouchers.
        link: String,
    }
}
