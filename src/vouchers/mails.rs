//! The mails of vouchers, to the people of an enterprise. None holds a code.

use crate::mails;
use chrono::NaiveDate;

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
        until: NaiveDate,
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
    /// A redemption was given back.
    VoucherReversed = "voucher_reversed",
        "vouchers/mail/voucher_reversed.zh.txt", "vouchers/mail/voucher_reversed.en.txt",
        "检测券核销撤回通知" {
        /// The issue.
        issue: String,
        /// What was given back, in yuan.
        amount: String,
        /// What is left, in yuan.
        rest: String,
        /// Reason, as the officer wrote it.
        reason: String,
        /// The page of the enterprise's vouchers.
        link: String,
    }
    /// An issue was given up for which the enterprise had applied.
    VoucherIssueGivenUp = "voucher_issue_given_up",
        "vouchers/mail/voucher_issue_given_up.zh.txt", "vouchers/mail/voucher_issue_given_up.en.txt",
        "检测券批次撤销通知" {
        /// The issue.
        issue: String,
        /// Reason, as the officer wrote it.
        reason: String,
        /// The page of the enterprise's vouchers.
        link: String,
    }
}
