//! The mails to people about their own accounts. None of them can be switched off.

use crate::mails;
use chrono::{DateTime, Utc};

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To who forgot the password: the one-time link.
    PasswordReset = "password_reset",
        "accounts/mail/password_reset.zh.txt", "accounts/mail/password_reset.en.txt",
        "重置密码" {
        /// The name to log in with.
        username: String,
        /// The one-time link. A secret until used.
        link: String,
        /// How long it stays good, in minutes.
        valid_minutes: u32,
        /// When the link was asked for, UTC; shown in Asia/Shanghai.
        at: DateTime<Utc>,
        /// Who is in charge asked for it; else someone at the log-in page.
        by_officer: bool,
    }
    /// The password was changed.
    PasswordChanged = "password_changed",
        "accounts/mail/password_changed.zh.txt", "accounts/mail/password_changed.en.txt",
        "密码已修改" {
        /// The name to log in with.
        username: String,
        /// When the password was changed, UTC; shown in Asia/Shanghai.
        at: DateTime<Utc>,
    }
    /// To a new mail address: the one-time link that confirms it.
    AddressConfirmation = "address_confirmation",
        "accounts/mail/address_confirmation.zh.txt", "accounts/mail/address_confirmation.en.txt",
        "确认新邮箱" {
        /// The one-time link. A secret until used.
        link: String,
        /// How long it stays good, in hours.
        valid_hours: u32,
    }
    /// To the old mail address: another one was asked for.
    AddressRequested = "address_requested",
        "accounts/mail/address_requested.zh.txt", "accounts/mail/address_requested.en.txt",
        "有人申请更换邮箱" {
        /// The name to log in with.
        username: String,
        /// The new address, which is not confirmed yet.
        email: String,
        /// When the new address was asked for, UTC; shown in Asia/Shanghai.
        at: DateTime<Utc>,
    }
    /// To the old mail address: another one takes its place.
    AddressChanged = "address_changed",
        "accounts/mail/address_changed.zh.txt", "accounts/mail/address_changed.en.txt",
        "邮箱已更换" {
        /// The name to log in with.
        username: String,
        /// The new address, as it was confirmed.
        email: String,
        /// When the new address took the place of the old one, UTC; shown in Asia/Shanghai.
        at: DateTime<Utc>,
    }
    /// A second factor was set up, or set up anew.
    SecondFactorOn = "second_factor_on",
        "accounts/mail/second_factor_on.zh.txt", "accounts/mail/second_factor_on.en.txt",
        "已启用双重验证" {
        /// The name to log in with.
        username: String,
    }
    /// The second factor is gone.
    SecondFactorOff = "second_factor_off",
        "accounts/mail/second_factor_off.zh.txt", "accounts/mail/second_factor_off.en.txt",
        "已停用双重验证" {
        /// The name to log in with.
        username: String,
        /// An officer or the operator reset it; else the person removed it.
        reset: bool,
    }
    /// A recovery code was used.
    RecoveryCodeUsed = "recovery_code_used",
        "accounts/mail/recovery_code_used.zh.txt", "accounts/mail/recovery_code_used.en.txt",
        "已使用恢复代码" {
        /// The name to log in with.
        username: String,
        /// How many recovery codes are unused.
        left: u32,
    }
    /// Wrong codes were entered, by who had passed what is asked before the code.
    WrongCodes = "wrong_codes",
        "accounts/mail/wrong_codes.zh.txt", "accounts/mail/wrong_codes.en.txt",
        "验证码多次错误" {
        /// The name to log in with.
        username: String,
    }
    /// An identity of single sign-on was linked or unlinked.
    IdentityChanged = "identity_changed",
        "accounts/mail/identity_changed.zh.txt", "accounts/mail/identity_changed.en.txt",
        "统一登录身份变更" {
        /// The name to log in with.
        username: String,
        /// The name of the provider.
        provider: String,
        /// It was linked; else unlinked.
        linked: bool,
    }
}
