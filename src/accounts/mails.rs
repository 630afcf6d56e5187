//! The mails to people about their own accounts.

use crate::mails;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// A second factor was set up, or set up anew.
    SecondFactorOn = "second_factor_on",
        "accounts/mail/second_factor_on.zh.txt", "accounts/mail/second_factor_on.en.txt" {
        /// The name to log in with.
        username: String,
    }
    /// The second factor is gone.
    SecondFactorOff = "second_factor_off",
        "accounts/mail/second_factor_off.zh.txt", "accounts/mail/second_factor_off.en.txt" {
        /// The name to log in with.
        username: String,
        /// An officer or the operator reset it; else the person removed it.
        reset: bool,
    }
    /// A recovery code was used.
    RecoveryCodeUsed = "recovery_code_used",
        "accounts/mail/recovery_code_used.zh.txt", "accounts/mail/recovery_code_used.en.txt" {
        /// The name to log in with.
        username: String,
        /// How many are left.
        left: u32,
    }
    /// Wrong codes were entered, by who had passed what is asked before the code.
    WrongCodes = "wrong_codes",
        "accounts/mail/wrong_codes.zh.txt", "accounts/mail/wrong_codes.en.txt" {
        /// The name to log in with.
        username: String,
    }
    /// An identity of single sign-on was linked or unlinked.
    IdentityChanged = "identity_changed",
        "accounts/mail/identity_changed.zh.txt", "accounts/mail/identity_changed.en.txt" {
        /// The name to log in with.
        username: String,
        /// The name of the provider.
        provider: String,
        /// It was linked; else unlinked.
        linked: bool,
    }
}
